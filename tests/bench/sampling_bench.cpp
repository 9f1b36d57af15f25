// Drawing trajectories, without assembly: items are trajectories.
#include <benchmark/benchmark.h>

#include "src/gfn/sampler.hpp"
#include "tests/bench/demo.hpp"

namespace fragflow::bench {
namespace {

void sampling_trajectories(benchmark::State& bench) {
  const auto policy = fresh_policy(default_tree());
  std::uint64_t stream = 0;
  for (auto _ : bench) {
    benchmark::DoNotOptimize(sample_trajectories(default_tree(), *policy, bench.range(0), kSeed,
                                                 stream++, Exploration{}));
  }
  bench.SetItemsProcessed(bench.iterations() * bench.range(0));
}
BENCHMARK(sampling_trajectories)->Arg(64)->Arg(512)->Unit(benchmark::kMillisecond)->UseRealTime();

void sampling_uniform(benchmark::State& bench) {
  std::uint64_t stream = 0;
  for (auto _ : bench) {
    benchmark::DoNotOptimize(
        sample_uniform_trajectories(default_tree(), bench.range(0), kSeed, stream++));
  }
  bench.SetItemsProcessed(bench.iterations() * bench.range(0));
}
BENCHMARK(sampling_uniform)->Arg(512)->Unit(benchmark::kMillisecond)->UseRealTime();

}  // namespace
}  // namespace fragflow::bench
