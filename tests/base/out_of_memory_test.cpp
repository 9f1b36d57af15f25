#include "src/base/out_of_memory.hpp"

#include <gtest/gtest.h>

#include <new>
#include <stdexcept>

namespace fragflow {
namespace {

TEST(OutOfMemory, IsWhatTheStandardLibraryAndLibTorchSay) {
  EXPECT_TRUE(is_out_of_memory(std::bad_alloc()));
  EXPECT_TRUE(is_out_of_memory(std::runtime_error(
      "[enforce fail at alloc_cpu.cpp:66] . DefaultCPUAllocator: can't allocate memory: you tried "
      "to allocate 80000000000 bytes. Error code 12 (Cannot allocate memory)")));
}

// Found by fuzzing: RDKit's messages quote the line that they refuse.
TEST(OutOfMemory, IsNotWhatAFileSays) {
  EXPECT_FALSE(is_out_of_memory(
      std::runtime_error("Atom line too short: '  1  2 can't allocate memory 1  0' on line 7")));
}

}  // namespace
}  // namespace fragflow
