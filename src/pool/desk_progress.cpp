// Progress reports of a waiting run.
#include <nlohmann/json.hpp>

#include "src/base/log.hpp"
#include "src/pool/pool_desk.hpp"

namespace fragflow {
namespace {

constexpr double kLine = 10, kStatus = 2;  // seconds

}  // namespace

PoolNumbers PoolDesk::numbers(double now) const {
  PoolNumbers numbers;
  numbers.waiting = queue_.num_waiting();
  numbers.lent = queue_.num_lent();
  numbers.elsewhere = elsewhere_.size();
  numbers.wanted = missing_.size() + done_.size();
  numbers.scored = num_scored_;
  numbers.given_up = static_cast<std::int64_t>(given_up_.size());
  numbers.refused = queue_.num_refused();
  numbers.lost = queue_.num_lost();
  numbers.workers = queue_.workers(now);
  return numbers;
}

void PoolDesk::show(double now) {
  progress_.observe(num_scored_, now);
  const bool is_time_for_line = now - last_line_ >= kLine;
  if (!is_time_for_line && now - last_status_ < kStatus) return;
  const PoolNumbers state = numbers(now);
  if (is_time_for_line) {
    last_line_ = now;
    spdlog::info("reward component '{}': {}", component_, progress_.line(state, now));
    if (state.workers.empty()) {
      spdlog::warn("reward component '{}': no worker: start some with: fragflow worker {}",
                   component_, folder_path_.string());
    }
  }
  last_status_ = now;
  if (folder_) folder_->write_status(progress_.status(state, now).dump(2) + "\n");
}

}  // namespace fragflow
