#include "models/forward_in_parts.hpp"

#include <algorithm>
#include <array>

#include "models/backward_node.hpp"
#include "src/base/parallel.hpp"

namespace fragflow {
namespace {

// How much a part is, in places; a node is as much as several places. Enough that an operation's
// own cost is small beside its work. Each part's gradients are as large as all parameters, so that
// parts to learn from are larger.
constexpr std::int64_t kPlacesPerNode = 8, kWorkToSample = 1200, kWorkToLearn = 2400;

// [parts + 1] first states. Parts have about as much to do each; their number is even, so that two
// threads have the same to do.
std::vector<std::int64_t> part_offsets(const StateBatch& batch, std::int64_t work_per_part) {
  const auto work = [&](std::int64_t state) {
    return kPlacesPerNode * batch.node_offset[state] + batch.place_offset[state];
  };
  const std::int64_t total = work(batch.num_states);
  const std::int64_t parts = 2 * ((total + work_per_part) / (2 * work_per_part));
  std::vector<std::int64_t> offsets = {0};
  std::int64_t state = 0;
  for (std::int64_t part = 1; part < parts; ++part) {
    while (work(state) * parts < total * part) ++state;
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

using torch::autograd::variable_list;

// Sums over the parts, in a fixed order; what is undefined counts nothing.
torch::Tensor sum_of_parts(const std::vector<variable_list>& of_part, std::size_t parameter) {
  std::vector<torch::Tensor> terms;
  for (const variable_list& gradients : of_part) {
    if (gradients[parameter].defined()) terms.push_back(gradients[parameter]);
  }
  if (terms.size() < 2) return terms.empty() ? torch::Tensor() : terms[0];
  // Not into the first: two parameters may have got the same tensor.
  torch::Tensor sum = terms[0] + terms[1];
  for (std::size_t i = 2; i < terms.size(); ++i) sum += terms[i];
  return sum;
}

// From the gradients of the joined outputs to those of the parameters, through all parts.
variable_list back_through_parts(const std::vector<torch::Tensor>& parameters,
                                 const std::vector<Outputs>& parts,
                                 const variable_list& gradients) {
  const auto rows = output_rows(parts);
  std::vector<variable_list> of_part(parts.size());
  parallel_for(
      static_cast<std::int64_t>(parts.size()),
      [&](std::int64_t i) {
        variable_list roots, root_gradients;
        for (std::size_t k = 0; k < gradients.size(); ++k) {
          if (!gradients[k].defined() || rows[k][i] == rows[k][i + 1]) continue;
          roots.push_back(parts[i][k]);
          root_gradients.push_back(gradients[k].narrow(0, rows[k][i], rows[k][i + 1] - rows[k][i]));
        }
        of_part[i].resize(parameters.size());
        if (roots.empty()) return;  // a part without leaves, where only those count
        of_part[i] = torch::autograd::grad(roots, parameters, root_gradients,
                                           /*retain_graph=*/c10::nullopt,
                                           /*create_graph=*/false, /*allow_unused=*/true);
      },
      /*chunk=*/1);
  variable_list sums(parameters.size());
  parallel_for(
      static_cast<std::int64_t>(sums.size()),
      [&](std::int64_t p) {
        const torch::NoGradGuard no_grad;  // of this thread
        sums[p] = sum_of_parts(of_part, p);
      },
      /*chunk=*/4);
  return sums;
}

}  // namespace

PolicyOutput forward_in_parts(const StateBatch& batch, const std::vector<torch::Tensor>& parameters,
                              const std::function<PolicyOutput(const StateBatch&)>& forward) {
  const bool with_gradients = torch::GradMode::is_enabled();
  const std::vector<std::int64_t> first =
      part_offsets(batch, with_gradients ? kWorkToLearn : kWorkToSample);
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
  set_backward(with_history, parameters,
               [parameters, parts = std::move(parts)](variable_list&& gradients) {
                 return back_through_parts(parameters, parts, gradients);
               });
  return {joined[0], joined[1], joined[2], joined[3]};
}

}  // namespace fragflow
