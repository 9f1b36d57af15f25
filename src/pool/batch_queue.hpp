// Which molecules wait, which worker has which of them, and what becomes of a batch whose worker is
// lost, whose program fails or whose answer does not fit. No network and no clock: callers say what
// happened and when, in seconds of a clock that never goes back. Not thread-safe.
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "src/pool/pool_config.hpp"
#include "src/pool/pool_row.hpp"

namespace fragflow {

// A batch lent to a worker. The id is random: nothing that belongs to another batch, or to an
// earlier start of the run, has the same.
struct Lease {
  std::string id;
  std::vector<std::string> smiles;
  double seconds = 0;  // what the program has for the batch
};

struct WorkerStatus {
  std::string name;
  double last_seen = 0;
  std::int64_t molecules = 0;  // that it has scored
  std::string lease;           // "": it waits
  int failures = 0;            // batches in a row that failed, up to the last one
  double last_failure = 0;
};

class BatchQueue {
 public:
  explicit BatchQueue(const PoolConfig& config) : config_(config) {}

  // Molecules that are neither waiting nor lent. Distinct.
  void add(std::span<const std::string> smiles);
  // Forgets what waits and what is lent.
  void clear();

  // The next batch for a worker, at most config.batch_size molecules and no more than its fraction
  // of what waits; nothing if nothing waits. A worker that asks while it has a batch gets that
  // again: it did not hear of it.
  //
  // One broken worker must not spoil what others score: a batch is not lent again to a worker on
  // which it failed while another is seen that has not tried it, or that fails less; and a worker
  // that fails more than others gets nothing for a while, longer after each failure.
  std::optional<Lease> take(const std::string& worker, const std::string& name, double now);
  // A batch that was lent before the run was started again, to a worker that may still have it.
  // None of its molecules waits or is lent.
  void restore(const std::string& worker, const Lease& lease, double now);
  // A sign of life. False if the lease is not the worker's any more.
  bool beat(const std::string& worker, const std::string& lease, double now);

  struct Verdict {
    std::string refusal;            // "": accepted
    std::vector<PoolRow> finished;  // scored, or given up (with the reason as failure)
  };
  // Takes the answer for a whole batch if it has exactly one row for each of its molecules, each
  // with finite values of the same outputs or a failure. What is refused counts as a failed try,
  // unless the lease is over: then it is only refused. Failures of a worker that scores nothing
  // while another fails less are not counted.
  // Of an ended lease that its worker had lost, molecules that still wait are taken.
  Verdict answer(const std::string& worker, const std::string& lease, std::vector<PoolRow> rows,
                 double now);
  // The program failed on the batch.
  Verdict fail(const std::string& worker, const std::string& lease, const std::string& reason,
               double now);
  // The worker leaves: its batch waits again, and nothing is counted.
  void give_back(const std::string& worker, const std::string& lease);
  // Ends the leases of workers that were silent for config.lease seconds, and of those that had
  // their batch too long. Returns molecules that are given up.
  std::vector<PoolRow> expire(double now);
  // For so many seconds until now nobody was listened to (the run was stopped, or its disk slow):
  // they count for no worker.
  void was_paused(double seconds, double now);
  // Molecules that wait and need not any more.
  void drop(const std::set<std::string>& smiles);
  // Of a lent batch only these molecules are to be scored; the lease ends if there are none.
  void keep(const std::string& lease, const std::vector<std::string>& smiles);
  // Whether this worker has this lease.
  bool has(const std::string& worker, const std::string& lease) const;
  // Leases that have ended since the last call, in whatever way.
  std::vector<std::string> take_ended() { return std::exchange(ended_, {}); }

  std::size_t num_waiting() const;
  std::size_t num_lent() const;
  std::set<std::string> lent() const;  // molecules
  // Seen within config.lease seconds, by their ids.
  std::map<std::string, WorkerStatus> workers(double now) const;
  std::int64_t num_refused() const { return num_refused_; }
  std::int64_t num_lost() const { return num_lost_; }

 private:
  struct Batch {
    std::vector<std::string> smiles;
    int failures = 0, losses = 0;
    std::set<std::string> failed_on;  // workers
  };
  struct Lent {
    Batch batch;
    std::string worker;
    double last_beat = 0, end = 0;
  };

  struct LostLease {
    std::string worker;
    std::vector<std::string> smiles;
  };
  // An answer for a lease that was ended because its worker was silent.
  Verdict answer_late(const std::string& worker, const std::string& lease,
                      std::vector<PoolRow> rows);

  Lent* find(const std::string& worker, const std::string& lease);
  WorkerStatus& see(const std::string& worker, double now);
  // Takes the batch back; what is left of it waits again, or is given up.
  Batch take_back(const std::string& lease);
  void try_again(Batch batch, const std::string& reason, std::vector<PoolRow>& finished);
  void take_failed_row(const Batch& batch, const PoolRow& row, int count, const std::string& worker,
                       std::vector<PoolRow>& finished);
  // Of a batch, or a molecule of it: how much it counts.
  int note_failure(const std::string& worker, double now);
  bool is_doubtful(const std::string& worker, double now) const;
  bool must_rest(const std::string& worker, double now) const;
  // The first batch lent before that this worker may have, or the end.
  std::deque<Batch>::iterator find_again(const std::string& worker, double now);
  double seconds_for(std::size_t molecules) const;

  PoolConfig config_;
  std::deque<std::string> fresh_;  // never lent
  std::deque<Batch> again_;        // lent before
  std::map<std::string, Lent> lent_;
  std::map<std::string, WorkerStatus> workers_;
  std::map<std::string, LostLease> lost_;
  std::vector<std::string> ended_;
  std::int64_t num_refused_ = 0, num_lost_ = 0;
};

}  // namespace fragflow
