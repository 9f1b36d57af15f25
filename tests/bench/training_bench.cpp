// A whole training step of the demo configuration: items are trajectories.
#include <benchmark/benchmark.h>

#include "tests/bench/demo.hpp"

namespace fragflow::bench {
namespace {

void training_step(benchmark::State& bench) {
  const Experiment experiment = demo_experiment();
  const auto learner = experiment.make_learner();
  for (auto _ : bench) benchmark::DoNotOptimize(learner->step());
  bench.SetItemsProcessed(bench.iterations() * experiment.config.training.batch_size);
}
BENCHMARK(training_step)->Unit(benchmark::kMillisecond)->UseRealTime();

}  // namespace
}  // namespace fragflow::bench
