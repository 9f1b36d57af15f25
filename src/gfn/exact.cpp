#include "src/gfn/exact.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "models/policy.hpp"
#include "src/base/parallel.hpp"

namespace fragflow {
namespace {

constexpr std::int64_t kChunk = 2048;  // states per network call; bounds memory

// log of the sum of exponentials that are added one by one.
class LogSum {
 public:
  void add(double value) {
    if (value <= largest_) {
      sum_ += std::exp(value - largest_);
    } else {
      sum_ = sum_ * std::exp(largest_ - value) + 1.0;
      largest_ = value;
    }
  }
  double value() const { return largest_ + std::log(sum_); }

 private:
  double largest_ = -std::numeric_limits<double>::infinity();
  double sum_ = 0;
};

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
    const PolicyOutput output = policy.forward(batch);
    const torch::Tensor place_logits = output.place_logits.to(torch::kFloat64).contiguous();
    const torch::Tensor stop_logits = output.stop_logits.to(torch::kFloat64).contiguous();
    const double* places = place_logits.data_ptr<double>();
    const double* stops = stop_logits.data_ptr<double>();
    parallel_for(count, [&](std::int64_t b) {
      const ActionSet& actions = batch.actions[b];
      const auto logit = [&](Action action) {
        return action.is_stop()
                   ? stops[b]
                   : places[(batch.place_offset[b] + action.site) * actions.num_choices() +
                            action.choice];
      };
      LogSum all;
      actions.for_each([&](Action action) { all.add(logit(action)); });
      const std::int64_t s = start + b;
      for (std::int64_t e = graph.edge_begin[s]; e < graph.edge_begin[s + 1]; ++e) {
        LogSum chosen;
        for (const Action action : graph.actions(e)) chosen.add(logit(action));
        log_pf[e] = chosen.value() - all.value();
      }
    });
  }
  return log_pf;
}

}  // namespace fragflow
