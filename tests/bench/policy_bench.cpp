// The network alone: items are states.
#include <benchmark/benchmark.h>

#include "models/state_batch.hpp"
#include "tests/bench/demo.hpp"

namespace fragflow::bench {
namespace {

void policy_state_batch(benchmark::State& bench) {
  const std::vector<State> states = random_states(kBatch);
  for (auto _ : bench) {
    benchmark::DoNotOptimize(make_state_batch(default_tree(), states, /*with_leaves=*/false));
  }
  bench.SetItemsProcessed(bench.iterations() * static_cast<std::int64_t>(states.size()));
}
BENCHMARK(policy_state_batch)->UseRealTime();

void policy_forward(benchmark::State& bench) {
  const auto policy = fresh_policy(default_tree());
  const std::vector<State> states = random_states(static_cast<int>(bench.range(0)));
  const StateBatch batch = make_state_batch(default_tree(), states, /*with_leaves=*/false);
  const torch::NoGradGuard no_grad;
  for (auto _ : bench) benchmark::DoNotOptimize(policy->forward(batch));
  bench.SetItemsProcessed(bench.iterations() * batch.num_states);
}
BENCHMARK(policy_forward)->ArgName("walks")->Arg(16)->Arg(64)->Arg(256)->UseRealTime();

}  // namespace
}  // namespace fragflow::bench
