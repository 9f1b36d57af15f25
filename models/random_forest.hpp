// Regression forests (Breiman, Machine Learning 2001) on sparse features. Leaves predict means of
// measured values, so that a forest never predicts beyond the range of its training data.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "src/base/safetensors.hpp"

namespace fragflow {

// (feature, value), features ascending and below num_features; features not listed are 0.
using SparseRow = std::vector<std::pair<std::uint32_t, float>>;

struct ForestConfig {
  int num_trees = 300;
  int min_leaf = 2;           // draws per leaf, counting repeated rows
  double try_features = 0.3;  // fraction of the features tried at each node
};

class RandomForest {
 public:
  // Every tree is grown on a bootstrap sample of the rows. One target per row, at least one row.
  // Parallel; the same forest for any number of threads.
  static RandomForest fit(std::span<const SparseRow> rows, std::span<const double> targets,
                          std::int64_t num_features, const ForestConfig& config,
                          std::uint64_t seed);

  struct Prediction {
    double mean = 0, std = 0;  // over the trees; std divides by their number
  };
  // Parallel.
  std::vector<Prediction> predict(std::span<const SparseRow> rows) const;

  std::int64_t num_trees() const { return static_cast<std::int64_t>(roots_.size()); }
  std::int64_t num_nodes() const { return static_cast<std::int64_t>(nodes_.size()); }
  std::int64_t num_features() const { return num_features_; }

  void save(SafetensorsFile& file) const;
  // Throws UserError, naming the file, if the arrays are not a valid forest.
  static RandomForest load(const SafetensorsFile& file, const std::string& name);

  // The nodes of a tree are contiguous; the left child follows its parent.
  struct Node {
    std::int32_t feature = -1;  // -1: a leaf
    std::int32_t right = 0;     // within the forest; 0 for a leaf
    double value = 0;           // go left if the feature is <= value; a leaf: the prediction
  };

 private:
  double answer(std::int64_t root, std::span<const float> row) const;

  std::int64_t num_features_ = 0;
  std::vector<Node> nodes_;
  std::vector<std::int64_t> roots_;
};

}  // namespace fragflow
