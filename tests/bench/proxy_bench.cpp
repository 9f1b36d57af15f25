// The default proxy, featurisation included: items are molecules.
#include <benchmark/benchmark.h>

#include "src/reward/proxy_model.hpp"
#include "tests/bench/inputs.hpp"

namespace fragflow::bench {
namespace {

void proxy_predict(benchmark::State& bench) {
  const Assembler assembler(default_tree().vocabulary());
  std::vector<std::string> smiles;
  for (const State& state : random_terminals(static_cast<int>(bench.range(0)))) {
    smiles.push_back(assembler.smiles(fragment_nodes(state)));
  }
  const auto model = load_proxy(data_path("proxy_default.safetensors"));
  for (auto _ : bench) benchmark::DoNotOptimize(model->predict(smiles));
  bench.SetItemsProcessed(bench.iterations() * bench.range(0));
}
BENCHMARK(proxy_predict)->Arg(64)->Arg(512)->Unit(benchmark::kMillisecond)->UseRealTime();

}  // namespace
}  // namespace fragflow::bench
