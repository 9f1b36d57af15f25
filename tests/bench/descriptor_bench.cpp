// What the components of a reward cost, one thread: items are molecules.
#include <GraphMol/RWMol.h>
#include <benchmark/benchmark.h>

#include <memory>

#include "src/chem/alerts.hpp"
#include "src/chem/assembly.hpp"
#include "src/chem/qed.hpp"
#include "src/chem/sa_score.hpp"
#include "src/chem/standardise.hpp"
#include "tests/bench/inputs.hpp"

namespace fragflow::bench {
namespace {

// `compute` of molecules as the reward sees them: parsed from their canonical SMILES.
template <typename Compute>
void measure(benchmark::State& bench, const Compute& compute) {
  const Assembler assembler(default_tree().vocabulary());
  std::vector<std::string> texts;
  for (const State& state : random_terminals(kBatch)) {
    texts.push_back(assembler.smiles(fragment_nodes(state)));
  }
  std::vector<std::unique_ptr<RDKit::RWMol>> molecules;
  for (auto _ : bench) {
    bench.PauseTiming();  // RDKit keeps some descriptors in the molecule, so that each is new
    molecules.clear();
    for (const std::string& text : texts) molecules.push_back(parse_smiles(text));
    bench.ResumeTiming();
    for (const auto& molecule : molecules) benchmark::DoNotOptimize(compute(*molecule));
  }
  bench.SetItemsProcessed(bench.iterations() * kBatch);
}

void descriptor_qed(benchmark::State& bench) { measure(bench, Qed()); }
BENCHMARK(descriptor_qed)->Unit(benchmark::kMillisecond);

void descriptor_sa(benchmark::State& bench) { measure(bench, SaScore()); }
BENCHMARK(descriptor_sa)->Unit(benchmark::kMillisecond);

void descriptor_alerts(benchmark::State& bench) {
  const AlertCatalog catalog({"brenk"});
  measure(bench, [&](const RDKit::ROMol& molecule) { return catalog.count(molecule); });
}
BENCHMARK(descriptor_alerts)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace fragflow::bench
