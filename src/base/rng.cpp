#include "src/base/rng.hpp"

#include <cmath>
#include <numbers>

#include "src/base/check.hpp"

namespace fragflow {
namespace {

constexpr std::uint32_t kMultiplier0 = 0xD2511F53, kMultiplier1 = 0xCD9E8D57;
constexpr std::uint32_t kWeyl0 = 0x9E3779B9, kWeyl1 = 0xBB67AE85;

std::uint64_t splitmix(std::uint64_t x) {
  x += 0x9E3779B97F4A7C15ULL;
  x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9ULL;
  x = (x ^ (x >> 27)) * 0x94D049BB133111EBULL;
  return x ^ (x >> 31);
}

}  // namespace

Rng::Rng(std::uint64_t seed, std::uint64_t a, std::uint64_t b) {
  // (seed, a) are hashed into the key and the upper counter half, b is mixed in beside them; the
  // lower counter half counts blocks, so that a stream has 2^64 blocks before it repeats.
  const std::uint64_t key = splitmix(seed ^ splitmix(a));
  const std::uint64_t high = splitmix(splitmix(b + 0x632BE59BD9B4E019ULL) ^ splitmix(a) ^ seed);
  key_ = {static_cast<std::uint32_t>(key), static_cast<std::uint32_t>(key >> 32)};
  counter_ = {0, 0, static_cast<std::uint32_t>(high), static_cast<std::uint32_t>(high >> 32)};
}

void Rng::refill() {
  std::array<std::uint32_t, 4> x = counter_;
  std::uint32_t k0 = key_[0], k1 = key_[1];
  for (int round = 0; round < 10; ++round) {
    const std::uint64_t p0 = static_cast<std::uint64_t>(kMultiplier0) * x[0];
    const std::uint64_t p1 = static_cast<std::uint64_t>(kMultiplier1) * x[2];
    x = {static_cast<std::uint32_t>(p1 >> 32) ^ x[1] ^ k0, static_cast<std::uint32_t>(p1),
         static_cast<std::uint32_t>(p0 >> 32) ^ x[3] ^ k1, static_cast<std::uint32_t>(p0)};
    k0 += kWeyl0;
    k1 += kWeyl1;
  }
  block_ = x;
  used_ = 0;
  if (++counter_[0] == 0) ++counter_[1];
}

std::uint32_t Rng::next_u32() {
  if (used_ == 4) refill();
  return block_[used_++];
}

std::uint64_t Rng::next_u64() {
  const std::uint64_t low = next_u32();
  return low | (static_cast<std::uint64_t>(next_u32()) << 32);
}

double Rng::uniform() { return static_cast<double>(next_u64() >> 11) * 0x1.0p-53; }

std::uint64_t Rng::below(std::uint64_t n) {
  FRAGFLOW_CHECK(n >= 1, "n = {}", n);
  const std::uint64_t threshold = (0 - n) % n;  // smaller values would bias the result
  for (;;) {
    const std::uint64_t x = next_u64();
    if (x >= threshold) return x % n;
  }
}

double Rng::normal() {
  const double radius = std::sqrt(-2.0 * std::log(1.0 - uniform()));
  return radius * std::cos(2.0 * std::numbers::pi * uniform());
}

std::uint64_t mix_seed(std::uint64_t seed, const char* purpose) {
  std::uint64_t hash = splitmix(seed);
  for (const char* c = purpose; *c != '\0'; ++c) {
    hash = splitmix(hash ^ static_cast<unsigned char>(*c));
  }
  return hash;
}

}  // namespace fragflow
