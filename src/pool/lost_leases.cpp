// Leases of workers that were silent, and their late answers.
#include <algorithm>

#include "src/pool/batch_queue.hpp"

namespace fragflow {

std::vector<PoolRow> BatchQueue::expire(double now) {
  std::vector<std::string> over;
  for (const auto& [id, lent] : lent_) {
    if (lent.last_beat + config_.lease < now || lent.end < now) over.push_back(id);
  }
  std::vector<PoolRow> finished;
  for (const std::string& id : over) {
    const bool is_lost = lent_.at(id).last_beat + config_.lease < now;
    const std::string worker = lent_.at(id).worker;
    Batch batch = take_back(id);
    if (is_lost) {
      lost_[id] = {worker, batch.smiles};
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

void BatchQueue::was_paused(double seconds, double now) {
  for (auto& [id, lent] : lent_) {
    lent.last_beat = std::min(lent.last_beat + seconds, now);
    lent.end += seconds;
  }
  for (auto& [id, worker] : workers_) worker.last_seen = std::min(worker.last_seen + seconds, now);
}

BatchQueue::Verdict BatchQueue::answer_late(const std::string& worker, const std::string& lease,
                                            std::vector<PoolRow> rows) {
  Verdict verdict;
  const auto lost = lost_.find(lease);
  if (lost != lost_.end() && lost->second.worker == worker &&
      what_does_not_fit(lost->second.smiles, rows).empty()) {
    std::set<std::string> waiting(fresh_.begin(), fresh_.end());
    for (const Batch& batch : again_) waiting.insert(batch.smiles.begin(), batch.smiles.end());
    std::set<std::string> taken;
    for (PoolRow& row : rows) {
      if (!row.failure.empty() || !waiting.contains(row.smiles)) continue;
      for (auto& [name, value] : row.values) value += 0.0;  // as in answer
      taken.insert(row.smiles);
      verdict.finished.push_back(std::move(row));
    }
    drop(taken);
    lost_.erase(lost);
  }
  if (verdict.finished.empty()) {
    ++num_refused_;
    verdict.refusal =
        "this batch is not lent to this worker any more: it came too late, or it was another's";
  }
  return verdict;
}

}  // namespace fragflow
