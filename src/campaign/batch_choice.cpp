#include "src/campaign/batch_choice.hpp"

#include <algorithm>
#include <cstdint>
#include <optional>

namespace fragflow {
namespace {

enum class Standing : std::uint8_t { kFree, kTooSimilar, kTaken };

// The candidate with the largest value among those of a standing.
std::optional<Pick> best_of(const std::vector<Standing>& standings, Standing wanted,
                            std::size_t slot, const BatchScore& score) {
  std::optional<Pick> best;
  for (std::size_t i = 0; i < standings.size(); ++i) {
    if (standings[i] != wanted) continue;
    const double value = score.value(i, slot);
    if (!best || value > best->value) best = Pick{i, value, wanted == Standing::kTooSimilar};
  }
  return best;
}

}  // namespace

std::vector<Pick> choose_batch(const FingerprintSet& fingerprints, std::size_t count,
                               double max_similarity, BatchScore& score) {
  const auto size = static_cast<std::size_t>(fingerprints.size());
  std::vector<Standing> standings(size, Standing::kFree);
  std::vector<Pick> picks;
  while (picks.size() < std::min(count, size)) {
    const std::size_t slot = picks.size();
    std::optional<Pick> pick = best_of(standings, Standing::kFree, slot, score);
    if (!pick) pick = best_of(standings, Standing::kTooSimilar, slot, score);
    standings[pick->candidate] = Standing::kTaken;
    score.taken(pick->candidate);
    picks.push_back(*pick);
    if (max_similarity > 1) continue;
    const auto chosen = static_cast<std::int64_t>(pick->candidate);
    for (std::size_t i = 0; i < size; ++i) {
      if (standings[i] != Standing::kFree) continue;
      const double similarity = fingerprints.tanimoto(static_cast<std::int64_t>(i), chosen);
      if (similarity >= max_similarity) standings[i] = Standing::kTooSimilar;
    }
  }
  return picks;
}

}  // namespace fragflow
