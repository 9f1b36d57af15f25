// Fingerprints of molecules, and searches over many of them (random bits of a molecule's density).
#include <benchmark/benchmark.h>

#include <memory>

#include <GraphMol/RWMol.h>

#include "src/chem/assembly.hpp"
#include "src/chem/fingerprint.hpp"
#include "src/chem/standardise.hpp"
#include "tests/bench/inputs.hpp"

namespace fragflow::bench {
namespace {

std::vector<std::unique_ptr<RDKit::RWMol>> random_molecules() {
  const Assembler assembler(default_tree().vocabulary());
  std::vector<std::unique_ptr<RDKit::RWMol>> molecules;
  for (const State& state : random_terminals(kBatch)) {
    auto molecule = assembler.molecule(fragment_nodes(state));
    if (molecule) molecules.push_back(std::move(molecule));
  }
  return molecules;
}

void fingerprint_of_molecule(benchmark::State& bench) {
  const auto kind = static_cast<FingerprintKind>(bench.range(0));
  const auto molecules = random_molecules();
  for (auto _ : bench) {
    for (const auto& molecule : molecules) benchmark::DoNotOptimize(fingerprint(*molecule, kind));
  }
  bench.SetItemsProcessed(bench.iterations() * static_cast<std::int64_t>(molecules.size()));
}
BENCHMARK(fingerprint_of_molecule)
    ->ArgName("kind")
    ->Arg(static_cast<int>(FingerprintKind::kMorgan2))
    ->Arg(static_cast<int>(FingerprintKind::kRdk))
    ->Unit(benchmark::kMillisecond);

// Around 50 of 2048 bits, as Morgan fingerprints of radius 2 have.
FingerprintSet random_fingerprints(std::int64_t size) {
  FingerprintSet set(size);
  for (std::int64_t i = 0; i < size; ++i) {
    Rng rng(kSeed, i);
    Fingerprint fingerprint{std::vector<std::uint64_t>(FingerprintSet::kWords), 0};
    for (std::uint64_t bits = 30 + rng.below(40); bits > 0; --bits) {
      const std::uint64_t bit = rng.below(kFingerprintBits);
      fingerprint.words[bit / 64] |= std::uint64_t{1} << (bit % 64);
    }
    for (const std::uint64_t word : fingerprint.words) fingerprint.popcount += std::popcount(word);
    set.set(i, fingerprint);
  }
  return set;
}

// Items are pairs.
void fingerprint_mean_similarity(benchmark::State& bench) {
  const FingerprintSet set = random_fingerprints(bench.range(0));
  for (auto _ : bench) benchmark::DoNotOptimize(mean_pairwise_similarity(set));
  bench.SetItemsProcessed(bench.iterations() * set.size() * (set.size() - 1) / 2);
}
BENCHMARK(fingerprint_mean_similarity)->Arg(2000)->Unit(benchmark::kMillisecond)->UseRealTime();

// Mode counting; items are fingerprints.
void fingerprint_modes(benchmark::State& bench) {
  const FingerprintSet set = random_fingerprints(bench.range(0));
  for (auto _ : bench) benchmark::DoNotOptimize(select_diverse(set, 0.7));
  bench.SetItemsProcessed(bench.iterations() * set.size());
}
BENCHMARK(fingerprint_modes)->Arg(2000)->Unit(benchmark::kMillisecond)->UseRealTime();

}  // namespace
}  // namespace fragflow::bench
