#include "models/adam.hpp"

#include <cmath>

#include "models/adam_update.hpp"
#include "src/base/check.hpp"

namespace fragflow {
Adam::Adam(std::vector<torch::Tensor> parameters, AdamSettings settings)
    : settings_(settings), parameters_(std::move(parameters)) {
  torch::NoGradGuard no_grad;
  std::int64_t total = 0;
  for (const torch::Tensor& parameter : parameters_) {
    FRAGFLOW_CHECK(parameter.scalar_type() == torch::kFloat32, "parameters must be float32");
    total += parameter.numel();
  }
  values_ = torch::zeros({total});
  gradients_ = torch::zeros({total});
  first_.assign(total, 0.0f);
  second_.assign(total, 0.0f);
  std::int64_t offset = 0;
  for (torch::Tensor& parameter : parameters_) {
    const torch::Tensor view = values_.narrow(0, offset, parameter.numel()).view(parameter.sizes());
    view.copy_(parameter);
    parameter.set_data(view);
    parameter.mutable_grad() =
        gradients_.narrow(0, offset, parameter.numel()).view(parameter.sizes());
    offset += parameter.numel();
  }
}

double Adam::gradient_norm() const {
  return std::sqrt(sum_of_squares(gradients_.data_ptr<float>(), gradients_.numel()));
}

void Adam::step(double learning_rate, double gradient_scale) {
  ++steps_;
  const double correction1 = 1.0 - std::pow(settings_.beta1, static_cast<double>(steps_));
  const double correction2 = 1.0 - std::pow(settings_.beta2, static_cast<double>(steps_));
  AdamFactors factors;
  factors.beta1 = static_cast<float>(settings_.beta1);
  factors.beta2 = static_cast<float>(settings_.beta2);
  factors.epsilon = static_cast<float>(settings_.epsilon);
  factors.gradient_scale = static_cast<float>(gradient_scale);
  factors.step_size = static_cast<float>(learning_rate / correction1);
  factors.root_correction = static_cast<float>(1.0 / std::sqrt(correction2));
  adam_update(gradients_.data_ptr<float>(), first_.data(), second_.data(),
              values_.data_ptr<float>(), values_.numel(), factors);
}

void Adam::zero_grad() { gradients_.zero_(); }

void Adam::save(SafetensorsFile& file, const std::string& prefix) const {
  const auto count = static_cast<std::int64_t>(first_.size());
  file.tensors[prefix + ".m"] = TensorData::from_floats({count}, first_.data());
  file.tensors[prefix + ".v"] = TensorData::from_floats({count}, second_.data());
  file.tensors[prefix + ".step"] = TensorData::from_int64({}, &steps_);
}

void Adam::load(const SafetensorsFile& file, const std::string& prefix) {
  const TensorData& first = file.at(prefix + ".m");
  const TensorData& second = file.at(prefix + ".v");
  if (first.num_elements() != static_cast<std::int64_t>(first_.size()) ||
      second.num_elements() != first.num_elements()) {
    user_error("optimiser state '{}' has {} entries, this policy has {}: another network?", prefix,
               first.num_elements(), first_.size());
  }
  std::copy_n(first.floats(prefix + ".m"), first_.size(), first_.begin());
  std::copy_n(second.floats(prefix + ".v"), second_.size(), second_.begin());
  steps_ = *file.at(prefix + ".step").int64s(prefix + ".step");
}

}  // namespace fragflow
