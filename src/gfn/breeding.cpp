#include "src/gfn/breeding.hpp"

#include <optional>
#include <unordered_set>

#include "src/base/check.hpp"
#include "src/base/parallel.hpp"

namespace fragflow {
namespace {

constexpr int kRounds = 8;

std::optional<State> make_child(const TreeOperators& operators, const Population& population,
                                const BreedingConfig& config, Rng& rng) {
  const State& first = population.state(population.draw_rank(rng));
  const State& second = population.state(population.draw_rank(rng));
  const bool mutate = rng.uniform() < config.mutation;
  std::optional<State> child = mutate ? operators.mutate(first, rng) : std::nullopt;
  if (!child) child = operators.crossover(first, second, rng);
  return child || mutate ? child : operators.mutate(first, rng);
}

}  // namespace

const FragmentTree& fragment_tree_of(const Environment& environment, const char* what) {
  const auto* tree = dynamic_cast<const FragmentTree*>(&environment);
  if (tree == nullptr) user_error("{} needs environment.name = \"fragment_tree\"", what);
  return *tree;
}

std::vector<State> breed(const TreeOperators& operators, const Population& population,
                         const BreedingConfig& config, std::int64_t count, std::uint64_t seed,
                         std::uint64_t stream) {
  std::vector<State> offspring;
  if (population.size() == 0) return offspring;
  std::unordered_set<State, StateHash> taken;
  std::uint64_t tries = 0;
  for (int round = 0; round < kRounds && std::ssize(offspring) < count; ++round) {
    std::vector<std::optional<State>> children(count - offspring.size());
    parallel_for(std::ssize(children), [&](std::int64_t i) {
      Rng rng(seed, stream, tries + static_cast<std::uint64_t>(i));
      children[i] = make_child(operators, population, config, rng);
      if (children[i] && population.has_seen(*children[i])) children[i].reset();
    });
    tries += children.size();
    for (const std::optional<State>& child : children) {
      if (child && taken.insert(*child).second) offspring.push_back(*child);
    }
  }
  return offspring;
}

}  // namespace fragflow
