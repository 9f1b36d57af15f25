// A counter-based random generator: Philox4x32-10 (Salmon et al., SC 2011).
//
// The stream is a pure function of (seed, a, b): no global state, no clock. Trajectory i of step t
// uses Rng(run_seed, t, i), so results never depend on the number of threads or their timing, and a
// resumed run needs no generator state except its step counter.
#pragma once

#include <array>
#include <cstdint>
#include <limits>

namespace fragflow {

class Rng {
 public:
  using result_type = std::uint32_t;

  // a and b select the stream, for instance (step, trajectory). Not thread-safe: one per task.
  explicit Rng(std::uint64_t seed, std::uint64_t a = 0, std::uint64_t b = 0);

  static constexpr result_type min() { return 0; }
  static constexpr result_type max() { return std::numeric_limits<result_type>::max(); }
  result_type operator()() { return next_u32(); }

  std::uint32_t next_u32();
  std::uint64_t next_u64();
  // Uniform in [0, 1), 53 bits.
  double uniform();
  // Uniform in {0, ..., n - 1} without modulo bias; n >= 1.
  std::uint64_t below(std::uint64_t n);
  // Standard normal (Box-Muller; consumes two uniforms per call).
  double normal();

 private:
  void refill();

  std::array<std::uint32_t, 2> key_;
  std::array<std::uint32_t, 4> counter_;
  std::array<std::uint32_t, 4> block_{};
  int used_ = 4;
};

// Derives an independent seed for a named purpose, so that two uses of one run seed never share a
// stream: mix_seed(run_seed, "sampling") != mix_seed(run_seed, "replay").
std::uint64_t mix_seed(std::uint64_t seed, const char* purpose);

}  // namespace fragflow
