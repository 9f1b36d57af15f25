// Chooses a batch of candidates one by one by score, each not too similar to those before.
#pragma once

#include <cstddef>
#include <vector>

#include "src/chem/fingerprint.hpp"

namespace fragflow {

// Scores of candidates; they may change whenever one is taken.
class BatchScore {
 public:
  virtual ~BatchScore() = default;
  // For position `slot` of the batch, from 0. The candidate with the largest value is taken.
  virtual double value(std::size_t candidate, std::size_t slot) const = 0;
  virtual void taken(std::size_t candidate) = 0;
};

struct Pick {
  std::size_t candidate = 0;
  double value = 0;
  // No candidate was dissimilar enough.
  bool relaxed = false;
};

// Chooses `count` candidates, or all if there are fewer; ties: the first. One whose Tanimoto
// similarity to a chosen one is max_similarity or more is taken only if there is no other; above 1
// there is no limit. fingerprints: of the candidates. Evaluates O(count x candidates) values.
std::vector<Pick> choose_batch(const FingerprintSet& fingerprints, std::size_t count,
                               double max_similarity, BatchScore& score);

}  // namespace fragflow
