// Lack of memory in any place of what we do with molecules is told as such: a molecule is never
// called bad for it. The allocations of this executable, RDKit's included, fail when told to.
#include <GraphMol/RWMol.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdint>
#include <cstdlib>
#include <new>
#include <string>
#include <vector>

#include "src/base/file.hpp"
#include "src/chem/pieces.hpp"
#include "src/chem/rdkit_releases.hpp"
#include "src/chem/standardise.hpp"

namespace {

constexpr std::int64_t kNoLimit = -1;
std::int64_t g_allocations_left = kNoLimit;

// From there on: streams, with which RDKit writes, swallow a single failure.
bool fails_now() {
  if (g_allocations_left == kNoLimit) return false;
  if (g_allocations_left == 0) return true;
  --g_allocations_left;
  return false;
}

}  // namespace

// Not inlined: GCC 12 takes the inlined pair for a mismatch.
[[gnu::noinline]] void* operator new(std::size_t size) {
  if (fails_now()) throw std::bad_alloc();
  if (void* memory = std::malloc(size == 0 ? 1 : size)) return memory;
  throw std::bad_alloc();
}
[[gnu::noinline]] void operator delete(void* memory) noexcept { std::free(memory); }
[[gnu::noinline]] void operator delete(void* memory, std::size_t) noexcept { std::free(memory); }

namespace fragflow {
namespace {

constexpr const char* kSmiles = "O=C(O)c1ccc2c(c1)C1CCC2C1";
// One part without charges: RDKit's matcher, which neutralising and choosing among parts use, keeps
// its lock where memory is not there.
constexpr const char* kMarked = "OC(=O)c1ccc([2H])cc1C[C@H](N)O";

// Calls body with memory for its first k allocations only, k = 0, 1, ..., until that is enough. It
// gives its result or throws bad_alloc each time; `body` returns whether the result is right.
template <typename Body>
void expect_told(const Body& body) {
  ASSERT_TRUE(body());  // what is made once is made now
  std::int64_t told = 0;
  for (std::int64_t k = 0;; ++k) {
    bool right = false, out_of_memory = false;
    g_allocations_left = k;
    try {
      right = body();
    } catch (const std::bad_alloc&) {
      out_of_memory = true;
    }
    const bool all_succeeded = g_allocations_left > 0;
    g_allocations_left = kNoLimit;
    ASSERT_TRUE(right || out_of_memory) << "allocation " << k;
    told += out_of_memory;
    if (all_succeeded) break;
  }
  EXPECT_GT(told, 0);
}

TEST(OutOfMemory, ParseSmiles) {
  expect_told([] {
    const auto molecule = parse_smiles(kSmiles);
    return molecule && molecule->getNumAtoms() == 14;
  });
}

TEST(OutOfMemory, Standardise) {
  const std::string expected = standardise(kMarked).smiles;
  expect_told([&] { return standardise(kMarked).smiles == expected; });
}

TEST(OutOfMemory, ReadFile) {
  const std::string path = FRAGFLOW_SOURCE_DIR "/README.md";
  const std::string expected = read_file(path);
  expect_told([&] { return read_file(path) == expected; });
}

TEST(OutOfMemory, CappedPiece) {
  if (is_rdkit_of_2025()) GTEST_SKIP() << "RDKit's MolToSmiles crashes where memory runs out";
  const auto molecule = parse_smiles("CCOc1ccccc1");
  expect_told([&] { return capped_piece(*molecule, {3, 4, 5, 6, 7, 8}).smiles == "c1ccccc1"; });
}

}  // namespace
}  // namespace fragflow
