#include "src/app/lack_of_memory.hpp"

#include <unistd.h>

#include <atomic>
#include <new>
#include <string_view>

// If tcmalloc is the allocator: mode 1 makes malloc call the new-handler, as operator new does.
extern "C" [[gnu::weak]] int tc_set_new_mode(int flag);

namespace fragflow {
namespace {

constexpr std::string_view kMessage =
    "error: out of memory; smaller training.batch_size, policy.width or fewer molecules at a time "
    "take less; a run continues at its last checkpoint\n";

}  // namespace

void end_where_memory_is_lacking() {
  std::set_new_handler(end_for_lack_of_memory);
  if (tc_set_new_mode != nullptr) tc_set_new_mode(1);
}

void end_for_lack_of_memory() {
  static std::atomic_flag is_ending;
  while (is_ending.test_and_set()) ::pause();  // several threads: only the first one reports
  // Neither call allocates memory or waits for other threads.
  [[maybe_unused]] const ssize_t written = ::write(STDERR_FILENO, kMessage.data(), kMessage.size());
  ::_exit(2);
}

}  // namespace fragflow
