// The fragment tree on the default vocabulary: items are states.
#include <benchmark/benchmark.h>

#include "envs/parents.hpp"
#include "envs/tree_operators.hpp"
#include "tests/bench/inputs.hpp"

namespace fragflow::bench {
namespace {

void count_items(benchmark::State& bench, std::size_t per_iteration) {
  bench.SetItemsProcessed(bench.iterations() * static_cast<std::int64_t>(per_iteration));
}

void environment_legal_actions(benchmark::State& bench) {
  const std::vector<State> states = random_states(kBatch);
  ActionSet actions;
  for (auto _ : bench) {
    for (const State& state : states) {
      default_tree().legal_actions(state, actions);
      benchmark::DoNotOptimize(actions.num_places());
    }
  }
  count_items(bench, states.size());
}
BENCHMARK(environment_legal_actions);

void environment_apply(benchmark::State& bench) {
  const std::vector<State> states = random_states(kBatch);
  std::vector<Action> first;
  for (const State& state : states) {
    ActionSet actions;
    default_tree().legal_actions(state, actions);
    Action action;
    bool found = false;
    actions.for_each([&](Action a) {
      if (!found) action = a;
      found = true;
    });
    first.push_back(action);
  }
  for (auto _ : bench) {
    for (std::size_t i = 0; i < states.size(); ++i) {
      benchmark::DoNotOptimize(default_tree().apply(states[i], first[i]));
    }
  }
  count_items(bench, states.size());
}
BENCHMARK(environment_apply);

void environment_canonical(benchmark::State& bench) {
  const std::vector<State> states = random_terminals(kBatch);
  for (auto _ : bench) {
    for (const State& state : states) benchmark::DoNotOptimize(default_tree().canonical(state));
  }
  count_items(bench, states.size());
}
BENCHMARK(environment_canonical);

void environment_distinct_parents(benchmark::State& bench) {
  const std::vector<State> states = random_terminals(kBatch);
  for (auto _ : bench) {
    for (const State& state : states) {
      State molecule = state;  // a terminal has one parent: itself, not stopped
      molecule.stopped = false;
      benchmark::DoNotOptimize(distinct_parents(default_tree(), molecule));
    }
  }
  count_items(bench, states.size());
}
BENCHMARK(environment_distinct_parents);

// One child of two parents, changed once more.
void environment_breed(benchmark::State& bench) {
  const std::vector<State> states = random_terminals(kBatch);
  const TreeOperators operators(default_tree(), /*frequency=*/0.5);
  std::uint64_t tries = 0;
  for (auto _ : bench) {
    for (std::size_t i = 0; i + 1 < states.size(); ++i) {
      Rng rng(1, 0, tries++);
      const auto child = operators.crossover(states[i], states[i + 1], rng);
      benchmark::DoNotOptimize(operators.mutate(child.value_or(states[i]), rng));
    }
  }
  count_items(bench, states.size() - 1);
}
BENCHMARK(environment_breed);

void environment_recombine(benchmark::State& bench) {
  const TreeOperators operators(default_tree(), /*frequency=*/1);
  std::uint64_t trees = 0;
  for (auto _ : bench) {
    for (int i = 0; i < kBatch; ++i) {
      Rng rng(2, 0, trees++);
      benchmark::DoNotOptimize(operators.recombine(rng).num_nodes);
    }
  }
  count_items(bench, kBatch);
}
BENCHMARK(environment_recombine);

}  // namespace
}  // namespace fragflow::bench
