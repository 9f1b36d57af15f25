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
#include "src/pool/pool_messages.hpp"

namespace fragflow {
namespace {

// A scorer that fails on everything is not the molecules' fault.
constexpr std::size_t kMaxGivenUp = 10;
constexpr double kClaim = 60, kRenewal = 15;  // seconds
constexpr double kLook = 1, kLine = 10, kStatus = 2;
constexpr auto kTick = std::chrono::milliseconds(50);

double clock_now() {
  return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

double system_now() {
  return std::chrono::duration<double>(std::chrono::system_clock::now().time_since_epoch()).count();
}

std::string machine_name() {
  std::array<char, 256> name{};
  return ::gethostname(name.data(), name.size() - 1) == 0 ? name.data() : "unknown";
}

std::string text_of(const nlohmann::json& request, const char* key) {
  const auto found = request.find(key);
  if (found == request.end() || !found->is_string()) user_error("the request has no \"{}\"", key);
  return found->get<std::string>();
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
  missing_ = std::move(missing);
  mine_.clear();
  last_claims_ = last_look_ = 0;
  try {
    const double begin = clock_now();
    last_line_ = begin;
    progress_.observe(num_scored_, begin);
    while (!missing_.empty()) {
      const double now = clock_now();
      finish(queue_.expire(now), "");
      end_leases();
      if (now - last_look_ >= kLook && mine_.size() < missing_.size()) look_elsewhere();
      keep_claims(now);
      show(now);
      if (!missing_.empty()) change_.wait_for(lock, kTick);
      if (error_) std::rethrow_exception(error_);
      if (stop.stop_requested()) throw Stopped();
      if (num_scored_ == 0 && given_up_.size() >= kMaxGivenUp) {
        const PoolRow& row = given_up_.begin()->second;
        user_error(
            "reward component '{}': {} molecules were given up and none was scored: does the "
            "program work on the workers' machines? {}: {}",
            component_, given_up_.size(), row.smiles, row.failure);
      }
    }
    store_failures("");
    last_status_ = 0;
    show(clock_now());
  } catch (...) {
    end_wait();
    throw;
  }
}

void PoolDesk::end_wait() {
  queue_.clear();
  missing_.clear();
  mine_.clear();
  try {
    store_.free_claims(owner_);
  } catch (const UserError& error) {
    spdlog::debug("{}", error.what());
  }
}

void PoolDesk::look_elsewhere() {
  last_look_ = clock_now();
  std::vector<std::string> others;
  std::set_difference(missing_.begin(), missing_.end(), mine_.begin(), mine_.end(),
                      std::back_inserter(others));
  for (PoolRow& row : store_.find(scorer_, others)) {
    missing_.erase(row.smiles);
    done_[row.smiles] = std::move(row);
  }
  std::erase_if(others, [&](const std::string& text) { return !missing_.contains(text); });
  const auto claimed = store_.claim(scorer_, others, owner_, system_now(), kClaim);
  mine_.insert(claimed.begin(), claimed.end());
  add_to_queue(claimed);
  if (last_claims_ == 0) last_claims_ = last_look_;
}

void PoolDesk::add_to_queue(const std::vector<std::string>& smiles) {
  std::set<std::string> left(smiles.begin(), smiles.end());
  for (auto lease = earlier_.begin(); lease != earlier_.end();) {
    const auto& batch = lease->second.smiles;
    const bool is_wanted = std::all_of(batch.begin(), batch.end(),
                                       [&](const auto& text) { return left.contains(text); });
    if (!is_wanted) {
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

bool PoolDesk::take_early(const std::string& worker, const std::string& lease,
                          const std::vector<PoolRow>& rows, const std::string& name) {
  const auto found = earlier_.find(lease);
  if (found == earlier_.end() || found->second.worker != worker) return false;
  const bool fits = what_does_not_fit(found->second.smiles, rows).empty();
  std::vector<PoolRow> scored;
  for (const PoolRow& row : rows) {
    if (fits && row.failure.empty()) scored.push_back(row);
  }
  for (PoolRow& row : scored) {
    for (auto& [output, value] : row.values) value += 0.0;  // as BatchQueue::answer
  }
  or_end([&] {
    if (!scored.empty()) store_.add(scorer_, scored, name);
    store_.remove_lease(lease);
  });
  earlier_.erase(found);
  return fits;
}

void PoolDesk::keep_claims(double now) {
  if (now - last_claims_ < kRenewal || mine_.empty()) return;
  last_claims_ = now;
  const std::vector<std::string> mine(mine_.begin(), mine_.end());
  store_.claim(scorer_, mine, owner_, system_now(), kClaim);
}

void PoolDesk::store_failures(const std::string& worker) {
  if (unstored_failures_.empty() || num_scored_ == 0) return;
  store_.add(scorer_, unstored_failures_, worker);
  unstored_failures_.clear();
}

void PoolDesk::finish(std::vector<PoolRow> rows, const std::string& worker) {
  if (rows.empty()) return;
  const auto first_failed = std::stable_partition(
      rows.begin(), rows.end(), [](const PoolRow& row) { return row.failure.empty(); });
  const std::span<PoolRow> scored(rows.begin(), first_failed);
  // First on the disk, then anything else. What the store has is what counts: another run may have
  // been first.
  if (!scored.empty()) store_.add(scorer_, scored, worker);
  std::vector<std::string> names;
  for (const PoolRow& row : scored) names.push_back(row.smiles);
  std::ranges::move(store_.find(scorer_, names), scored.begin());
  num_scored_ += static_cast<std::int64_t>(scored.size());
  for (auto row = first_failed; row != rows.end(); ++row) {
    given_up_[row->smiles] = *row;
    unstored_failures_.push_back(*row);
    // The first ones and then ever fewer.
    if (std::has_single_bit(given_up_.size())) {
      spdlog::warn("reward component '{}': {} scores the floor ({} so far): {}", component_,
                   row->smiles, given_up_.size(), row->failure);
    }
  }
  store_failures(worker);
  for (PoolRow& row : rows) {
    missing_.erase(row.smiles);
    mine_.erase(row.smiles);
    done_[row.smiles] = std::move(row);
  }
  change_.notify_all();
}

PoolNumbers PoolDesk::numbers(double now) const {
  PoolNumbers numbers;
  numbers.waiting = queue_.num_waiting();
  numbers.lent = queue_.num_lent();
  numbers.elsewhere = missing_.size() - mine_.size();
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

nlohmann::json PoolDesk::lend(const nlohmann::json& request, double now) {
  if (const std::string version = text_of(request, "version"); version != config_.version) {
    user_error("this run's scorer has pool.version = \"{}\", the worker's has \"{}\"",
               config_.version, version);
  }
  const std::string command = request.value("command", "");
  if (!command.empty() && command != scorer_.command) {
    user_error("this run's scorer is {}, the worker's is {}", scorer_.command, command);
  }
  const auto lease = queue_.take(text_of(request, "worker"), text_of(request, "name"), now);
  if (!lease) {
    // However many wait, they ask some 200 times a second together.
    const auto num_workers = static_cast<double>(queue_.workers(now).size());
    return {{"wait", std::clamp(0.005 * num_workers, 0.05, 1.0)}};
  }
  const std::string worker = text_of(request, "worker");
  or_end([&] { store_.add_lease(scorer_, owner_, {lease->id, worker, lease->smiles}); });
  return {{"lease", lease->id},        {"smiles", lease->smiles},      {"seconds", lease->seconds},
          {"beat", config_.lease / 4}, {"protocol", config_.protocol}, {"echo", config_.echo}};
}

nlohmann::json PoolDesk::respond(const std::string& name, const nlohmann::json& request) {
  const std::lock_guard lock(mutex_);
  const double now = clock_now();
  const std::string worker = text_of(request, "worker");
  if (name == "take") return lend(request, now);
  const std::string lease = text_of(request, "lease");
  if (name == "beat") return {{"hold", queue_.beat(worker, lease, now)}};
  if (name == "leave") {
    queue_.give_back(worker, lease);
    return nlohmann::json::object();
  }
  if (name == "answer") return take_answer(worker, lease, request, now);
  if (name != "fail") user_error("no worker asks for '{}'", name);
  conclude(queue_.fail(worker, lease, text_of(request, "reason"), now), text_of(request, "name"));
  return nlohmann::json::object();
}

nlohmann::json PoolDesk::take_answer(const std::string& worker, const std::string& lease,
                                     const nlohmann::json& request, double now) {
  const std::string name = text_of(request, "name");
  std::vector<PoolRow> rows;
  std::string problem;
  try {
    rows = parse_rows(request.value("rows", nlohmann::json()));
  } catch (const UserError& error) {
    problem = error.what();
  }
  if (!queue_.has(worker, lease) && take_early(worker, lease, rows, name)) return {{"refusal", ""}};
  BatchQueue::Verdict verdict;
  if (problem.empty()) {
    verdict = queue_.answer(worker, lease, std::move(rows), now);
  } else {  // what is no list of rows is an answer that does not fit
    verdict = queue_.fail(worker, lease, problem, now);
    verdict.refusal = problem;
  }
  const std::string refusal = verdict.refusal;
  if (!refusal.empty()) {
    spdlog::warn("reward component '{}': an answer of worker {} is refused: {}", component_, name,
                 refusal);
  }
  conclude(std::move(verdict), name);
  return {{"refusal", refusal}};
}

void PoolDesk::conclude(BatchQueue::Verdict verdict, const std::string& name) {
  or_end([&] {
    finish(std::move(verdict.finished), name);
    end_leases();
  });
}

void PoolDesk::or_end(const std::function<void()>& action) {
  try {
    action();
  } catch (...) {
    error_ = std::current_exception();
    change_.notify_all();
    throw;
  }
}

}  // namespace fragflow
