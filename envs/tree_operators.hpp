// Changes of finished fragment trees, as genetic algorithms make them, and random recombinations.
//
// Every result is a terminal state that actions reach: slot types and observed patterns,
// capacities, limits on size, forbidden fragments, the start and min_fragments are kept. Operators
// are functions of their arguments and the random stream; where their few attempts find nothing
// that is legal and differs from what they were given, they return nothing. Parents are terminal
// states of the environment. Thread-safe.
#pragma once

#include <optional>
#include <vector>

#include "envs/fragment_draw.hpp"
#include "envs/fragment_tree.hpp"
#include "envs/loose_tree.hpp"
#include "src/base/rng.hpp"

namespace fragflow {

enum class TreeChange {
  kReplace,  // another fragment in the place of one, its joins kept
  kInsert,   // a fragment into a join
  kRemove,   // a leaf, or a fragment with two neighbours, which are then joined
  kMove,     // one end of a join, with what hangs on it, to another free slot
  kAdd,      // a leaf
};
inline constexpr int kNumTreeChanges = 5;

class TreeOperators {
 public:
  // New fragments are drawn in proportion to their counts to the power `frequency`
  // (fragment_draw.hpp). environment must outlive it.
  TreeOperators(const FragmentTree& environment, double frequency);

  // A part of a, joined with a part of b. A part is what hangs on one end of a join or, one time in
  // four, the whole tree with a free slot; with a start, a's part has it and b's does not.
  std::optional<State> crossover(const State& a, const State& b, Rng& rng) const;

  std::optional<State> change(const State& parent, TreeChange kind, Rng& rng) const;
  // A kind drawn uniformly; another one where it finds nothing.
  std::optional<State> mutate(const State& parent, Rng& rng) const;

  // Random recombination, which is given no parents: a first fragment (or the start) and one of its
  // observed patterns, both drawn; at every slot of the pattern a fitting fragment with a pattern
  // that has this join, and so on until every pattern is filled. Patterns are alike; of a fragment
  // without any, a slot is used as often as leads to one further join on the average. Of
  // several such trees within the limits the one is taken whose number of fragments is nearest to
  // one drawn uniformly from half of max_fragments to max_fragments: left alone, most would be far
  // smaller than the compounds that the limit is there for. Where all exceed a limit, the last is
  // cut short and grown, if it must be, by uniformly random actions.
  State recombine(Rng& rng) const;

 private:
  std::optional<State> replaced(const LooseTree& tree, Rng& rng) const;
  std::optional<State> inserted(const LooseTree& tree, Rng& rng) const;
  std::optional<State> removed(const LooseTree& tree, Rng& rng) const;
  std::optional<State> moved(const LooseTree& tree, Rng& rng) const;
  std::optional<State> extended(const LooseTree& tree, Rng& rng) const;

  std::optional<Piece> draw_part(const LooseTree& tree, bool with_start, Rng& rng) const;
  std::vector<Slot> free_slots(const LooseTree& tree) const;
  std::optional<Slot> draw_free_slot(const LooseTree& tree, Rng& rng) const;
  // What a further join at this slot may be; kUntyped without rules.
  TypeMask types_at(const Piece& piece) const;
  // A random slot of the fragment of which `used` says how many joins each site has.
  std::optional<int> draw_site(int fragment, const std::vector<int>& used, Rng& rng) const;
  bool is_start(const LooseTree& tree, int node) const;
  bool has_start(const LooseTree& tree) const;
  // The terminal state, if it is legal.
  std::optional<State> finish(const LooseTree& tree) const;
  bool fits(const LooseTree& tree) const;

  // Slots of a growing tree that are still to be filled.
  struct Growth {
    LooseTree tree;
    std::vector<Slot> wanted;
    bool is_complete = true;  // no slot was left open
  };
  Growth grow(Rng& rng) const;
  // Adds what else a fragment that is joined at `site` with one of these types is to carry; site <
  // 0 for the first one.
  void want_slots(Growth& growth, int node, int site, TypeMask types, Rng& rng) const;
  State completed(const LooseTree& tree, Rng& rng) const;

  const FragmentTree& environment_;
  const Vocabulary& vocabulary_;
  FragmentDraw draw_;
};

}  // namespace fragflow
