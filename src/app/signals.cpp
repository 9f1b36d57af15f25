#include "src/app/signals.hpp"

#include <atomic>
#include <csignal>

namespace fragflow {
namespace {

// A signal handler can access only static variables.
std::atomic<bool> stop_flag{false};
static_assert(std::atomic<bool>::is_always_lock_free);

void on_signal(int signal) {
  stop_flag.store(true);
  std::signal(signal, SIG_DFL);
}

}  // namespace

StopToken stop_on_signals() {
  std::signal(SIGINT, on_signal);
  std::signal(SIGTERM, on_signal);
  return StopToken(stop_flag);
}

}  // namespace fragflow
