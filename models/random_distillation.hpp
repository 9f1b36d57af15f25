// Random network distillation (Burda et al., ICLR 2019): the novelty of a state is the distance
// between a trained encoding of it and a fixed random one.
#pragma once

#include "models/state_encoder.hpp"

namespace fragflow {

class RandomDistillation : public torch::nn::Module {
 public:
  // Encoders of `width` features and width / 2 outputs. Parameters are a function of the arguments.
  RandomDistillation(const Environment::Shape& shape, int width, std::uint64_t seed);
  // [B] ||predictor(s) - target(s)||_2. Only the predictor has trainable parameters.
  torch::Tensor novelty(const StateBatch& batch);
  std::vector<torch::Tensor> trainable() const { return predictor_->parameters(); }

 private:
  std::shared_ptr<StateEncoder> predictor_, target_;
};

}  // namespace fragflow
