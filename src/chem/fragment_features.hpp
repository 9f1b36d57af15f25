// What fragments and their sites look like, as rows of features: a network that reads them knows
// something of a fragment that it has hardly met. No RDKit types: environments read this header.
#pragma once

#include <cstdint>
#include <vector>

#include "src/chem/vocabulary.hpp"

namespace fragflow {

// A matrix most of whose entries are 0. Row r holds value[i] in column[i] for i in
// [offset[r], offset[r + 1]); a column may come twice. The squares of a row's values sum to 1.
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

// Features are names hashed to columns: Morgan environments of radius 0 to 2 and how many there
// are, elements, rings, charge, size and slots of a fragment; of a site the environments of its
// atom of radius 0 to 3, its types, its capacity, how far the other slots are, and what its
// fragment has. Weights are larger for what few fragments have. A function of the vocabulary.
// Parallel.
FragmentFeatures fragment_features(const Vocabulary& vocabulary);

}  // namespace fragflow
