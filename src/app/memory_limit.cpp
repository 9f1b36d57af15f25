// Says that a limit on the address space (ulimit -v) leaves too little for the libraries, where
// they would not: OpenBLAS asks for its buffers again and again for ever. This happens before its
// constructor runs, when only system calls and plain memory may be used.
#include <fcntl.h>
#include <sys/resource.h>
#include <unistd.h>

#include <array>
#include <cstddef>

namespace fragflow {
namespace {

// What the constructors and one thread took beyond the mapped libraries was 210 MB.
constexpr rlim_t kNeeded = rlim_t{320} << 20;
constexpr char kMessage[] =
    "error: the limit on memory (ulimit -v) is too small: loading the libraries and starting takes "
    "about 1 GB; allow at least 1500000 (kB)\n";

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

void refuse_small_limit(int, char**, char**) {
  rlimit limit{};
  if (::getrlimit(RLIMIT_AS, &limit) != 0 || limit.rlim_cur == RLIM_INFINITY) return;
  if (address_space() + kNeeded <= limit.rlim_cur) return;
  [[maybe_unused]] const ssize_t written = ::write(2, kMessage, sizeof kMessage - 1);
  ::_exit(2);
}

[[gnu::section(".preinit_array"), gnu::used]] void (*const preinit)(int, char**,
                                                                    char**) = refuse_small_limit;

}  // namespace
}  // namespace fragflow
