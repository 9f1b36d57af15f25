// Connects a waiting run with its workers: queue, store and server under one lock.
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
  // Opens the store. The server is started at the first molecule that is not in the store.
  PoolDesk(const PoolConfig& config, std::string component, std::filesystem::path folder,
           const std::filesystem::path& store);

  // One row for each distinct SMILES; throws like ScoringPool::values.
  std::map<std::string, PoolRow> rows_of(std::span<const std::string> smiles,
                                         const StopToken& stop);

 private:
  // Takes the lock and releases it temporarily while waiting.
  void wait_for(std::set<std::string> missing, const StopToken& stop);
  // The following require the lock:
  void open_server();
  void look_elsewhere();  // checks what another run has scored or released
  void keep_claims(double now);
  void check_scorer() const;
  void notice_pause(double now);
  void restore_leases();
  // Ends in the store the leases that have ended in the queue.
  void end_leases();
  // Stores an answer for a batch that was lent before the run was restarted, and that it has not
  // requested yet.
  bool take_early(const std::string& worker, const std::string& lease,
                  const std::vector<PoolRow>& rows, const std::string& name);
  void finish(std::vector<PoolRow> rows, const std::string& worker);
  void store_failures(const std::string& worker);
  void end_wait();  // drops waiting and lent molecules
  void show(double now);
  PoolNumbers numbers(double now) const;
  // Called by the threads of the server.
  nlohmann::json respond(const std::string& name, const nlohmann::json& request);
  nlohmann::json take_answer(const std::string& worker, const std::string& lease,
                             const nlohmann::json& request, double now);
  void conclude(BatchQueue::Verdict verdict, const std::string& name);
  // An exception of the action also ends the run.
  void or_end(const std::function<void()>& action);
  nlohmann::json lend(const nlohmann::json& request, double now);
  // Restricts a batch to what this run may score, if another run shares the store.
  std::optional<Lease> lend_claimed(const std::string& worker, const std::string& name, double now);

  PoolConfig config_;
  std::string component_;
  std::filesystem::path folder_path_;
  ScorerName scorer_;
  std::string owner_;  // of claims: unchanged by a restart

  std::mutex mutex_;
  std::condition_variable change_;
  ScoreStore store_;
  BatchQueue queue_;
  std::map<std::string, PoolRow> done_;      // of this wait
  std::map<std::string, PoolRow> given_up_;  // since the start
  // Kept until something is scored or the wait ends.
  std::vector<PoolRow> unstored_failures_;
  std::map<std::string, ScoreStore::StoredLease> earlier_;  // lent before the last restart
  // During this wait: molecules without a row; those claimed by another run. Lent ones are claimed
  // for this run, waiting ones for none: a run without workers must not block others.
  std::set<std::string> missing_, elsewhere_;
  std::int64_t num_scored_ = 0;
  bool has_scores_ = false;  // the store, of this scorer
  std::size_t num_wanted_ = 0, given_up_in_a_row_ = 0;
  std::exception_ptr error_;  // from a server thread
  PoolProgress progress_;
  double last_line_ = 0, last_status_ = 0, last_claims_ = 0, last_look_ = 0, last_tick_ = 0;

  std::unique_ptr<PoolFolder> folder_;
  std::unique_ptr<PoolServer> server_;  // last: its threads use the members above
};

}  // namespace fragflow
