// The clocks of a run that waits for workers.
#pragma once

#include <chrono>

namespace fragflow {

// Monotonic seconds, for events of this process.
inline double clock_now() {
  return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

// Seconds since 1970, for claims, which are shared by several runs.
inline double system_now() {
  return std::chrono::duration<double>(std::chrono::system_clock::now().time_since_epoch()).count();
}
inline constexpr double kClaim = 60;

}  // namespace fragflow
