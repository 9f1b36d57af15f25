#include "src/reward/joint_posterior.hpp"

#include "models/gaussian_process.hpp"
#include "src/base/check.hpp"
#include "src/base/rng.hpp"
#include "src/reward/proxy_model.hpp"

namespace fragflow {

JointPosterior ProxyModel::posterior(std::span<const ParsedMolecule>) {
  FRAGFLOW_CHECK(false, "a model of kind '{}' has no joint posterior", kind());
}

std::vector<double> joint_draws(const JointPosterior& posterior, std::int64_t count,
                                std::uint64_t seed) {
  const auto size = static_cast<std::int64_t>(posterior.size());
  std::vector<double> normal(count * size);
  for (std::int64_t draw = 0; draw < count; ++draw) {
    Rng rng(mix_seed(seed, "joint draws"), static_cast<std::uint64_t>(draw));
    for (std::int64_t i = 0; i < size; ++i) normal[draw * size + i] = rng.normal();
  }
  const torch::Tensor draws =
      normal_draws(torch::tensor(posterior.means, torch::kFloat64),
                   torch::tensor(posterior.covariance, torch::kFloat64).view({size, size}),
                   torch::tensor(normal, torch::kFloat64).view({count, size}))
          .contiguous();
  const double* values = draws.data_ptr<double>();
  return {values, values + draws.numel()};
}

}  // namespace fragflow
