// A vector for each row of features: of fragments, sites or choices, made from what they look like.
#pragma once

#include "models/torch.hpp"

#include <memory>

#include "src/chem/fragment_features.hpp"

namespace fragflow {

// features times weights [columns, W], plus a vector for each row alone [rows, W]. With gradients
// of the same bits for any number of threads.
class Embedding : public torch::nn::Module {
 public:
  // extra_rows come after the others and have no features.
  Embedding(std::shared_ptr<const FeatureRows> features, std::int64_t extra_rows,
            std::int64_t width);

  // [rows + extra_rows, W]. Each row has the same bits whatever the others are.
  torch::Tensor forward();

 private:
  std::shared_ptr<const FeatureRows> by_row_, by_column_;
  torch::Tensor of_features_, own_;
};

}  // namespace fragflow
