// From trees of fragments to molecules and text, one thread: items are molecules.
#include <benchmark/benchmark.h>

#include <memory>

#include <GraphMol/RWMol.h>

#include "src/chem/assembly.hpp"
#include "src/chem/standardise.hpp"
#include "tests/bench/inputs.hpp"

namespace fragflow::bench {
namespace {

std::vector<std::vector<FragmentNode>> random_trees() {
  std::vector<std::vector<FragmentNode>> trees;
  for (const State& state : random_terminals(kBatch)) trees.push_back(fragment_nodes(state));
  return trees;
}

void assembly_molecule(benchmark::State& bench) {
  const Assembler assembler(default_tree().vocabulary());
  const auto trees = random_trees();
  for (auto _ : bench) {
    for (const auto& tree : trees) benchmark::DoNotOptimize(assembler.molecule(tree));
  }
  bench.SetItemsProcessed(bench.iterations() * kBatch);
}
BENCHMARK(assembly_molecule)->Unit(benchmark::kMillisecond);

// Assembled, written, read, sanitised, written again.
void assembly_smiles_round_trip(benchmark::State& bench) {
  const Assembler assembler(default_tree().vocabulary());
  const auto trees = random_trees();
  for (auto _ : bench) {
    for (const auto& tree : trees) benchmark::DoNotOptimize(assembler.smiles(tree));
  }
  bench.SetItemsProcessed(bench.iterations() * kBatch);
}
BENCHMARK(assembly_smiles_round_trip)->Unit(benchmark::kMillisecond);

void assembly_parse_smiles(benchmark::State& bench) {
  const Assembler assembler(default_tree().vocabulary());
  std::vector<std::string> texts;
  for (const auto& tree : random_trees()) texts.push_back(assembler.smiles(tree));
  for (auto _ : bench) {
    for (const std::string& text : texts) benchmark::DoNotOptimize(parse_smiles(text));
  }
  bench.SetItemsProcessed(bench.iterations() * kBatch);
}
BENCHMARK(assembly_parse_smiles)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace fragflow::bench
