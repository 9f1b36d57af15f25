#include "src/pool/batch_queue.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "src/pool/pool_token.hpp"

namespace fragflow {
namespace {

constexpr int kMayFail = 3;  // batches in a row, for a worker that has scored some
constexpr double kLongestRest = 60;

}  // namespace

std::string what_does_not_fit(const std::vector<std::string>& smiles,
                              const std::vector<PoolRow>& rows) {
  if (rows.size() != smiles.size()) {
    return fmt::format("{} rows for {} molecules", rows.size(), smiles.size());
  }
  const std::set<std::string> asked(smiles.begin(), smiles.end());
  std::set<std::string> answered;
  const PoolRow* scored = nullptr;
  for (const PoolRow& row : rows) {
    if (!asked.contains(row.smiles)) {
      return fmt::format("a row for '{}', which is not in the batch", row.smiles);
    }
    if (!answered.insert(row.smiles).second) return fmt::format("two rows for '{}'", row.smiles);
    if (row.values.empty() == row.failure.empty()) {
      return fmt::format("'{}' has neither a value nor a reason why not, or both", row.smiles);
    }
    for (const auto& [name, value] : row.values) {
      if (!std::isfinite(value)) {
        return fmt::format("the value of '{}' for '{}' is not a finite number", name, row.smiles);
      }
    }
    if (!row.failure.empty()) continue;
    const auto same_name = [](const auto& a, const auto& b) { return a.first == b.first; };
    if (scored != nullptr && !std::equal(scored->values.begin(), scored->values.end(),
                                         row.values.begin(), row.values.end(), same_name)) {
      return fmt::format("'{}' and '{}' have values of different outputs", scored->smiles,
                         row.smiles);
    }
    scored = &row;
  }
  return "";
}

void BatchQueue::add(std::span<const std::string> smiles) {
  fresh_.insert(fresh_.end(), smiles.begin(), smiles.end());
}

void BatchQueue::clear() {
  fresh_.clear();
  again_.clear();
  lent_.clear();
  for (auto& [id, worker] : workers_) worker.lease.clear();
}

double BatchQueue::seconds_for(std::size_t molecules) const {
  return config_.time_limit * static_cast<double>(molecules);
}

WorkerStatus& BatchQueue::see(const std::string& worker, double now) {
  WorkerStatus& status = workers_[worker];
  status.last_seen = now;
  return status;
}

std::optional<Lease> BatchQueue::take(const std::string& worker, const std::string& name,
                                      double now) {
  // Those that left: they come back under another id.
  std::erase_if(workers_, [&](const auto& entry) {
    return entry.second.lease.empty() && entry.second.last_seen + 10 * config_.lease < now;
  });
  WorkerStatus& status = see(worker, now);
  status.name = name;
  if (Lent* lent = find(worker, status.lease)) {
    lent->last_beat = now;
    return Lease{status.lease, lent->batch.smiles, seconds_for(lent->batch.smiles.size())};
  }
  if (must_rest(worker, now)) return std::nullopt;
  Batch batch;
  if (const auto again = find_again(worker, now); again != again_.end()) {
    batch = std::move(*again);
    again_.erase(again);
  } else {
    const std::size_t num_workers = std::max<std::size_t>(workers(now).size(), 1);
    const std::size_t share = (fresh_.size() + num_workers - 1) / num_workers;
    const std::size_t count = std::min(share, static_cast<std::size_t>(config_.batch_size));
    if (count == 0) return std::nullopt;
    const auto end = fresh_.begin() + static_cast<std::ptrdiff_t>(count);
    batch.smiles.assign(fresh_.begin(), end);
    fresh_.erase(fresh_.begin(), end);
  }
  const double seconds = seconds_for(batch.smiles.size());
  const Lease lease{random_token(), batch.smiles, seconds};
  status.lease = lease.id;
  // The worker kills its program in time and says so: this is for one that does not.
  lent_[lease.id] = {std::move(batch), worker, now, now + seconds + 2 * config_.lease};
  return lease;
}

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

void BatchQueue::restore(const std::string& worker, const Lease& lease, double now) {
  see(worker, now).lease = lease.id;
  const double end = now + seconds_for(lease.smiles.size()) + 2 * config_.lease;
  lent_[lease.id] = {{lease.smiles, 0, 0, {}}, worker, now, end};
}

bool BatchQueue::has(const std::string& worker, const std::string& lease) const {
  const auto found = lent_.find(lease);
  return found != lent_.end() && found->second.worker == worker;
}

BatchQueue::Lent* BatchQueue::find(const std::string& worker, const std::string& lease) {
  return has(worker, lease) ? &lent_.find(lease)->second : nullptr;
}

bool BatchQueue::beat(const std::string& worker, const std::string& lease, double now) {
  see(worker, now);
  Lent* lent = find(worker, lease);
  if (lent != nullptr) lent->last_beat = now;
  return lent != nullptr;
}

BatchQueue::Batch BatchQueue::take_back(const std::string& lease) {
  ended_.push_back(lease);
  auto node = lent_.extract(lease);
  const auto worker = workers_.find(node.mapped().worker);
  if (worker != workers_.end()) worker->second.lease.clear();
  return std::move(node.mapped().batch);
}

void BatchQueue::try_again(Batch batch, const std::string& reason, std::vector<PoolRow>& finished) {
  if (batch.failures < config_.tries && batch.losses < config_.losses) {
    again_.push_back(std::move(batch));
  } else if (batch.smiles.size() == 1) {
    finished.push_back({batch.smiles[0], {}, reason});
  } else {
    for (const std::string& smiles : batch.smiles) again_.push_back({{smiles}, 0, 0, {}});
  }
}

// It goes on alone; the others of its batch are scored.
void BatchQueue::take_failed_row(const Batch& batch, const PoolRow& row, int count,
                                 const std::string& worker, std::vector<PoolRow>& finished) {
  Batch alone;
  if (batch.smiles.size() == 1) alone = batch;
  alone.smiles = {row.smiles};
  alone.failures += count;
  alone.failed_on.insert(worker);
  try_again(std::move(alone), row.failure, finished);
}

BatchQueue::Verdict BatchQueue::answer(const std::string& worker, const std::string& lease,
                                       std::vector<PoolRow> rows, double now) {
  WorkerStatus& status = see(worker, now);
  Lent* lent = find(worker, lease);
  if (lent == nullptr) {
    ++num_refused_;
    return {"this batch is not lent to this worker any more: it came too late, or it was another's",
            {}};
  }
  if (const std::string problem = what_does_not_fit(lent->batch.smiles, rows); !problem.empty()) {
    ++num_refused_;
    Verdict verdict = fail(worker, lease, "the answer does not fit: " + problem, now);
    verdict.refusal = problem;
    return verdict;
  }
  const Batch batch = take_back(lease);
  Verdict verdict;
  const bool has_values =
      std::ranges::any_of(rows, [](const PoolRow& row) { return row.failure.empty(); });
  const int count = has_values ? 1 : note_failure(worker, now);
  if (has_values) status.failures = 0;
  for (PoolRow& row : rows) {
    if (!row.failure.empty()) {
      take_failed_row(batch, row, count, worker, verdict.finished);
      continue;
    }
    for (auto& [name, value] : row.values) value += 0.0;  // no -0, which no store keeps
    ++status.molecules;
    verdict.finished.push_back(std::move(row));
  }
  return verdict;
}

BatchQueue::Verdict BatchQueue::fail(const std::string& worker, const std::string& lease,
                                     const std::string& reason, double now) {
  see(worker, now);
  Verdict verdict;
  if (find(worker, lease) == nullptr) {
    verdict.refusal = "this batch is not lent to this worker any more";
    return verdict;
  }
  Batch batch = take_back(lease);
  batch.failures += note_failure(worker, now);
  batch.failed_on.insert(worker);
  try_again(std::move(batch), reason, verdict.finished);
  return verdict;
}

void BatchQueue::give_back(const std::string& worker, const std::string& lease) {
  if (find(worker, lease) != nullptr) again_.push_back(take_back(lease));
  workers_.erase(worker);
}

std::vector<PoolRow> BatchQueue::expire(double now) {
  std::vector<std::string> over;
  for (const auto& [id, lent] : lent_) {
    if (lent.last_beat + config_.lease < now || lent.end < now) over.push_back(id);
  }
  std::vector<PoolRow> finished;
  for (const std::string& id : over) {
    const bool is_lost = lent_.at(id).last_beat + config_.lease < now;
    Batch batch = take_back(id);
    if (is_lost) {
      ++num_lost_;
      ++batch.losses;
      try_again(std::move(batch), "its workers were lost while they scored it", finished);
    } else {
      ++batch.failures;
      try_again(std::move(batch), "its worker had it longer than pool.time_limit allows", finished);
    }
  }
  return finished;
}

std::size_t BatchQueue::num_waiting() const {
  std::size_t count = fresh_.size();
  for (const Batch& batch : again_) count += batch.smiles.size();
  return count;
}

std::size_t BatchQueue::num_lent() const {
  std::size_t count = 0;
  for (const auto& [id, lent] : lent_) count += lent.batch.smiles.size();
  return count;
}

std::map<std::string, WorkerStatus> BatchQueue::workers(double now) const {
  std::map<std::string, WorkerStatus> seen;
  for (const auto& [id, worker] : workers_) {
    if (worker.last_seen + config_.lease >= now) seen[id] = worker;
  }
  return seen;
}

}  // namespace fragflow
