// Growing one tree of a forest.
#pragma once

#include "models/random_forest.hpp"
#include "src/base/rng.hpp"

namespace fragflow {

// Rows with values replaced by bins: one per distinct value of the feature, or at most 255
// quantiles each of the values below and above 0. The best split of a node is then found from sums
// per bin. Zeros have no bin.
class BinnedRows {
 public:
  BinnedRows(std::span<const SparseRow> rows, std::int64_t num_features);

  struct Entry {
    std::uint32_t feature;
    std::uint32_t bin;  // index into the sums of all features
  };
  std::span<const Entry> row(std::int64_t index) const {
    return std::span(entries_).subspan(offsets_[index], offsets_[index + 1] - offsets_[index]);
  }
  std::int64_t size() const { return static_cast<std::int64_t>(offsets_.size()) - 1; }
  std::int64_t num_features() const { return static_cast<std::int64_t>(first_bin_.size()) - 1; }
  std::int64_t num_bins() const { return first_bin_.back(); }
  // The bins of a feature are [first_bin(f), first_bin(f + 1)), in ascending order of value.
  std::uint32_t first_bin(std::uint32_t feature) const { return first_bin_[feature]; }
  // The largest value in a bin.
  float largest(std::uint32_t bin) const { return largest_[bin]; }
  float smallest(std::uint32_t bin) const { return smallest_[bin]; }

 private:
  void add_bins(std::span<const float> values);  // ascending, distinct, of one sign

  std::vector<Entry> entries_;
  std::vector<std::size_t> offsets_;
  std::vector<std::uint32_t> first_bin_;
  std::vector<float> largest_, smallest_;
};

// First draws rows.size() rows by rng.below(rows.size()). Every node takes the split that reduces
// the sum of squares most (ties: the feature with the lowest number, then the lowest threshold) and
// leaves at least min_leaf draws on both sides. Appends the tree's nodes, the root first; child
// indices are relative to the start of `nodes`.
void grow_tree(const BinnedRows& rows, std::span<const double> targets, const ForestConfig& config,
               Rng rng, std::vector<RandomForest::Node>& nodes);

}  // namespace fragflow
