// Requests that work end at its next safe point.
#pragma once

#include <atomic>

#include "src/base/check.hpp"

namespace fragflow {

// Like std::stop_token, but the request may come from a signal handler, where std::stop_source is
// not allowed. Copies refer to the same flag, which must outlive them. Thread-safe.
class StopToken {
 public:
  StopToken() = default;  // never requested
  explicit StopToken(const std::atomic<bool>& flag) : flag_(&flag) {}

  // Requested if either this or the other flag is. A token has at most two flags.
  StopToken or_when(const std::atomic<bool>& flag) const {
    FRAGFLOW_CHECK(flag_ == nullptr || other_ == nullptr, "a stop token of three flags");
    StopToken both = *this;
    (flag_ == nullptr ? both.flag_ : both.other_) = &flag;
    return both;
  }

  bool stop_requested() const { return is_set(flag_) || is_set(other_); }

 private:
  static bool is_set(const std::atomic<bool>* flag) {
    return flag != nullptr && flag->load(std::memory_order_relaxed);
  }
  const std::atomic<bool>* flag_ = nullptr;
  const std::atomic<bool>* other_ = nullptr;
};

}  // namespace fragflow
