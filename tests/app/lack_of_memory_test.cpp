#include "src/app/lack_of_memory.hpp"

#include <gtest/gtest.h>

#include <cstddef>
#include <cstdlib>
#include <new>

// tcmalloc's: the program's allocator, which builds with a sanitizer are without.
extern "C" [[gnu::weak]] int tc_set_new_mode(int flag);

namespace fragflow {
namespace {

// More than any address space; volatile, so that the compiler does not see it.
volatile std::size_t g_too_much = std::size_t{1} << 60;
void* volatile g_memory;  // a pair of malloc and free may be left out

// What `allocate` asks for in vain ends the program, with the message and exit code 2.
template <typename Allocate>
void expect_end(const Allocate& allocate) {
  if (tc_set_new_mode == nullptr) GTEST_SKIP() << "another allocator";
  const auto run = [&] {
    end_where_memory_is_lacking();
    allocate();
    std::_Exit(0);
  };
  EXPECT_EXIT(run(), testing::ExitedWithCode(2), "error: out of memory; ");
}

TEST(LackOfMemoryDeathTest, OperatorNewEndsTheProgram) {
  expect_end([] { g_memory = ::operator new(g_too_much); });
}

// What C code calls, and RDKit where it sorts atoms.
TEST(LackOfMemoryDeathTest, MallocEndsTheProgram) {
  expect_end([] { g_memory = std::malloc(g_too_much); });
}

// LibTorch's tensors.
TEST(LackOfMemoryDeathTest, AlignedMemoryEndsTheProgram) {
  expect_end([] {
    void* memory = nullptr;
    if (::posix_memalign(&memory, 64, g_too_much) == 0) g_memory = memory;
  });
}

}  // namespace
}  // namespace fragflow
