#include "src/gfn/log_partition.hpp"

#include "models/initialise.hpp"
#include "models/make_policy.hpp"
#include "src/gfn/optimisation.hpp"

namespace fragflow {
namespace {

// Weight of the newest batch in the running mean of log Z, if the objective estimates it.
constexpr double kEstimateFraction = 0.05;
constexpr int kNetworkWidth = 64;

}  // namespace

LogPartition::LogPartition(const TrainingConfig& training, const std::vector<float>& own,
                           std::uint64_t seed)
    : training_(training), number_(torch::full({1}, training.log_z_initial, torch::kFloat32)) {
  number_.set_requires_grad(true);
  const AdamSettings settings = adam_settings(training);
  number_optimiser_ = std::make_unique<Adam>(std::vector<torch::Tensor>{number_}, settings);
  if (own.empty()) return;
  network_ = std::make_shared<ConditionNetwork>(own, kNetworkWidth, /*outputs=*/1);
  initialise_parameters(*network_, seed);
  network_optimiser_ = std::make_unique<Adam>(network_->parameters(), settings);
}

torch::Tensor LogPartition::of(const torch::Tensor& conditions) const {
  if (!network_) return number_;
  const std::int64_t rows = conditions.defined() ? conditions.size(0) : 1;
  return number_ + network_->forward(conditions, rows).squeeze(1);
}

double LogPartition::value() const {
  torch::NoGradGuard no_grad;
  return of({}).item<float>();
}

void LogPartition::zero_grad() {
  number_optimiser_->zero_grad();
  if (network_) network_optimiser_->zero_grad();
}

void LogPartition::step(double share) {
  const double step_size = training_.log_z_learning_rate * share;
  number_optimiser_->step(step_size);
  if (network_) network_optimiser_->step(step_size / kNetworkWidth);
}

void LogPartition::follow(const torch::Tensor& conditions, const torch::Tensor& estimates,
                          std::int64_t steps_done, double share) {
  if (network_) {
    zero_grad();
    (of(conditions) - estimates.to(number_.scalar_type())).square().mean().backward();
    step(share);
    return;
  }
  torch::NoGradGuard no_grad;
  const double weight = steps_done == 0 ? 1.0 : kEstimateFraction;
  number_.mul_(1.0 - weight).add_(estimates.to(number_.scalar_type()), weight);
}

void LogPartition::save(SafetensorsFile& file) const {
  file.tensors["log_z"] = TensorData::from_floats({1}, number_.data_ptr<float>());
  number_optimiser_->save(file, "log_z_optimiser");
  if (!network_) return;
  save_parameters(*network_, file, "log_z_network");
  network_optimiser_->save(file, "log_z_network_optimiser");
}

void LogPartition::load_weights(const SafetensorsFile& file) {
  torch::NoGradGuard no_grad;
  number_.fill_(file.at("log_z").floats("log_z")[0]);
  if (network_) load_parameters(*network_, file, "log_z_network");
}

void LogPartition::load(const SafetensorsFile& file) {
  load_weights(file);
  number_optimiser_->load(file, "log_z_optimiser");
  if (network_) network_optimiser_->load(file, "log_z_network_optimiser");
}

}  // namespace fragflow
