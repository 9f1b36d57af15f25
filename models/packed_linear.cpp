#include "models/packed_linear.hpp"

#include "models/backward_node.hpp"
#include "models/tree_loops.hpp"

namespace fragflow {
namespace {

using torch::autograd::variable_list;

template <typename Real>
StridedMatrix<Real> matrix(const torch::Tensor& tensor) {
  return row_major<Real>(tensor.data_ptr<Real>(), tensor.size(0), tensor.size(1));
}

template <typename Real>
torch::Tensor linear(const torch::Tensor& x, const PackedWeight& weight,
                     const torch::Tensor& bias) {
  const std::int64_t rows = x.size(0), out = weight.weight().size(0);
  torch::Tensor y = torch::empty({rows, out}, x.scalar_type());
  auto* values = y.data_ptr<Real>();
  if (bias.defined()) {
    multiply_and_shift(matrix<Real>(x), weight.forward<Real>(), bias.data_ptr<Real>(), values, out);
  } else {
    multiply(matrix<Real>(x), weight.forward<Real>(), values, out);
  }
  return y;
}

template <typename Real>
variable_list linear_backward(const torch::Tensor& x, const PackedWeight& weight,
                              const torch::Tensor& bias, const torch::Tensor& grad_y) {
  torch::Tensor grad_x = torch::empty_like(x), grad_bias;
  multiply(matrix<Real>(grad_y), weight.transposed<Real>(), grad_x.data_ptr<Real>(), x.size(1));
  if (bias.defined()) {
    grad_bias = torch::zeros_like(bias);
    add_row_sums(grad_y.data_ptr<Real>(), grad_y.size(0), grad_y.size(1),
                 grad_bias.data_ptr<Real>());
  }
  return {grad_x, weight_gradients<Real>({grad_y}, x)[0], grad_bias};
}

}  // namespace

PackedWeight::PackedWeight(const torch::Tensor& weight) : weight_(weight) {
  if (weight.scalar_type() == torch::kFloat64) {
    pack(doubles_);
  } else {
    pack(floats_);
  }
}

template <typename Real>
void PackedWeight::pack(Both<Real>& both) {
  const StridedMatrix<Real> values = matrix<Real>(weight_);
  both.forward.pack(values.transposed());
  if (torch::GradMode::is_enabled()) both.transposed.pack(values);
}

template <>
const PackedMatrix<float>& PackedWeight::forward() const {
  return floats_.forward;
}
template <>
const PackedMatrix<double>& PackedWeight::forward() const {
  return doubles_.forward;
}
template <>
const PackedMatrix<float>& PackedWeight::transposed() const {
  return floats_.transposed;
}
template <>
const PackedMatrix<double>& PackedWeight::transposed() const {
  return doubles_.transposed;
}

torch::Tensor packed_linear(const torch::Tensor& x, const SharedWeight& weight,
                            const torch::Tensor& bias) {
  const bool is_double = x.scalar_type() == torch::kFloat64;
  const torch::Tensor rows = x.detach().contiguous();
  const torch::Tensor y =
      is_double ? linear<double>(rows, *weight, bias) : linear<float>(rows, *weight, bias);
  set_backward({y}, {x, weight->weight(), bias},
               [rows, weight, bias, is_double](variable_list&& grad_output) {
                 if (!grad_output[0].defined()) return variable_list(3);
                 const torch::Tensor grad_y = grad_output[0].contiguous();
                 return is_double ? linear_backward<double>(rows, *weight, bias, grad_y)
                                  : linear_backward<float>(rows, *weight, bias, grad_y);
               });
  return y;
}

template <typename Real>
std::vector<torch::Tensor> weight_gradients(const std::vector<torch::Tensor>& grad_y,
                                            const torch::Tensor& x) {
  thread_local PackedMatrix<Real> packed;  // reuses its memory
  packed.pack(matrix<Real>(x));
  std::vector<torch::Tensor> results;
  for (const torch::Tensor& of_one : grad_y) {
    results.push_back(torch::empty({of_one.size(1), x.size(1)}, x.scalar_type()));
    multiply(matrix<Real>(of_one).transposed(), packed, results.back().data_ptr<Real>(), x.size(1));
  }
  return results;
}

template std::vector<torch::Tensor> weight_gradients<float>(const std::vector<torch::Tensor>&,
                                                            const torch::Tensor&);
template std::vector<torch::Tensor> weight_gradients<double>(const std::vector<torch::Tensor>&,
                                                             const torch::Tensor&);

}  // namespace fragflow
