#include "models/random_distillation.hpp"

#include <algorithm>

#include "src/base/rng.hpp"

namespace fragflow {

RandomDistillation::RandomDistillation(const Environment::Shape& shape, int width,
                                       std::uint64_t seed) {
  const int outputs = std::max(1, width / 2);
  const auto encoder = [&](const char* name) {
    return register_module(
        name, std::make_shared<StateEncoder>(shape, width, outputs, mix_seed(seed, name)));
  };
  predictor_ = encoder("predictor");
  target_ = encoder("target");
  for (torch::Tensor& parameter : target_->parameters()) parameter.set_requires_grad(false);
}

torch::Tensor RandomDistillation::novelty(const StateBatch& batch) {
  return (predictor_->forward(batch) - target_->forward(batch)).norm(2, {1});
}

}  // namespace fragflow
