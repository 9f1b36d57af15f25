// Settings that must be made before the libraries are loaded: their constructors run before main()
// and read the environment, and those of LibTorch take half a second. So all of this is decided in
// a function that the loader calls first, which restarts the program with these settings. At that
// time only system calls and plain memory may be used.
//
// 1. A limit on the address space (ulimit -v) too small for the libraries is an error here, since
//    with it OpenBLAS would retry its allocations for ever.
// 2. OpenBLAS selects its kernels by the processor's name; for one newer than itself it uses
//    kernels a sixth as fast. OPENBLAS_CORETYPE requests kernels for the instructions that the
//    processor has. On AVX-512 processors of AMD (Zen 4) Zen, Haswell and SkylakeX were
//    measured within 5 % of each other; on Intel's, Haswell had half the speed of
//    SkylakeX.
// 3. The OpenMP runtime gets a small spin count. By default an idle thread of libgomp spins for
//    billions of turns, which is disastrous if cores are shared; without spinning, waking it
//    takes longer than most loops. Measured with two threads of OpenBLAS, GFLOP/s with the default
//    / 1000 turns / none (OMP_WAIT_POLICY=passive):
//      128 x 64 x 128 products alone                     115 / 118 / 58
//      128 x 2400 x 128 beside two other busy programs     7 /  20 / 27
//    100 training steps of the sEH task on two threads, seconds with 1000 / 5000 / 20000 turns, and
//    60 steps beside two other busy programs:
//      alone       13.4, 10.9 / 12.6, 9.7 / 13.4, 10.5
//      beside two  16.7, 17.4 / 13.0, 15.7
// Variables set by the user are not changed.
#include <fcntl.h>
#include <sys/resource.h>
#include <unistd.h>

#include <array>
#include <cstddef>

#include "src/base/processor.hpp"

namespace fragflow {
namespace {

// Memory of the constructors and one thread beyond the mapped libraries was 210 MB.
constexpr rlim_t kNeeded = rlim_t{320} << 20;
constexpr char kMessage[] =
    "error: the limit on memory (ulimit -v) is too small: loading the libraries and starting takes "
    "about 1 GB; allow at least 1500000 (kB)\n";
constexpr char kSpinCount[] = "GOMP_SPINCOUNT=5000";
constexpr char kAvx512Kernels[] = "OPENBLAS_CORETYPE=SkylakeX";
constexpr char kAvx2Kernels[] = "OPENBLAS_CORETYPE=Haswell";
constexpr std::size_t kMaxVariables = 4096;

// Bytes of address space in use; 0 if the system does not say.
rlim_t address_space() {
  std::array<char, 64> text{};
  const int file = ::open("/proc/self/statm", O_RDONLY | O_CLOEXEC);
  if (file < 0) return 0;
  const ssize_t size = ::read(file, text.data(), text.size() - 1);
  ::close(file);
  rlim_t pages = 0;
  for (ssize_t i = 0; i < size && text[i] >= '0' && text[i] <= '9'; ++i) {
    pages = 10 * pages + static_cast<rlim_t>(text[i] - '0');
  }
  return pages * static_cast<rlim_t>(::sysconf(_SC_PAGESIZE));
}

void refuse_small_limit() {
  rlimit limit{};
  if (::getrlimit(RLIMIT_AS, &limit) != 0 || limit.rlim_cur == RLIM_INFINITY) return;
  if (address_space() + kNeeded <= limit.rlim_cur) return;
  [[maybe_unused]] const ssize_t written = ::write(2, kMessage, sizeof kMessage - 1);
  ::_exit(2);
}

// True if `variable` ("NAME=value") is one with this name ("NAME=").
bool is_named(const char* variable, const char* name) {
  while (*name != '\0' && *variable == *name) ++variable, ++name;
  return *name == '\0';
}

// "OPENBLAS_CORETYPE=..." for this processor; null: OpenBLAS selects correctly.
const char* kernels() {
#if defined(__x86_64__) && defined(__GNUC__)
  __builtin_cpu_init();
#endif
  if (has_avx512()) return kAvx512Kernels;
  return has_avx2() ? kAvx2Kernels : nullptr;
}

void start_with_settings(char** arguments, char** variables) {
  static std::array<char*, kMaxVariables> extended;  // the stack may be small
  bool has_kernels = false, has_spin_count = false;
  std::size_t count = 0;
  for (; variables[count] != nullptr; ++count) {
    if (count + 3 >= kMaxVariables) return;
    const char* variable = variables[count];
    has_kernels |= is_named(variable, "OPENBLAS_CORETYPE=");
    has_spin_count |=
        is_named(variable, "GOMP_SPINCOUNT=") || is_named(variable, "OMP_WAIT_POLICY=");
    extended[count] = variables[count];
  }
  const std::size_t given = count;
  if (const char* setting = has_kernels ? nullptr : kernels(); setting != nullptr) {
    extended[count++] = const_cast<char*>(setting);
  }
  if (!has_spin_count) extended[count++] = const_cast<char*>(kSpinCount);
  if (count == given) return;  // after the restart everything is set
  extended[count] = nullptr;
  ::execve("/proc/self/exe", arguments, extended.data());
  // Reached only if the restart failed; then the program runs without the settings.
}

void settle(int, char** arguments, char** variables) {
  refuse_small_limit();
  start_with_settings(arguments, variables);
}

[[gnu::section(".preinit_array"), gnu::used]] void (*const preinit)(int, char**, char**) = settle;

}  // namespace
}  // namespace fragflow
