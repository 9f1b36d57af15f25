#include "models/forward_in_parts.hpp"

#include <torch/csrc/autograd/functions/utils.h>

#include <algorithm>
#include <array>

#include "src/base/parallel.hpp"

namespace fragflow {
namespace {

// Nodes and places of a part: enough that an operation's own cost is small beside its work. Each
// part's gradients are as large as all parameters, so that parts to learn from are larger.
constexpr std::int64_t kRowsToSample = 384, kRowsToLearn = 768;

// [parts + 1] first states. Parts have about as many nodes and places each; their number is even,
// so that two threads have the same to do.
std::vector<std::int64_t> part_offsets(const StateBatch& batch, std::int64_t rows_per_part) {
  const auto rows = [&](std::int64_t state) {
    return batch.node_offset[state] + batch.place_offset[state];
  };
  const std::int64_t total = rows(batch.num_states);
  const std::int64_t parts = 2 * ((total + rows_per_part) / (2 * rows_per_part));
  std::vector<std::int64_t> offsets = {0};
  std::int64_t state = 0;
  for (std::int64_t part = 1; part < parts; ++part) {
    while (rows(state) * parts < total * part) ++state;
    if (state > offsets.back() && state < batch.num_states) offsets.push_back(state);
  }
  offsets.push_back(batch.num_states);
  return offsets;
}

// The last one may be undefined.
using Outputs = std::array<torch::Tensor, 4>;

Outputs as_array(const PolicyOutput& output) {
  return {output.place_logits, output.stop_logits, output.log_flow, output.leaf_logits};
}

// First row of each part in each output.
std::array<std::vector<std::int64_t>, 4> output_rows(const std::vector<Outputs>& parts) {
  std::array<std::vector<std::int64_t>, 4> rows;
  for (std::size_t k = 0; k < rows.size(); ++k) {
    rows[k].push_back(0);
    for (const Outputs& part : parts) {
      rows[k].push_back(rows[k].back() + (part[k].defined() ? part[k].size(0) : 0));
    }
  }
  return rows;
}

// The node of LibTorch's graph that goes back through all parts.
class PartsBackward : public torch::autograd::Node {
 public:
  PartsBackward(std::vector<torch::Tensor> parameters, std::vector<Outputs> parts)
      : torch::autograd::Node(torch::autograd::collect_next_edges(parameters)),
        parameters_(std::move(parameters)),
        parts_(std::move(parts)) {}

  torch::autograd::variable_list apply(torch::autograd::variable_list&& gradients) override {
    const auto rows = output_rows(parts_);
    std::vector<torch::autograd::variable_list> of_part(parts_.size());
    parallel_for(
        static_cast<std::int64_t>(parts_.size()),
        [&](std::int64_t i) {
          torch::autograd::variable_list roots, root_gradients;
          for (std::size_t k = 0; k < gradients.size(); ++k) {
            if (!gradients[k].defined() || rows[k][i] == rows[k][i + 1]) continue;
            roots.push_back(parts_[i][k]);
            root_gradients.push_back(
                gradients[k].narrow(0, rows[k][i], rows[k][i + 1] - rows[k][i]));
          }
          of_part[i].resize(parameters_.size());
          if (roots.empty()) return;  // a part without leaves, where only those count
          of_part[i] = torch::autograd::grad(roots, parameters_, root_gradients,
                                             /*retain_graph=*/c10::nullopt,
                                             /*create_graph=*/false, /*allow_unused=*/true);
        },
        /*chunk=*/1);
    torch::autograd::variable_list sums = std::move(of_part[0]);
    parallel_for(static_cast<std::int64_t>(sums.size()), [&](std::int64_t p) {
      const torch::NoGradGuard no_grad;
      for (std::size_t i = 1; i < of_part.size(); ++i) {
        if (!of_part[i][p].defined()) continue;
        // Not in place: two parameters may have got the same tensor.
        sums[p] = sums[p].defined() ? sums[p] + of_part[i][p] : of_part[i][p];
      }
    });
    return sums;
  }

  void release_variables() override { parts_.clear(); }

 private:
  std::vector<torch::Tensor> parameters_;
  std::vector<Outputs> parts_;
};

}  // namespace

PolicyOutput forward_in_parts(const StateBatch& batch, const std::vector<torch::Tensor>& parameters,
                              const std::function<PolicyOutput(const StateBatch&)>& forward) {
  const bool with_gradients = torch::GradMode::is_enabled();
  const std::vector<std::int64_t> first =
      part_offsets(batch, with_gradients ? kRowsToLearn : kRowsToSample);
  const auto num_parts = static_cast<std::int64_t>(first.size()) - 1;
  if (num_parts == 1) return forward(batch);
  std::vector<Outputs> parts(num_parts);
  parallel_for(
      num_parts,
      [&](std::int64_t i) {
        const torch::AutoGradMode mode(with_gradients);  // of this thread
        parts[i] = as_array(forward(part_of(batch, first[i], first[i + 1])));
      },
      /*chunk=*/1);

  Outputs joined;
  torch::autograd::variable_list with_history;
  {
    const torch::NoGradGuard no_grad;
    for (std::size_t k = 0; k < joined.size(); ++k) {
      if (!parts[0][k].defined()) continue;
      std::vector<torch::Tensor> rows;
      for (const Outputs& part : parts) rows.push_back(part[k].detach());
      joined[k] = torch::cat(rows);
      with_history.push_back(joined[k]);
    }
  }
  if (with_gradients) {
    const std::shared_ptr<torch::autograd::Node> node(
        new PartsBackward(parameters, std::move(parts)), torch::autograd::deleteNode);
    torch::autograd::set_history(with_history, node);
  }
  return {joined[0], joined[1], joined[2], joined[3]};
}

}  // namespace fragflow
