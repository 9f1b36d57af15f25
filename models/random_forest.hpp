// Regression forests (Breiman, Machine Learning 2001) on sparse features. A tree answers with means
// of measured values only, so that a forest never predicts beyond what it has seen.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "src/base/safetensors.hpp"

namespace fragflow {

// (feature, value), features ascending and below num_features; what is not listed is 0.
using SparseRow = std::vector<std::pair<std::uint32_t, float>>;

struct ForestConfig {
  int num_trees = 300;
  int min_leaf = 2;           // draws of a leaf, repeated rows counted
  double try_features = 0.3;  // of the features, chosen anew at every node
};

class RandomForest {
 public:
  // Every tree is grown on as many rows as there are, drawn with replacement. Rows and targets are
  // as many, at least one. Parallel; the same forest for any number of threads.
  static RandomForest fit(std::span<const SparseRow> rows, std::span<const double> targets,
                          std::int64_t num_features, const ForestConfig& config,
                          std::uint64_t seed);

  struct Prediction {
    double mean = 0, std = 0;  // over the trees; std with their number below the sum
  };
  // Parallel.
  std::vector<Prediction> predict(std::span<const SparseRow> rows) const;

  std::int64_t num_trees() const { return static_cast<std::int64_t>(roots_.size()); }
  std::int64_t num_nodes() const { return static_cast<std::int64_t>(nodes_.size()); }
  std::int64_t num_features() const { return num_features_; }

  void save(SafetensorsFile& file) const;
  // Throws UserError, naming the file, for arrays that are no forest.
  static RandomForest load(const SafetensorsFile& file, const std::string& name);

  // Nodes of a tree follow each other; the left child is the next one.
  struct Node {
    std::int32_t feature = -1;  // -1: a leaf
    std::int32_t right = 0;     // within the forest; 0 for a leaf
    double value = 0;           // go left if the feature is at most this; a leaf: the answer
  };

 private:
  double answer(std::int64_t root, std::span<const float> row) const;

  std::int64_t num_features_ = 0;
  std::vector<Node> nodes_;
  std::vector<std::int64_t> roots_;
};

}  // namespace fragflow
