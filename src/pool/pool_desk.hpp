// Where a run that waits and its workers meet: queue, store and server, and one lock around them.
#pragma once

#include <condition_variable>
#include <exception>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <vector>

#include "src/base/stop_token.hpp"
#include "src/pool/batch_queue.hpp"
#include "src/pool/pool_folder.hpp"
#include "src/pool/pool_progress.hpp"
#include "src/pool/pool_server.hpp"
#include "src/pool/score_store.hpp"

namespace fragflow {

class PoolDesk {
 public:
  // Opens the store. The server is started when the first molecule is not in it.
  PoolDesk(const PoolConfig& config, std::string component, std::filesystem::path folder,
           const std::filesystem::path& store);

  // One row for each different SMILES; see ScoringPool::values for what is thrown.
  std::map<std::string, PoolRow> rows_of(std::span<const std::string> smiles,
                                         const StopToken& stop);

 private:
  // Takes the lock, which it gives up now and then while it waits.
  void wait_for(std::set<std::string> missing, const StopToken& stop);
  // With the lock held:
  void open_server();
  void look_elsewhere();  // what another run has scored, and what it has not
  void keep_claims(double now);
  void check_scorer() const;
  void notice_pause(double now);
  void restore_leases();
  // What is over in the queue is over in the store.
  void end_leases();
  // An answer for a batch that was lent before the run was started again, and that it has not asked
  // for yet: for the store.
  bool take_early(const std::string& worker, const std::string& lease,
                  const std::vector<PoolRow>& rows, const std::string& name);
  void finish(std::vector<PoolRow> rows, const std::string& worker);
  void store_failures(const std::string& worker);
  void end_wait();  // what waits or is lent is forgotten
  void show(double now);
  PoolNumbers numbers(double now) const;
  // Called by the server's threads.
  nlohmann::json respond(const std::string& name, const nlohmann::json& request);
  nlohmann::json take_answer(const std::string& worker, const std::string& lease,
                             const nlohmann::json& request, double now);
  void conclude(BatchQueue::Verdict verdict, const std::string& name);
  // What the action throws ends the run, too.
  void or_end(const std::function<void()>& action);
  nlohmann::json lend(const nlohmann::json& request, double now);
  // Of a batch what this run may score, if another run shares the store.
  std::optional<Lease> lend_claimed(const std::string& worker, const std::string& name, double now);

  PoolConfig config_;
  std::string component_;
  std::filesystem::path folder_path_;
  ScorerName scorer_;
  std::string owner_;  // of claims: the same after a restart

  std::mutex mutex_;
  std::condition_variable change_;
  ScoreStore store_;
  BatchQueue queue_;
  std::map<std::string, PoolRow> done_;      // of this wait
  std::map<std::string, PoolRow> given_up_;  // since the start
  // Until something is scored or the wait is over.
  std::vector<PoolRow> unstored_failures_;
  std::map<std::string, ScoreStore::StoredLease> earlier_;  // lent before this start
  // Of this wait: what has no row yet, what of it is claimed by another run. What is lent is
  // claimed for this run, what waits for no run: one without workers must not hold up others.
  std::set<std::string> missing_, elsewhere_;
  std::int64_t num_scored_ = 0;
  bool has_scores_ = false;  // the store, of this scorer
  std::size_t num_wanted_ = 0, given_up_in_a_row_ = 0;
  std::exception_ptr error_;  // of a thread of the server
  PoolProgress progress_;
  double last_line_ = 0, last_status_ = 0, last_claims_ = 0, last_look_ = 0, last_tick_ = 0;

  std::unique_ptr<PoolFolder> folder_;
  std::unique_ptr<PoolServer> server_;  // last: its threads use the rest
};

}  // namespace fragflow
