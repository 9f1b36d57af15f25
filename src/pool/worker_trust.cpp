// Decides which worker may have which batch after failures.
#include <algorithm>
#include <cmath>

#include "src/pool/batch_queue.hpp"

namespace fragflow {
namespace {

constexpr int kMayFail = 3;  // batches in a row, for a worker that has scored some
constexpr double kLongestRest = 60;

}  // namespace

bool BatchQueue::is_doubtful(const std::string& worker, double now) const {
  const WorkerStatus& status = workers_.at(worker);
  if (status.failures < (status.molecules > 0 ? kMayFail : 1)) return false;
  return std::ranges::any_of(workers(now), [&](const auto& other) {
    return other.first != worker && other.second.failures < status.failures;
  });
}

bool BatchQueue::must_rest(const std::string& worker, double now) const {
  const WorkerStatus& status = workers_.at(worker);
  const double rest = std::min(std::ldexp(1.0, std::min(status.failures, 10)), kLongestRest);
  return is_doubtful(worker, now) && now < status.last_failure + rest;
}

std::deque<BatchQueue::Batch>::iterator BatchQueue::find_again(const std::string& worker,
                                                               double now) {
  const auto seen = workers(now);
  const int failures = workers_.at(worker).failures;
  return std::ranges::find_if(again_, [&](const Batch& batch) {
    if (!batch.failed_on.contains(worker)) return true;
    return std::ranges::none_of(seen, [&](const auto& other) {
      return other.first != worker &&
             (!batch.failed_on.contains(other.first) || other.second.failures < failures);
    });
  });
}

int BatchQueue::note_failure(const std::string& worker, double now) {
  WorkerStatus& status = workers_.at(worker);
  ++status.failures;
  status.last_failure = now;
  return is_doubtful(worker, now) ? 0 : 1;
}

}  // namespace fragflow
