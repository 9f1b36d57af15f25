#include "models/adam.hpp"

#include <algorithm>
#include <array>
#include <cmath>

#include "models/adam_update.hpp"
#include "src/base/check.hpp"
#include "src/base/parallel.hpp"

namespace fragflow {
namespace {

constexpr std::int64_t kSlice = 1 << 15;
// With fewer parameters a second thread does not pay off.
constexpr std::int64_t kManyParameters = 1 << 18;

}  // namespace

Adam::Adam(std::vector<torch::Tensor> parameters, AdamSettings settings)
    : settings_(settings), parameters_(std::move(parameters)) {
  torch::NoGradGuard no_grad;
  std::int64_t total = 0;
  for (const torch::Tensor& parameter : parameters_) {
    FRAGFLOW_CHECK(parameter.scalar_type() == torch::kFloat32, "parameters must be float32");
    total += parameter.numel();
  }
  values_ = torch::zeros({total});
  first_.assign(total, 0.0f);
  second_.assign(total, 0.0f);
  std::int64_t offset = 0;
  for (std::size_t p = 0; p < parameters_.size(); ++p) {
    torch::Tensor& parameter = parameters_[p];
    const torch::Tensor view = values_.narrow(0, offset, parameter.numel()).view(parameter.sizes());
    view.copy_(parameter);
    parameter.set_data(view);
    for (std::int64_t begin = 0; begin < parameter.numel(); begin += kSlice) {
      slices_.push_back({p, begin, std::min(kSlice, parameter.numel() - begin), offset + begin});
    }
    offset += parameter.numel();
  }
}

template <typename Body>
void Adam::for_each_slice(Body&& body) const {
  static const std::array<float, kSlice> zeros{};
  std::vector<torch::Tensor> gradients;
  for (const torch::Tensor& parameter : parameters_) {
    const torch::Tensor& gradient = parameter.grad();
    gradients.push_back(gradient.defined() ? gradient.contiguous() : gradient);
  }
  const auto count = static_cast<std::int64_t>(slices_.size());
  parallel_for(
      count,
      [&](std::int64_t i) {
        const torch::Tensor& gradient = gradients[slices_[i].parameter];
        body(i, gradient.defined() ? gradient.data_ptr<float>() + slices_[i].begin : zeros.data());
      },
      values_.numel() < kManyParameters ? static_cast<int>(count) : 1);
}

double Adam::gradient_norm() const {
  std::vector<double> squares(slices_.size());
  for_each_slice([&](std::int64_t i, const float* gradient) {
    squares[i] = sum_of_squares(gradient, slices_[i].size);
  });
  double sum = 0;
  for (const double part : squares) sum += part;
  return std::sqrt(sum);
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
  auto* const values = values_.data_ptr<float>();
  for_each_slice([&](std::int64_t i, const float* gradient) {
    const std::int64_t offset = slices_[i].offset;
    adam_update(gradient, first_.data() + offset, second_.data() + offset, values + offset,
                slices_[i].size, factors);
  });
}

void Adam::zero_grad() {
  for (torch::Tensor& parameter : parameters_) parameter.mutable_grad() = torch::Tensor();
}

void Adam::copy_gradients(std::span<float> to) const {
  for_each_slice([&](std::int64_t i, const float* gradient) {
    std::copy_n(gradient, slices_[i].size, to.data() + slices_[i].offset);
  });
}

void Adam::set_gradients(std::span<const float> from) {
  const torch::NoGradGuard no_grad;
  const float* next = from.data();
  for (torch::Tensor& parameter : parameters_) {
    torch::Tensor gradient = torch::empty(parameter.sizes());
    std::copy_n(next, parameter.numel(), gradient.data_ptr<float>());
    next += parameter.numel();
    parameter.mutable_grad() = gradient;
  }
}

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
