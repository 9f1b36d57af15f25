#include "src/pool/batch_queue.hpp"

#include <algorithm>

#include "src/pool/pool_token.hpp"

namespace fragflow {

void BatchQueue::add(std::span<const std::string> smiles) {
  fresh_.insert(fresh_.end(), smiles.begin(), smiles.end());
}

void BatchQueue::clear() {
  fresh_.clear();
  again_.clear();
  lent_.clear();
  lost_.clear();
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
  // Workers that left return under another id.
  std::erase_if(workers_, [&](const auto& entry) {
    return entry.second.lease.empty() && entry.second.last_seen + 10 * config_.lease < now;
  });
  std::erase_if(lost_, [&](const auto& entry) { return !workers_.contains(entry.second.worker); });
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
  // The worker normally kills its program in time and reports it: this is for one that does not.
  lent_[lease.id] = {std::move(batch), worker, now, now + seconds + 2 * config_.lease};
  return lease;
}

void BatchQueue::restore(const std::string& worker, const Lease& lease, double now) {
  see(worker, now).lease = lease.id;
  const double end = now + seconds_for(lease.smiles.size()) + 2 * config_.lease;
  Lent& lent = lent_[lease.id] = Lent();
  lent.batch.smiles = lease.smiles;
  lent.worker = worker;
  lent.last_beat = now;
  lent.end = end;
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

// It is retried alone; the others of its batch are scored.
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
    Verdict verdict = answer_late(worker, lease, std::move(rows));
    status.molecules += static_cast<std::int64_t>(verdict.finished.size());
    return verdict;
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
    for (auto& [name, value] : row.values) value += 0.0;  // turns -0 into 0, as the store does
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

void BatchQueue::drop(const std::set<std::string>& smiles) {
  const auto is_dropped = [&](const std::string& text) { return smiles.contains(text); };
  std::erase_if(fresh_, is_dropped);
  for (Batch& batch : again_) std::erase_if(batch.smiles, is_dropped);
  std::erase_if(again_, [](const Batch& batch) { return batch.smiles.empty(); });
}

void BatchQueue::keep(const std::string& lease, const std::vector<std::string>& smiles) {
  const std::set<std::string> kept(smiles.begin(), smiles.end());
  std::erase_if(lent_.at(lease).batch.smiles,
                [&](const std::string& text) { return !kept.contains(text); });
  if (lent_.at(lease).batch.smiles.empty()) take_back(lease);
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

std::set<std::string> BatchQueue::lent() const {
  std::set<std::string> smiles;
  for (const auto& [id, lent] : lent_) {
    smiles.insert(lent.batch.smiles.begin(), lent.batch.smiles.end());
  }
  return smiles;
}

std::map<std::string, WorkerStatus> BatchQueue::workers(double now) const {
  std::map<std::string, WorkerStatus> seen;
  for (const auto& [id, worker] : workers_) {
    if (worker.last_seen + config_.lease >= now) seen[id] = worker;
  }
  return seen;
}

}  // namespace fragflow
