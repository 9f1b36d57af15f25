// How long work is asked to end at its next safe point.
#pragma once

#include <atomic>

namespace fragflow {

// Like std::stop_token, but what asks may be a signal handler, in which std::stop_source is not
// allowed. Copies look at the same flag, which must outlive them. Thread-safe.
class StopToken {
 public:
  StopToken() = default;  // never asks
  explicit StopToken(const std::atomic<bool>& flag) : flag_(&flag) {}

  bool stop_requested() const { return flag_ != nullptr && flag_->load(std::memory_order_relaxed); }

 private:
  const std::atomic<bool>* flag_ = nullptr;
};

}  // namespace fragflow
