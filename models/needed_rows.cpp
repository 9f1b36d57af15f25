#include "models/needed_rows.hpp"

#include <vector>

namespace fragflow {
namespace {

// Marks rows, then numbers those that are marked.
class NumberedRows {
 public:
  explicit NumberedRows(std::int64_t count) : number_(count, -1) {}

  void mark(const torch::Tensor& rows) {
    const auto* row = rows.data_ptr<std::int64_t>();
    for (std::int64_t i = 0; i < rows.numel(); ++i) number_[row[i]] = 0;
  }

  // The marked ones.
  torch::Tensor take() {
    std::vector<std::int64_t> rows;
    for (std::size_t r = 0; r < number_.size(); ++r) {
      if (number_[r] < 0) continue;
      number_[r] = static_cast<std::int64_t>(rows.size());
      rows.push_back(static_cast<std::int64_t>(r));
    }
    return torch::tensor(rows, torch::kInt64);
  }

  torch::Tensor numbers_of(const torch::Tensor& rows) const {
    torch::Tensor result = torch::empty_like(rows);
    const auto* row = rows.data_ptr<std::int64_t>();
    auto* number = result.data_ptr<std::int64_t>();
    for (std::int64_t i = 0; i < rows.numel(); ++i) number[i] = number_[row[i]];
    return result;
  }

 private:
  std::vector<std::int64_t> number_;
};

}  // namespace

TableNumbers table_numbers(const StateBatch& batch) {
  return {batch.node_label, batch.edge_source_site, batch.edge_target_site, batch.place_site};
}

NeededRows needed_rows(const StateBatch& batch, std::int64_t num_labels, std::int64_t num_sites) {
  NumberedRows labels(num_labels), sites(num_sites);
  labels.mark(batch.node_label);
  for (const torch::Tensor& of :
       {batch.edge_source_site, batch.edge_target_site, batch.place_site}) {
    sites.mark(of);
  }
  NeededRows needed{labels.take(), sites.take(), {}};
  needed.numbers = {labels.numbers_of(batch.node_label), sites.numbers_of(batch.edge_source_site),
                    sites.numbers_of(batch.edge_target_site), sites.numbers_of(batch.place_site)};
  return needed;
}

}  // namespace fragflow
