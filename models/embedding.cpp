#include "models/embedding.hpp"

#include <utility>
#include <vector>

#include "models/backward_node.hpp"
#include "src/base/parallel.hpp"

namespace fragflow {

namespace {

// The transpose: one row per column.
FeatureRows transposed(const FeatureRows& rows) {
  FeatureRows result;
  result.columns = static_cast<int>(rows.rows());
  result.offset.assign(rows.columns + 1, 0);
  for (const std::int32_t column : rows.column) ++result.offset[column + 1];
  for (int c = 0; c < rows.columns; ++c) result.offset[c + 1] += result.offset[c];
  result.column.resize(rows.column.size());
  result.value.resize(rows.value.size());
  std::vector<std::int64_t> next(result.offset.begin(), result.offset.end() - 1);
  for (std::int64_t r = 0; r < rows.rows(); ++r) {
    for (std::int64_t i = rows.offset[r]; i < rows.offset[r + 1]; ++i) {
      const std::int64_t at = next[rows.column[i]]++;
      result.column[at] = static_cast<std::int32_t>(r);
      result.value[at] = rows.value[i];
    }
  }
  return result;
}

// y += features x, for each row of features.
template <typename Real>
void add_feature_product(const FeatureRows& features, const Real* x, std::int64_t width, Real* y) {
  const auto add_row = [&](std::int64_t r) {
    Real* const to = y + r * width;
    for (std::int64_t i = features.offset[r]; i < features.offset[r + 1]; ++i) {
      const Real* const from = x + features.column[i] * width;
      const auto factor = static_cast<Real>(features.value[i]);
      for (std::int64_t k = 0; k < width; ++k) to[k] += factor * from[k];
    }
  };
  parallel_for(features.rows(), add_row, kShortBodies);
}

void add_feature_product(const FeatureRows& features, const torch::Tensor& x,
                         const torch::Tensor& y) {
  if (x.scalar_type() == torch::kFloat64) {
    add_feature_product(features, x.data_ptr<double>(), x.size(1), y.data_ptr<double>());
  } else {
    add_feature_product(features, x.data_ptr<float>(), x.size(1), y.data_ptr<float>());
  }
}

}  // namespace

Embedding::Embedding(std::shared_ptr<const FeatureRows> features, std::int64_t extra_rows,
                     std::int64_t width)
    : by_row_(std::move(features)),
      by_column_(std::make_shared<const FeatureRows>(transposed(*by_row_))) {
  of_features_ = register_parameter("of_features", torch::zeros({by_row_->columns, width}));
  own_ = register_parameter("own", torch::zeros({by_row_->rows() + extra_rows, width}));
}

torch::Tensor Embedding::forward() {
  const torch::Tensor result = own_.detach().clone();
  add_feature_product(*by_row_, of_features_.detach(), result);
  const auto backward = [by_column = by_column_](torch::autograd::variable_list&& grad_output) {
    if (!grad_output[0].defined()) return torch::autograd::variable_list(2);
    const torch::Tensor grad_result = grad_output[0].contiguous();
    const torch::Tensor of_features =
        torch::zeros({by_column->rows(), grad_result.size(1)}, grad_result.options());
    add_feature_product(*by_column, grad_result, of_features);
    return torch::autograd::variable_list{of_features, grad_result};
  };
  set_backward({result}, {of_features_, own_}, backward);
  return result;
}

}  // namespace fragflow
