// Progress of a run that waits for its workers: an occasional line in the log, and
// pool_status.json.
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <nlohmann/json_fwd.hpp>
#include <string>

#include "src/pool/batch_queue.hpp"

namespace fragflow {

// Of the molecules the run is waiting for, except `scored`, `given_up`, `refused` and `lost`, which
// count from the start.
struct PoolNumbers {
  std::size_t wanted = 0;     // not in the store when the run requested them
  std::size_t waiting = 0;    // for a worker
  std::size_t lent = 0;       // at a worker
  std::size_t elsewhere = 0;  // being scored for another run that shares the store
  std::int64_t scored = 0, given_up = 0;
  std::int64_t refused = 0;  // answers
  std::int64_t lost = 0;     // batches of lost workers
  std::map<std::string, WorkerStatus> workers;
};

class PoolProgress {
 public:
  // Molecules per minute over the last five minutes, negative if not yet known; seconds left,
  // likewise. `now` in seconds of a monotonic clock.
  double per_minute(double now) const;
  double seconds_left(const PoolNumbers& numbers, double now) const;

  void observe(std::int64_t scored, double now);
  std::string line(const PoolNumbers& numbers, double now) const;
  nlohmann::ordered_json status(const PoolNumbers& numbers, double now) const;

 private:
  struct Mark {
    double time = 0;
    std::int64_t scored = 0;
  };
  std::deque<Mark> marks_;
};

}  // namespace fragflow
