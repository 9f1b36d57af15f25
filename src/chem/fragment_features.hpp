// Chemical features of fragments and their sites as rows of numbers, which let a network generalise
// to rare fragments. No RDKit types: environments include this header.
#pragma once

#include <cstdint>
#include <vector>

#include "src/chem/vocabulary.hpp"

namespace fragflow {

// A sparse matrix. Row r holds value[i] in column[i] for i in [offset[r], offset[r + 1]); a column
// may be repeated. The squares of a row's values sum to 1.
struct FeatureRows {
  int columns = 0;
  std::vector<std::int64_t> offset = {0};
  std::vector<std::int32_t> column;
  std::vector<float> value;

  std::int64_t rows() const { return static_cast<std::int64_t>(offset.size()) - 1; }
};

struct FragmentFeatures {
  FeatureRows fragments;  // one row for each fragment
  FeatureRows sites;      // one row for each site, fragment by fragment; equal within an orbit
};

inline constexpr int kFeatureColumns = 512;

// Features are names hashed to columns. Of a fragment: Morgan environments of
// radius 0 to 2 and their counts, elements, rings, charge, size and slots; of
// a site: the environments of its atom of radius 0 to 3, its types, its
// capacity, distances to other slots, and the features of its fragment. Rare
// features have larger weights. A function of the vocabulary. Parallel.
FragmentFeatures fragment_features(const Vocabulary& vocabulary);

}  // namespace fragflow
