// TreeOperators::recombine.
#include <algorithm>
#include <cstdlib>

#include "envs/tree_operators.hpp"

namespace fragflow {
namespace {

// Attempts at growing a tree that fills its patterns within the limits.
constexpr int kGrowths = 16;
// Attempts at drawing a fragment that fits within the limits.
constexpr int kDraws = 8;

}  // namespace

void TreeOperators::want_slots(Growth& growth, int node, int site, TypeMask types, Rng& rng) const {
  const Fragment& fragment = vocabulary_.fragment(growth.tree.labels[node]);
  if (fragment.patterns.empty()) {
    std::vector<int> slots;
    for (int s = 0; s < static_cast<int>(fragment.sites.size()); ++s) {
      slots.insert(slots.end(), fragment.sites[s].capacity - (s == site ? 1 : 0), s);
    }
    for (const int s : slots) {
      if (environment_.has_routes() || rng.below(slots.size()) == 0)
        growth.wanted.push_back({node, s});
    }
    return;
  }
  // Patterns with the existing join, each with the element that represents it.
  std::vector<std::pair<const Pattern*, std::size_t>> patterns;
  for (const Pattern& pattern : fragment.patterns) {
    for (std::size_t i = 0; i < pattern.size(); ++i) {
      if (site >= 0 && (pattern[i].site != site || (types >> pattern[i].type & 1) == 0)) continue;
      patterns.emplace_back(&pattern, site >= 0 ? i : pattern.size());
      break;
    }
  }
  if (patterns.empty()) return;
  const auto& [pattern, taken] = patterns[rng.below(patterns.size())];
  for (std::size_t i = 0; i < pattern->size(); ++i) {
    if (i != taken) growth.wanted.push_back({node, (*pattern)[i].site});
  }
}

TreeOperators::Growth TreeOperators::grow(Rng& rng) const {
  Growth growth;
  const int start = environment_.start();
  const int first = start >= 0 ? start : draw_.fragment(rng);
  growth.tree.labels.push_back(static_cast<std::int32_t>(first));
  want_slots(growth, 0, /*site=*/-1, 0, rng);
  while (!growth.wanted.empty()) {
    const std::size_t k = rng.below(growth.wanted.size());
    const Piece here{growth.tree, growth.wanted[k]};
    growth.wanted[k] = growth.wanted.back();
    growth.wanted.pop_back();
    const TypeMask types = types_at(here);
    bool is_filled = false;
    for (int draw = 0; draw < kDraws && !is_filled; ++draw) {
      const auto block = draw_.block(types, /*num_slots=*/1, rng);
      if (!block) break;
      LooseTree larger =
          joined(here, single(static_cast<std::int32_t>(block->fragment), block->site));
      if (!fits(larger)) continue;
      growth.tree = std::move(larger);
      want_slots(growth, growth.tree.size() - 1, block->site, vocabulary_.partners(types), rng);
      is_filled = true;
    }
    if (!is_filled) growth.is_complete = false;
  }
  return growth;
}

State TreeOperators::completed(const LooseTree& tree, Rng& rng) const {
  State state = environment_.has_routes() ? environment_.initial_state()
                                          : environment_.canonical(to_state(tree));
  ActionSet actions;
  while (true) {
    environment_.legal_actions(state, actions);
    if (actions.stop) break;
    std::vector<Action> legal;
    actions.for_each([&](Action action) { legal.push_back(action); });
    state = environment_.apply(state, legal[rng.below(legal.size())]);
  }
  state.stopped = true;
  return state;
}

State TreeOperators::recombine(Rng& rng) const {
  const FragmentTreeConfig& config = environment_.config();
  const int smallest = std::max((config.max_fragments + 1) / 2, config.min_fragments);
  const int wanted = smallest + static_cast<int>(rng.below(config.max_fragments - smallest + 1));
  const auto distance = [&](const State& state) { return std::abs(state.num_nodes - wanted); };
  Growth growth;
  std::optional<State> best;
  for (int attempt = 0; attempt < kGrowths; ++attempt) {
    growth = grow(rng);
    if (!growth.is_complete) continue;
    const std::optional<State> state = finish(growth.tree);
    if (state && (!best || distance(*state) < distance(*best))) best = state;
    if (best && distance(*best) == 0) break;
  }
  return best ? *best : completed(growth.tree, rng);
}

}  // namespace fragflow
