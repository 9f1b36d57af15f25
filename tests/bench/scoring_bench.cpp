// Log-probabilities of a batch of trajectories, with the graph for gradients: items are
// trajectories.
#include <benchmark/benchmark.h>

#include "src/gfn/sampler.hpp"
#include "src/gfn/scoring.hpp"
#include "tests/bench/demo.hpp"

namespace fragflow::bench {
namespace {

void scoring_trajectories(benchmark::State& bench) {
  const auto policy = fresh_policy(default_tree());
  const std::vector<Trajectory> trajectories =
      sample_uniform_trajectories(default_tree(), bench.range(0), kSeed, /*stream=*/0);
  const std::vector<double> log_rewards(trajectories.size(), 0.0);
  for (auto _ : bench) {
    benchmark::DoNotOptimize(score_trajectories(default_tree(), *policy, trajectories, log_rewards,
                                                /*learned_backward=*/false));
  }
  bench.SetItemsProcessed(bench.iterations() * bench.range(0));
}
BENCHMARK(scoring_trajectories)->Arg(64)->Arg(256)->Unit(benchmark::kMillisecond)->UseRealTime();

}  // namespace
}  // namespace fragflow::bench
