#include "src/gfn/exact.hpp"

#include <algorithm>

#include "models/policy.hpp"
#include "src/gfn/action_distribution.hpp"

namespace fragflow {
namespace {

constexpr std::int64_t kChunk = 2048;  // states per network call; bounds memory

}  // namespace

std::vector<double> edge_log_probabilities(const Environment& environment, Policy& policy,
                                           const StateGraph& graph) {
  torch::NoGradGuard no_grad;
  std::vector<double> log_pf(graph.num_edges());
  for (std::int64_t start = 0; start < graph.num_internal; start += kChunk) {
    const std::int64_t count = std::min(kChunk, graph.num_internal - start);
    const std::span<const State> states(graph.states.data() + start,
                                        static_cast<std::size_t>(count));
    const StateBatch batch = make_state_batch(environment, states, /*with_leaves=*/false);
    PolicyOutput output = policy.forward(batch);
    output.place_logits = output.place_logits.to(torch::kFloat64);
    output.stop_logits = output.stop_logits.to(torch::kFloat64);
    const ActionDistribution distribution(output, batch);
    ActionGroups groups;
    const std::int64_t first = graph.edge_begin[start], end = graph.edge_begin[start + count];
    for (std::int64_t s = start; s < start + count; ++s) {
      for (std::int64_t e = graph.edge_begin[s]; e < graph.edge_begin[s + 1]; ++e) {
        groups.add(s - start, graph.actions(e));
      }
    }
    const torch::Tensor values = distribution.log_prob(groups);
    std::copy_n(values.data_ptr<double>(), end - first, log_pf.begin() + first);
  }
  return log_pf;
}

}  // namespace fragflow
