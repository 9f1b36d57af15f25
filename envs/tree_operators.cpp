#include "envs/tree_operators.hpp"

#include <algorithm>
#include <numeric>

#include "src/base/check.hpp"

namespace fragflow {
namespace {

constexpr int kAttempts = 8;
// A part of one tree joins only some parts of another.
constexpr int kCrossoverAttempts = 24;

std::vector<int> joins_of(const LooseTree& tree, int node) {
  std::vector<int> joins;
  for (std::size_t j = 0; j < tree.joins.size(); ++j) {
    if (tree.joins[j].a.node == node || tree.joins[j].b.node == node) {
      joins.push_back(static_cast<int>(j));
    }
  }
  return joins;
}

// The part on the far side of a join of this node.
Piece neighbour(const LooseTree& tree, int join, int node) {
  const Join& cut = tree.joins[join];
  return part(tree, cut, cut.a.node == node ? cut.b : cut.a);
}

// Removes and returns an element.
template <typename T>
T take(std::vector<T>& values, Rng& rng) {
  const std::size_t k = rng.below(values.size());
  const T value = values[k];
  values[k] = values.back();
  values.pop_back();
  return value;
}

}  // namespace

TreeOperators::TreeOperators(const FragmentTree& environment, double frequency)
    : environment_(environment),
      vocabulary_(environment.vocabulary()),
      draw_(environment, frequency) {}

bool TreeOperators::is_start(const LooseTree& tree, int node) const {
  return environment_.start() >= 0 && tree.labels[node] == environment_.start();
}

bool TreeOperators::has_start(const LooseTree& tree) const {
  for (int v = 0; v < tree.size(); ++v) {
    if (is_start(tree, v)) return true;
  }
  return false;
}

bool TreeOperators::fits(const LooseTree& tree) const {
  const FragmentTreeConfig& config = environment_.config();
  if (tree.size() > config.max_fragments) return false;
  int heavy_atoms = 0;
  for (const std::int32_t label : tree.labels) {
    heavy_atoms += vocabulary_.fragment(label).num_heavy_atoms;
  }
  return config.max_heavy_atoms == 0 || heavy_atoms <= config.max_heavy_atoms;
}

std::optional<State> TreeOperators::finish(const LooseTree& tree) const {
  if (!fits(tree)) return {};
  int starts = 0;
  for (int v = 0; v < tree.size(); ++v) {
    if (is_start(tree, v)) {
      ++starts;
    } else if (!environment_.is_allowed(tree.labels[v])) {
      return {};
    }
  }
  if (starts != (environment_.start() >= 0 ? 1 : 0)) return {};
  std::vector<Slot> used;
  for (const Join& join : tree.joins) used.insert(used.end(), {join.a, join.b});
  for (const Slot& slot : used) {
    const auto joins = std::count(used.begin(), used.end(), slot);
    if (joins > vocabulary_.fragment(tree.labels[slot.node]).sites[slot.site].capacity) return {};
  }
  const State drawn = to_state(tree);
  if (!environment_.is_complete(drawn) || !environment_.is_legal(drawn)) return {};
  State state = environment_.canonical(drawn);
  if (state.num_nodes < environment_.config().min_fragments) {
    thread_local ActionSet actions;
    environment_.legal_actions(state, actions);
    if (!actions.stop) return {};
  }
  state.stopped = true;
  return state;
}

TypeMask TreeOperators::types_at(const Piece& piece) const {
  if (environment_.rules().is_trivial()) return kUntyped;
  std::vector<int> order;
  const State state = to_state(piece.tree, &order);
  JoinRules::FreeTypes types;
  environment_.rules().free_types(state, types);
  const auto node = std::find(order.begin(), order.end(), piece.slot.node) - order.begin();
  return types[node][piece.slot.site];
}

std::vector<Slot> TreeOperators::free_slots(const LooseTree& tree) const {
  std::vector<Slot> slots;
  for (int v = 0; v < tree.size(); ++v) {
    const auto& sites = vocabulary_.fragment(tree.labels[v]).sites;
    for (int s = 0; s < static_cast<int>(sites.size()); ++s) {
      int free = sites[s].capacity;
      for (const Join& join : tree.joins) {
        free -= (join.a == Slot{v, s}) + (join.b == Slot{v, s});
      }
      if (free > 0) slots.push_back({v, s});
    }
  }
  return slots;
}

std::optional<Slot> TreeOperators::draw_free_slot(const LooseTree& tree, Rng& rng) const {
  std::vector<Slot> slots = free_slots(tree);
  if (slots.empty()) return {};
  return take(slots, rng);
}

std::optional<int> TreeOperators::draw_site(int fragment, const std::vector<int>& used,
                                            Rng& rng) const {
  const auto& sites = vocabulary_.fragment(fragment).sites;
  std::vector<int> free;
  for (int s = 0; s < static_cast<int>(sites.size()); ++s) {
    if (used[s] < sites[s].capacity) free.push_back(s);
  }
  if (free.empty()) return {};
  return take(free, rng);
}

std::optional<Piece> TreeOperators::draw_part(const LooseTree& tree, bool with_start,
                                              Rng& rng) const {
  const bool has_a_start = environment_.start() >= 0;
  if (rng.below(4) == 0 || tree.joins.empty()) {
    if (has_a_start && !with_start) return {};
    const std::optional<Slot> slot = draw_free_slot(tree, rng);
    if (!slot) return {};
    return Piece{tree, *slot};
  }
  const Join& cut = tree.joins[rng.below(tree.joins.size())];
  const bool first = rng.below(2) == 0;
  Piece piece = part(tree, cut, first ? cut.a : cut.b);
  if (has_a_start && has_start(piece.tree) != with_start) {
    piece = part(tree, cut, first ? cut.b : cut.a);
  }
  return piece;
}

std::optional<State> TreeOperators::crossover(const State& a, const State& b, Rng& rng) const {
  const LooseTree from = loose_tree(a), with = loose_tree(b);
  const auto types = [&](const Piece& piece) {
    return vocabulary_.fragment(piece.tree.labels[piece.slot.node]).sites[piece.slot.site].types;
  };
  for (int attempt = 0; attempt < kCrossoverAttempts; ++attempt) {
    const auto x = draw_part(from, /*with_start=*/true, rng);
    const auto y = draw_part(with, /*with_start=*/false, rng);
    if (!x || !y || !vocabulary_.can_join(types(*x), types(*y))) continue;
    if (x->tree.size() + y->tree.size() > environment_.config().max_fragments) continue;
    const std::optional<State> child = finish(joined(*x, *y));
    if (child && *child != a && *child != b) return child;
  }
  return {};
}

std::optional<State> TreeOperators::change(const State& parent, TreeChange kind, Rng& rng) const {
  const LooseTree tree = loose_tree(parent);
  for (int attempt = 0; attempt < kAttempts; ++attempt) {
    std::optional<State> child;
    switch (kind) {
      case TreeChange::kReplace:
        child = replaced(tree, rng);
        break;
      case TreeChange::kInsert:
        child = inserted(tree, rng);
        break;
      case TreeChange::kRemove:
        child = removed(tree, rng);
        break;
      case TreeChange::kMove:
        child = moved(tree, rng);
        break;
      case TreeChange::kAdd:
        child = extended(tree, rng);
        break;
    }
    if (child && *child != parent) return child;
  }
  return {};
}

std::optional<State> TreeOperators::mutate(const State& parent, Rng& rng) const {
  std::vector<int> kinds(kNumTreeChanges);
  std::iota(kinds.begin(), kinds.end(), 0);
  while (!kinds.empty()) {
    const auto child = change(parent, static_cast<TreeChange>(take(kinds, rng)), rng);
    if (child) return child;
  }
  return {};
}

std::optional<State> TreeOperators::replaced(const LooseTree& tree, Rng& rng) const {
  const int node = static_cast<int>(rng.below(tree.size()));
  if (is_start(tree, node)) return {};
  const std::vector<int> joins = joins_of(tree, node);
  if (joins.empty()) {
    return finish(single(static_cast<std::int32_t>(draw_.fragment(rng)), 0).tree);
  }
  std::vector<Piece> pieces;
  for (const int join : joins) pieces.push_back(neighbour(tree, join, node));
  std::swap(pieces[0], pieces[rng.below(pieces.size())]);
  const auto block = draw_.block(types_at(pieces[0]), static_cast<int>(pieces.size()), rng);
  if (!block) return {};
  LooseTree child = single(static_cast<std::int32_t>(block->fragment), 0).tree;
  std::vector<int> used(vocabulary_.fragment(block->fragment).sites.size(), 0);
  std::optional<int> site = block->site;
  for (std::size_t k = 0; k < pieces.size(); ++k) {
    if (k > 0) site = draw_site(block->fragment, used, rng);
    if (!site) return {};
    ++used[*site];
    child = joined({std::move(child), {0, *site}}, pieces[k]);
  }
  return finish(child);
}

std::optional<State> TreeOperators::inserted(const LooseTree& tree, Rng& rng) const {
  if (tree.joins.empty() || tree.size() >= environment_.config().max_fragments) return {};
  const Join& cut = tree.joins[rng.below(tree.joins.size())];
  const bool first = rng.below(2) == 0;
  const Piece x = part(tree, cut, first ? cut.a : cut.b);
  const Piece y = part(tree, cut, first ? cut.b : cut.a);
  const auto block = draw_.block(types_at(x), /*num_slots=*/2, rng);
  if (!block) return {};
  std::vector<int> used(vocabulary_.fragment(block->fragment).sites.size(), 0);
  ++used[block->site];
  const std::optional<int> site = draw_site(block->fragment, used, rng);
  if (!site) return {};
  LooseTree child = joined(x, single(static_cast<std::int32_t>(block->fragment), block->site));
  return finish(joined({std::move(child), {x.tree.size(), *site}}, y));
}

std::optional<State> TreeOperators::removed(const LooseTree& tree, Rng& rng) const {
  const int node = static_cast<int>(rng.below(tree.size()));
  const std::vector<int> joins = joins_of(tree, node);
  if (is_start(tree, node) || joins.empty() || joins.size() > 2) return {};
  const Piece x = neighbour(tree, joins[0], node);
  return joins.size() == 1 ? finish(x.tree) : finish(joined(x, neighbour(tree, joins[1], node)));
}

std::optional<State> TreeOperators::moved(const LooseTree& tree, Rng& rng) const {
  if (tree.joins.empty()) return {};
  const Join& cut = tree.joins[rng.below(tree.joins.size())];
  const bool first = rng.below(2) == 0;
  Piece x = part(tree, cut, first ? cut.a : cut.b);
  const std::optional<Slot> slot = draw_free_slot(x.tree, rng);
  if (!slot) return {};
  x.slot = *slot;
  return finish(joined(x, part(tree, cut, first ? cut.b : cut.a)));
}

std::optional<State> TreeOperators::extended(const LooseTree& tree, Rng& rng) const {
  if (tree.size() >= environment_.config().max_fragments) return {};
  const std::optional<Slot> slot = draw_free_slot(tree, rng);
  if (!slot) return {};
  const Piece here{tree, *slot};
  const auto block = draw_.block(types_at(here), /*num_slots=*/1, rng);
  if (!block) return {};
  return finish(joined(here, single(static_cast<std::int32_t>(block->fragment), block->site)));
}

}  // namespace fragflow
