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
    multiply_and_shift(matrix<Real>(x), weight.there<Real>(), bias.data_ptr<Real>(), values, out);
  } else {
    multiply(matrix<Real>(x), weight.there<Real>(), values, out);
  }
  return y;
}

template <typename Real>
variable_list linear_backward(const torch::Tensor& x, const PackedWeight& weight,
                              const torch::Tensor& bias, const torch::Tensor& of_y) {
  torch::Tensor of_x = torch::empty_like(x), of_bias;
  multiply(matrix<Real>(of_y), weight.back<Real>(), of_x.data_ptr<Real>(), x.size(1));
  if (bias.defined()) {
    of_bias = torch::zeros_like(bias);
    add_row_sums(of_y.data_ptr<Real>(), of_y.size(0), of_y.size(1), of_bias.data_ptr<Real>());
  }
  return {of_x, weight_gradients<Real>({of_y}, x)[0], of_bias};
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
  both.there.pack(values.transposed());
  if (torch::GradMode::is_enabled()) both.back.pack(values);
}

template <>
const PackedMatrix<float>& PackedWeight::there() const {
  return floats_.there;
}
template <>
const PackedMatrix<double>& PackedWeight::there() const {
  return doubles_.there;
}
template <>
const PackedMatrix<float>& PackedWeight::back() const {
  return floats_.back;
}
template <>
const PackedMatrix<double>& PackedWeight::back() const {
  return doubles_.back;
}

torch::Tensor packed_linear(const torch::Tensor& x, const SharedWeight& weight,
                            const torch::Tensor& bias) {
  const bool is_double = x.scalar_type() == torch::kFloat64;
  const torch::Tensor rows = x.detach().contiguous();
  const torch::Tensor y =
      is_double ? linear<double>(rows, *weight, bias) : linear<float>(rows, *weight, bias);
  set_backward({y}, {x, weight->weight(), bias},
               [rows, weight, bias, is_double](variable_list&& given) {
                 if (!given[0].defined()) return variable_list(3);
                 const torch::Tensor of_y = given[0].contiguous();
                 return is_double ? linear_backward<double>(rows, *weight, bias, of_y)
                                  : linear_backward<float>(rows, *weight, bias, of_y);
               });
  return y;
}

template <typename Real>
std::vector<torch::Tensor> weight_gradients(const std::vector<torch::Tensor>& of_y,
                                            const torch::Tensor& x) {
  thread_local PackedMatrix<Real> packed;  // keeps its memory
  packed.pack(matrix<Real>(x));
  std::vector<torch::Tensor> results;
  for (const torch::Tensor& of_one : of_y) {
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
