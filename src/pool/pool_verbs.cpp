// Handlers of the workers' requests.
#include <algorithm>
#include <nlohmann/json.hpp>

#include "src/base/check.hpp"
#include "src/base/log.hpp"
#include "src/pool/pool_clock.hpp"
#include "src/pool/pool_desk.hpp"
#include "src/pool/pool_messages.hpp"

namespace fragflow {
namespace {

std::string text_of(const nlohmann::json& request, const char* key) {
  const auto found = request.find(key);
  if (found == request.end() || !found->is_string()) user_error("the request has no \"{}\"", key);
  return found->get<std::string>();
}

}  // namespace

nlohmann::json PoolDesk::lend(const nlohmann::json& request, double now) {
  if (const std::string version = text_of(request, "version"); version != config_.version) {
    user_error("this run's scorer has pool.version = \"{}\", the worker's has \"{}\"",
               config_.version, version);
  }
  const std::string command = request.value("command", "");
  if (!command.empty() && command != scorer_.command) {
    user_error("this run's scorer is {}, the worker's is {}", scorer_.command, command);
  }
  const std::string worker = text_of(request, "worker"), worker_name = text_of(request, "name");
  std::optional<Lease> lease;
  or_end([&] { lease = lend_claimed(worker, worker_name, now); });
  if (!lease) {
    // All waiting workers together send about 200 requests per second.
    const auto num_workers = static_cast<double>(queue_.workers(now).size());
    return {{"wait", std::clamp(0.005 * num_workers, 0.05, 1.0)}};
  }
  return {{"lease", lease->id},        {"smiles", lease->smiles},      {"seconds", lease->seconds},
          {"beat", config_.lease / 4}, {"protocol", config_.protocol}, {"echo", config_.echo}};
}

std::optional<Lease> PoolDesk::lend_claimed(const std::string& worker, const std::string& name,
                                            double now) {
  while (const auto lease = queue_.take(worker, name, now)) {
    const auto claimed = store_.claim(scorer_, lease->smiles, owner_, system_now(), kClaim);
    if (claimed.size() == lease->smiles.size()) {
      store_.add_lease(scorer_, owner_, {lease->id, worker, lease->smiles});
      return lease;
    }
    // The rest is claimed or scored by another run.
    elsewhere_.insert(lease->smiles.begin(), lease->smiles.end());
    for (const std::string& text : claimed) elsewhere_.erase(text);
    queue_.keep(lease->id, claimed);
  }
  return {};
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
  } else {  // malformed rows count as an invalid answer
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
    for (auto& [output, value] : row.values) value += 0.0;  // as in BatchQueue::answer
  }
  or_end([&] {
    if (!scored.empty()) store_.add(scorer_, scored, name);
    store_.remove_lease(lease);
  });
  earlier_.erase(found);
  return fits;
}

}  // namespace fragflow
