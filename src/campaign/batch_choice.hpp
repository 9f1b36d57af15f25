// A batch of candidates, one after the other by their worth, none too similar to those before.
#pragma once

#include <cstddef>
#include <vector>

#include "src/chem/fingerprint.hpp"

namespace fragflow {

// What candidates are worth; may change with every one that is taken.
class BatchScore {
 public:
  virtual ~BatchScore() = default;
  // For place `slot` of the batch, from 0. The largest is taken.
  virtual double value(std::size_t candidate, std::size_t slot) const = 0;
  virtual void taken(std::size_t candidate) = 0;
};

struct Pick {
  std::size_t candidate = 0;
  double value = 0;
  // Nothing dissimilar enough was left.
  bool relaxed = false;
};

// `count` candidates, or all if there are fewer; of equals the first. One whose Tanimoto similarity
// to a chosen one is max_similarity or more is taken only when there is no other; max_similarity
// above 1 asks nothing. fingerprints: of the candidates. O(count x candidates) values.
std::vector<Pick> choose_batch(const FingerprintSet& fingerprints, std::size_t count,
                               double max_similarity, BatchScore& score);

}  // namespace fragflow
