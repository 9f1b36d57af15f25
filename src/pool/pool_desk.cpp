#include "src/pool/pool_desk.hpp"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <bit>
#include <chrono>
#include <nlohmann/json.hpp>

#include "src/base/check.hpp"
#include "src/base/child_process.hpp"
#include "src/base/log.hpp"
#include "src/base/stopped.hpp"
#include "src/pool/pool_clock.hpp"

namespace fragflow {
namespace {

// If a scorer fails on everything, the molecules are not the cause.
constexpr std::size_t kMaxGivenUp = 10, kMaxInARow = 20;
constexpr double kRenewal = 15, kPause = 2;  // seconds
constexpr double kLook = 1;
constexpr auto kTick = std::chrono::milliseconds(50);

std::string machine_name() {
  std::array<char, 256> name{};
  return ::gethostname(name.data(), name.size() - 1) == 0 ? name.data() : "unknown";
}

}  // namespace

PoolDesk::PoolDesk(const PoolConfig& config, std::string component, std::filesystem::path folder,
                   const std::filesystem::path& store)
    : config_(config),
      component_(std::move(component)),
      folder_path_(std::move(folder)),
      scorer_{config.version, command_line(config.command)},
      owner_(machine_name() + ":" + folder_path_.lexically_normal().string()),
      store_(store),
      queue_(config) {}

void PoolDesk::open_server() {
  if (server_) return;
  auto folder = std::make_unique<PoolFolder>(folder_path_);
  server_ = std::make_unique<PoolServer>(
      config_.address, config_.port, folder->earlier_port(), folder->token(),
      [this](const auto& name, const auto& request) { return respond(name, request); });
  for (auto& lease : store_.leases(scorer_, owner_)) earlier_[lease.id] = std::move(lease);
  folder->write_address(
      {host_to_connect(config_.address), server_->port(), config_.command, config_.version});
  folder_ = std::move(folder);
  spdlog::info("reward component '{}': waits for workers at {}:{}: fragflow worker {}", component_,
               host_to_connect(config_.address), server_->port(), folder_path_.string());
}

std::map<std::string, PoolRow> PoolDesk::rows_of(std::span<const std::string> smiles,
                                                 const StopToken& stop) {
  std::unique_lock lock(mutex_);
  done_.clear();
  std::set<std::string> missing(smiles.begin(), smiles.end());
  const std::vector<std::string> wanted(missing.begin(), missing.end());
  for (PoolRow& row : store_.find(scorer_, wanted)) {
    missing.erase(row.smiles);
    done_[row.smiles] = std::move(row);
  }
  for (const std::string& text : wanted) {
    const auto found = given_up_.find(text);
    if (found != given_up_.end() && missing.erase(text) > 0) done_[text] = found->second;
  }
  if (!missing.empty()) {
    open_server();
    lock.unlock();
    wait_for(std::move(missing), stop);
    lock.lock();
  }
  return std::move(done_);
}

void PoolDesk::wait_for(std::set<std::string> missing, const StopToken& stop) {
  std::unique_lock lock(mutex_);
  const double begin = clock_now();
  missing_ = std::move(missing);
  num_wanted_ = missing_.size();
  elsewhere_.clear();
  last_line_ = last_tick_ = last_look_ = last_claims_ = begin;
  try {
    has_scores_ = store_.has_scores(scorer_);
    restore_leases();
    progress_.observe(num_scored_, begin);
    while (!missing_.empty()) {
      const double now = clock_now();
      notice_pause(now);
      finish(queue_.expire(now), "");
      end_leases();
      if (now - last_look_ >= kLook) look_elsewhere();
      keep_claims(now);
      show(now);
      if (!missing_.empty()) change_.wait_for(lock, kTick);
      if (error_) std::rethrow_exception(error_);
      if (stop.stop_requested()) throw Stopped();
      check_scorer();
    }
    store_failures("");
    last_status_ = 0;
    show(clock_now());
  } catch (...) {
    end_wait();
    throw;
  }
}

void PoolDesk::check_scorer() const {
  // At least as many in a row as a step wants: its last molecules are often the difficult ones.
  const bool never_worked = !has_scores_ && given_up_.size() >= kMaxGivenUp;
  const bool works_no_more = given_up_in_a_row_ >= std::max(kMaxInARow, num_wanted_);
  if (!never_worked && !works_no_more) return;
  const PoolRow& row =
      unstored_failures_.empty() ? given_up_.begin()->second : unstored_failures_.back();
  user_error(
      "reward component '{}': {} molecules were given up and none was scored{}: does the program "
      "work on the workers' machines? {}: {}",
      component_, never_worked ? given_up_.size() : given_up_in_a_row_,
      never_worked ? "" : " in between", row.smiles, row.failure);
}

// The run was stopped, or its disk slow: heartbeats of workers were not processed.
void PoolDesk::notice_pause(double now) {
  if (now - last_tick_ > kPause) queue_.was_paused(now - last_tick_, now);
  last_tick_ = now;
}

void PoolDesk::end_wait() {
  queue_.clear();
  missing_.clear();
  elsewhere_.clear();
  try {
    store_.free_claims(owner_);
  } catch (const UserError& error) {
    spdlog::debug("{}", error.what());
  }
}

void PoolDesk::look_elsewhere() {
  last_look_ = clock_now();
  const auto lent = queue_.lent();
  std::vector<std::string> others;
  std::ranges::set_difference(missing_, lent, std::back_inserter(others));
  std::set<std::string> found;
  for (PoolRow& row : store_.find(scorer_, others)) {
    found.insert(row.smiles);
    missing_.erase(row.smiles);
    elsewhere_.erase(row.smiles);
    done_[row.smiles] = std::move(row);
  }
  queue_.drop(found);
  // The claim of the other run may have ended: this is checked when a worker asks.
  const std::vector<std::string> claimed(elsewhere_.begin(), elsewhere_.end());
  queue_.add(claimed);
  elsewhere_.clear();
}

void PoolDesk::restore_leases() {
  std::set<std::string> left = missing_;
  for (auto lease = earlier_.begin(); lease != earlier_.end();) {
    const auto& batch = lease->second.smiles;
    const bool is_wanted =
        std::ranges::all_of(batch, [&](const std::string& text) { return left.contains(text); });
    if (!is_wanted ||
        store_.claim(scorer_, batch, owner_, system_now(), kClaim).size() != batch.size()) {
      ++lease;
      continue;
    }
    queue_.restore(lease->second.worker, {lease->first, batch, 0}, clock_now());
    for (const std::string& text : batch) left.erase(text);
    lease = earlier_.erase(lease);
  }
  const std::vector<std::string> fresh(left.begin(), left.end());
  queue_.add(fresh);
}

void PoolDesk::end_leases() {
  for (const std::string& id : queue_.take_ended()) store_.remove_lease(id);
}

void PoolDesk::keep_claims(double now) {
  if (now - last_claims_ < kRenewal) return;
  last_claims_ = now;
  const auto lent = queue_.lent();
  if (lent.empty()) return;
  const std::vector<std::string> smiles(lent.begin(), lent.end());
  store_.claim(scorer_, smiles, owner_, system_now(), kClaim);
}

void PoolDesk::store_failures(const std::string& worker) {
  if (unstored_failures_.empty() || !has_scores_) return;
  store_.add(scorer_, unstored_failures_, worker);
  unstored_failures_.clear();
}

void PoolDesk::finish(std::vector<PoolRow> rows, const std::string& worker) {
  if (rows.empty()) return;
  const auto first_failed = std::stable_partition(
      rows.begin(), rows.end(), [](const PoolRow& row) { return row.failure.empty(); });
  const std::span<PoolRow> scored(rows.begin(), first_failed);
  // First stored on disk, before anything else. The store's content is authoritative: another run
  // may have been first.
  if (!scored.empty()) store_.add(scorer_, scored, worker);
  std::vector<std::string> names;
  for (const PoolRow& row : scored) names.push_back(row.smiles);
  std::ranges::move(store_.find(scorer_, names), scored.begin());
  num_scored_ += static_cast<std::int64_t>(scored.size());
  given_up_in_a_row_ += rows.size() - scored.size();
  for (auto row = first_failed; row != rows.end(); ++row) {
    given_up_[row->smiles] = *row;
    unstored_failures_.push_back(*row);
    // Warns about the first ones and then at increasing intervals.
    if (std::has_single_bit(given_up_.size())) {
      spdlog::warn("reward component '{}': {} scores the floor ({} so far): {}", component_,
                   row->smiles, given_up_.size(), row->failure);
    }
  }
  if (!scored.empty()) {
    has_scores_ = true;
    given_up_in_a_row_ = 0;
    store_failures(worker);
  }
  for (PoolRow& row : rows) {
    missing_.erase(row.smiles);
    done_[row.smiles] = std::move(row);
  }
  change_.notify_all();
}

}  // namespace fragflow
