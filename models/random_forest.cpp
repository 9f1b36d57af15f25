#include "models/random_forest.hpp"

#include <algorithm>
#include <cmath>
#include <cstring>

#include "models/forest_growth.hpp"
#include "src/base/check.hpp"
#include "src/base/parallel.hpp"

namespace fragflow {

RandomForest RandomForest::fit(std::span<const SparseRow> rows, std::span<const double> targets,
                               std::int64_t num_features, const ForestConfig& config,
                               std::uint64_t seed) {
  FRAGFLOW_CHECK(!rows.empty() && rows.size() == targets.size(), "{} rows, {} targets", rows.size(),
                 targets.size());
  FRAGFLOW_CHECK(config.num_trees >= 1 && config.min_leaf >= 1, "{} trees, leaves of {}",
                 config.num_trees, config.min_leaf);
  const BinnedRows binned(rows, num_features);
  std::vector<std::vector<Node>> trees(config.num_trees);
  parallel_for(
      config.num_trees,
      [&](std::int64_t tree) {
        grow_tree(binned, targets, config, Rng(seed, static_cast<std::uint64_t>(tree)),
                  trees[tree]);
      },
      kLongBodies);
  RandomForest forest;
  forest.num_features_ = num_features;
  for (const std::vector<Node>& tree : trees) {
    const auto root = static_cast<std::int64_t>(forest.nodes_.size());
    forest.roots_.push_back(root);
    for (Node node : tree) {
      if (node.feature >= 0) node.right += static_cast<std::int32_t>(root);
      forest.nodes_.push_back(node);
    }
  }
  return forest;
}

double RandomForest::answer(std::int64_t root, std::span<const float> row) const {
  std::int64_t at = root;
  while (nodes_[at].feature >= 0) {
    at = row[nodes_[at].feature] <= nodes_[at].value ? at + 1 : nodes_[at].right;
  }
  return nodes_[at].value;
}

std::vector<RandomForest::Prediction> RandomForest::predict(std::span<const SparseRow> rows) const {
  std::vector<Prediction> result(rows.size());
  parallel_for(
      static_cast<std::int64_t>(rows.size()),
      [&](std::int64_t i) {
        thread_local std::vector<float> dense;
        dense.assign(num_features_, 0.0F);
        for (const auto& [feature, value] : rows[i]) {
          FRAGFLOW_CHECK(feature < num_features_, "feature {} of {}", feature, num_features_);
          dense[feature] = value;
        }
        double sum = 0, squares = 0;
        const double first = answer(roots_[0], dense);  // differences from it lose no digits
        for (const std::int64_t root : roots_) {
          const double difference = answer(root, dense) - first;
          sum += difference;
          squares += difference * difference;
        }
        const auto trees = static_cast<double>(num_trees());
        const double mean = sum / trees;
        result[i] = {first + mean, std::sqrt(std::max(squares / trees - mean * mean, 0.0))};
      },
      kLongBodies);
  return result;
}

void RandomForest::save(SafetensorsFile& file) const {
  std::vector<std::int32_t> links;  // feature and right child of each node
  std::vector<double> values;
  for (const Node& node : nodes_) {
    links.push_back(node.feature);
    links.push_back(node.right);
    values.push_back(node.value);
  }
  TensorData links_tensor;
  links_tensor.dtype = Dtype::kInt32;
  links_tensor.shape = {num_nodes(), 2};
  links_tensor.bytes.resize(links.size() * sizeof(std::int32_t));
  std::memcpy(links_tensor.bytes.data(), links.data(), links_tensor.bytes.size());
  file.tensors["forest.links"] = std::move(links_tensor);
  file.tensors["forest.values"] = TensorData::from_doubles({num_nodes()}, values.data());
  file.tensors["forest.roots"] = TensorData::from_int64({num_trees()}, roots_.data());
  file.tensors["forest.num_features"] = TensorData::from_int64({1}, &num_features_);
}

RandomForest RandomForest::load(const SafetensorsFile& file, const std::string& name) {
  const TensorData& links = file.at("forest.links");
  const TensorData& values = file.at("forest.values");
  const TensorData& roots = file.at("forest.roots");
  const TensorData& width = file.at("forest.num_features");
  const std::int64_t nodes = values.num_elements(), trees = roots.num_elements();
  const auto require = [&](bool condition) {
    if (!condition) user_error("{}: the arrays of the random forest do not belong together", name);
  };
  require(links.dtype == Dtype::kInt32 && links.num_elements() == 2 * nodes && trees >= 1 &&
          trees <= nodes && width.num_elements() == 1);
  RandomForest forest;
  forest.num_features_ = width.int64s("forest.num_features")[0];
  require(forest.num_features_ >= 1 && forest.num_features_ <= 1 << 20);
  const std::int64_t* starts = roots.int64s("forest.roots");
  forest.roots_.assign(starts, starts + trees);
  require(forest.roots_[0] == 0 &&
          std::is_sorted(forest.roots_.begin(), forest.roots_.end(), std::less_equal<>()) &&
          forest.roots_.back() < nodes);
  std::vector<std::int32_t> pairs(2 * nodes);
  std::memcpy(pairs.data(), links.bytes.data(), links.bytes.size());
  const double* numbers = values.doubles("forest.values");
  std::size_t tree = 0;
  for (std::int64_t i = 0; i < nodes; ++i) {
    while (tree + 1 < forest.roots_.size() && forest.roots_[tree + 1] <= i) ++tree;
    const std::int64_t end = tree + 1 < forest.roots_.size() ? forest.roots_[tree + 1] : nodes;
    const Node node{pairs[2 * i], pairs[2 * i + 1], numbers[i]};
    // Children come later and belong to the same tree, so that every walk ends.
    require(std::isfinite(node.value) && node.feature >= -1 &&
            node.feature < forest.num_features_ &&
            (node.feature < 0 || (node.right > i + 1 && node.right < end)));
    forest.nodes_.push_back(node);
  }
  return forest;
}

}  // namespace fragflow
