// Which molecules wait, which worker has which of them, and what happens to a batch whose worker is
// lost, whose program fails or whose answer is invalid. No network and no clock: callers pass
// events and times, in seconds of a monotonic clock. Not thread-safe.
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

// A batch lent to a worker. The id is random and
// therefore unique, also across restarts of the run.
struct Lease {
  std::string id;
  std::vector<std::string> smiles;
  double seconds = 0;  // time limit of the program for the batch
};

struct WorkerStatus {
  std::string name;
  double last_seen = 0;
  std::int64_t molecules = 0;  // scored by this worker
  std::string lease;           // "": none, the worker waits
  int failures = 0;            // consecutive failed batches, up to the last one
  double last_failure = 0;
};

class BatchQueue {
 public:
  explicit BatchQueue(const PoolConfig& config) : config_(config) {}

  // Molecules that are neither waiting nor lent. Distinct.
  void add(std::span<const std::string> smiles);
  // Drops all waiting and lent molecules.
  void clear();

  // The next batch for a worker: at most config.batch_size molecules and its fraction of those
  // waiting; empty if there are none. A worker that asks while it has a batch gets the same one
  // again: it did not receive it.
  //
  // One broken worker must not spoil what others score: a batch is not lent again to a worker on
  // which it failed as long as another is active that has not tried it, or that fails less; and a
  // worker that fails more than others gets nothing for a while, longer after each failure.
  std::optional<Lease> take(const std::string& worker, const std::string& name, double now);
  // Restores a batch lent before the run was restarted, to a worker that may still have it. None of
  // its molecules may be waiting or lent.
  void restore(const std::string& worker, const Lease& lease, double now);
  // Heartbeat. False if the worker no longer holds the lease.
  bool beat(const std::string& worker, const std::string& lease, double now);

  struct Verdict {
    std::string refusal;            // "": accepted
    std::vector<PoolRow> finished;  // scored, or given up (with the reason as failure)
  };
  // Accepts the answer for a whole batch if it has exactly one row per molecule, each with finite
  // values of the same outputs or a failure. A rejected answer counts as a failed attempt, unless
  // the lease has ended. Failures of a worker that scores nothing while another fails less are not
  // counted. For a lease that ended because its worker was lost, molecules that still wait are
  // accepted.
  Verdict answer(const std::string& worker, const std::string& lease, std::vector<PoolRow> rows,
                 double now);
  // Reports that the program failed on the batch.
  Verdict fail(const std::string& worker, const std::string& lease, const std::string& reason,
               double now);
  // The worker leaves: its batch waits again, and no failure is counted.
  void give_back(const std::string& worker, const std::string& lease);
  // Ends the leases of workers that were silent for config.lease seconds, and of those that
  // exceeded their time. Returns molecules that are given up.
  std::vector<PoolRow> expire(double now);
  // Reports that for this many seconds until now no worker was served (the run was stopped, or its
  // disk slow): this time counts against no worker.
  void was_paused(double seconds, double now);
  // Removes waiting molecules that are no longer needed.
  void drop(const std::set<std::string>& smiles);
  // Restricts a lent batch to these molecules; the lease ends if there are none.
  void keep(const std::string& lease, const std::vector<std::string>& smiles);
  // Whether this worker holds this lease.
  bool has(const std::string& worker, const std::string& lease) const;
  // Leases that have ended for any reason since the last call.
  std::vector<std::string> take_ended() { return std::exchange(ended_, {}); }

  std::size_t num_waiting() const;
  std::size_t num_lent() const;
  std::set<std::string> lent() const;  // molecules
  // Workers seen within config.lease seconds, by id.
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
  // An answer for a lease that ended because its worker was silent.
  Verdict answer_late(const std::string& worker, const std::string& lease,
                      std::vector<PoolRow> rows);

  Lent* find(const std::string& worker, const std::string& lease);
  WorkerStatus& see(const std::string& worker, double now);
  // Removes the batch from its worker; the remaining molecules wait again, or are given up.
  Batch take_back(const std::string& lease);
  void try_again(Batch batch, const std::string& reason, std::vector<PoolRow>& finished);
  void take_failed_row(const Batch& batch, const PoolRow& row, int count, const std::string& worker,
                       std::vector<PoolRow>& finished);
  // The weight of a failure of a batch or of one of its molecules.
  int note_failure(const std::string& worker, double now);
  bool is_doubtful(const std::string& worker, double now) const;
  bool must_rest(const std::string& worker, double now) const;
  // The first returned batch that this worker may have, or the end.
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
