#include "models/row_operations.hpp"

#include "models/backward_node.hpp"
#include "models/tree_loops.hpp"

namespace fragflow {
namespace {

using torch::autograd::variable_list;

template <typename Real>
torch::Tensor sum_of(const std::vector<GatheredRows>& terms, bool rectified) {
  const std::int64_t rows = terms[0].row.size(0), width = terms[0].table.size(1);
  std::vector<TableRows<const Real>> tables;
  for (const GatheredRows& term : terms) {
    tables.push_back({term.table.data_ptr<Real>(), term.row.data_ptr<std::int64_t>()});
  }
  torch::Tensor result = torch::empty({rows, width}, terms[0].table.scalar_type());
  sum_rows<Real>(tables, rows, width, rectified, result.data_ptr<Real>());
  return result;
}

// result: undefined if it was not rectified.
template <typename Real>
variable_list of_tables(const std::vector<GatheredRows>& terms, const torch::Tensor& result,
                        const torch::Tensor& given) {
  variable_list gradients;
  std::vector<TableRows<Real>> tables;
  for (const GatheredRows& term : terms) {
    gradients.push_back(torch::zeros_like(term.table));
    tables.push_back({gradients.back().data_ptr<Real>(), term.row.data_ptr<std::int64_t>()});
  }
  sum_rows_backward<Real>(tables, given.data_ptr<Real>(),
                          result.defined() ? result.data_ptr<Real>() : nullptr, given.size(0),
                          given.size(1));
  return gradients;
}

template <typename Real>
torch::Tensor means_of(const torch::Tensor& x, const torch::Tensor& num_rows) {
  torch::Tensor means = torch::empty({num_rows.size(0), x.size(1)}, x.scalar_type());
  segment_means(x.data_ptr<Real>(), num_rows.data_ptr<std::int64_t>(), num_rows.size(0), x.size(1),
                means.data_ptr<Real>());
  return means;
}

template <typename Real>
torch::Tensor of_rows(std::int64_t rows, const torch::Tensor& num_rows,
                      const torch::Tensor& given) {
  torch::Tensor gradient = torch::zeros({rows, given.size(1)}, given.scalar_type());
  segment_means_backward(given.data_ptr<Real>(), num_rows.data_ptr<std::int64_t>(),
                         num_rows.size(0), given.size(1), gradient.data_ptr<Real>());
  return gradient;
}

bool is_double(const torch::Tensor& tensor) { return tensor.scalar_type() == torch::kFloat64; }

}  // namespace

torch::Tensor sum_of_rows(const std::vector<GatheredRows>& terms, bool rectified) {
  std::vector<GatheredRows> plain;  // without a graph
  std::vector<torch::Tensor> inputs;
  for (const GatheredRows& term : terms) {
    inputs.push_back(term.table);
    plain.push_back({term.table.detach().contiguous(), term.row});
  }
  const torch::Tensor result = is_double(plain[0].table) ? sum_of<double>(plain, rectified)
                                                         : sum_of<float>(plain, rectified);
  // The detached result: the graph holds the node, which must not hold the graph.
  set_backward(
      {result}, inputs,
      [plain, kept = rectified ? result.detach() : torch::Tensor()](variable_list&& given) {
        if (!given[0].defined()) return variable_list(plain.size());
        const torch::Tensor gradient = given[0].contiguous();
        return is_double(gradient) ? of_tables<double>(plain, kept, gradient)
                                   : of_tables<float>(plain, kept, gradient);
      });
  return result;
}

torch::Tensor means_of_segments(const torch::Tensor& x, const torch::Tensor& num_rows) {
  const torch::Tensor plain = x.detach().contiguous();
  const torch::Tensor means =
      is_double(plain) ? means_of<double>(plain, num_rows) : means_of<float>(plain, num_rows);
  set_backward({means}, {x}, [rows = x.size(0), num_rows](variable_list&& given) {
    if (!given[0].defined()) return variable_list(1);
    const torch::Tensor gradient = given[0].contiguous();
    return variable_list{is_double(gradient) ? of_rows<double>(rows, num_rows, gradient)
                                             : of_rows<float>(rows, num_rows, gradient)};
  });
  return means;
}

}  // namespace fragflow
