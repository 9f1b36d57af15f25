#include "models/initialise.hpp"

#include <cmath>

#include "src/base/rng.hpp"

namespace fragflow {
namespace {

constexpr double kEmbeddingDeviation = 0.3;

void fill(torch::Tensor& parameter, const std::string& name, std::uint64_t seed) {
  Rng rng(mix_seed(seed, name.c_str()));
  const bool linear_weight = name.ends_with("weight") && parameter.dim() == 2;
  const double bound = linear_weight ? 1.0 / std::sqrt(static_cast<double>(parameter.size(1))) : 0;
  const bool embedding = !linear_weight && !name.ends_with("bias");
  float* values = parameter.data_ptr<float>();
  for (std::int64_t i = 0; i < parameter.numel(); ++i) {
    values[i] = static_cast<float>(embedding ? kEmbeddingDeviation * rng.normal()
                                             : bound * (2.0 * rng.uniform() - 1.0));
  }
}

}  // namespace

void initialise_parameters(torch::nn::Module& module, std::uint64_t seed) {
  torch::NoGradGuard no_grad;
  for (auto& item : module.named_parameters()) {
    if (item.key().find("norm") == std::string::npos) fill(item.value(), item.key(), seed);
  }
}

}  // namespace fragflow
