// Gives the OpenMP runtime a small spin count. By default an idle thread of libgomp spins for
// billions of turns, which collapses the program where cores are shared; without any, waking it
// takes longer than most loops. Measured with two threads of OpenBLAS, GFLOP/s with the default /
// 1000 turns / none (OMP_WAIT_POLICY=passive):
//   128 x 64 x 128 products alone                     115 / 118 / 58
//   128 x 2400 x 128 beside two other busy programs     7 /  20 / 27
// 100 training steps of the sEH task on two threads, seconds with 1000 / 5000 / 20000 turns, and 60
// steps beside two other busy programs:
//   alone       13.4, 10.9 / 12.6, 9.7 / 13.4, 10.5
//   beside two  16.7, 17.4 / 13.0, 15.7
//
// libgomp reads the setting while it is loaded, so that the program has to start again with it.
// This happens before the constructors of the shared libraries run, because those of LibTorch
// take half a second. At that point of time only system calls and plain memory may be used.
#include <unistd.h>

#include <array>
#include <cstddef>

namespace fragflow {
namespace {

constexpr char kSetting[] = "GOMP_SPINCOUNT=5000";
constexpr std::size_t kMaxVariables = 4096;

// True if `variable` ("NAME=value") is one with this name ("NAME=").
bool is_named(const char* variable, const char* name) {
  while (*name != '\0' && *variable == *name) ++variable, ++name;
  return *name == '\0';
}

void start_with_small_spin_count(int, char** arguments, char** variables) {
  static std::array<char*, kMaxVariables> extended;  // the stack may be small
  std::size_t count = 0;
  for (; variables[count] != nullptr; ++count) {
    // The user's choice is left alone; and after the restart the setting is there.
    if (is_named(variables[count], "GOMP_SPINCOUNT=") ||
        is_named(variables[count], "OMP_WAIT_POLICY=") || count + 2 >= kMaxVariables) {
      return;
    }
    extended[count] = variables[count];
  }
  extended[count] = const_cast<char*>(kSetting);
  extended[count + 1] = nullptr;
  ::execve("/proc/self/exe", arguments, extended.data());
  // Not reached unless the restart failed; then the program runs on without the setting.
}

[[gnu::section(".preinit_array"),
  gnu::used]] void (*const preinit)(int, char**, char**) = start_with_small_spin_count;

}  // namespace
}  // namespace fragflow
