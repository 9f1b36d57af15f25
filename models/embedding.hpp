// Learned vectors of fragments, sites or choices, computed from rows of features.
#pragma once

#include "models/torch.hpp"

#include <memory>

#include "src/chem/fragment_features.hpp"

namespace fragflow {

// features times weights [columns, W], plus a free vector for each row [rows, W]. Gradients are
// bit-identical for any number of threads.
class Embedding : public torch::nn::Module {
 public:
  // The extra_rows come after the others and have no features.
  Embedding(std::shared_ptr<const FeatureRows> features, std::int64_t extra_rows,
            std::int64_t width);

  // [rows + extra_rows, W]. Each row is bit-identical whatever the other rows are.
  torch::Tensor forward();

 private:
  std::shared_ptr<const FeatureRows> by_row_, by_column_;
  torch::Tensor of_features_, own_;
};

}  // namespace fragflow
