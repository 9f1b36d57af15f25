// Mutation and crossover of complete fragment trees, and random recombination.
//
// Every result is a terminal state reachable by actions: it respects slot types and observed
// patterns, capacities, size limits, forbidden fragments, the start and min_fragments. Operators
// are functions of their arguments and the random stream; they make a few attempts and return
// nothing if these give no legal tree that differs from the input. Parents are terminal states of
// the environment. Thread-safe.
#pragma once

#include <optional>
#include <vector>

#include "envs/fragment_draw.hpp"
#include "envs/fragment_tree.hpp"
#include "envs/loose_tree.hpp"
#include "src/base/rng.hpp"

namespace fragflow {

enum class TreeChange {
  kReplace,  // replaces one fragment, keeping its joins
  kInsert,   // inserts a fragment into a join
  kRemove,   // removes a leaf, or a fragment with two neighbours, then joins them
  kMove,     // moves one end of a join, with its subtree, to another free slot
  kAdd,      // adds a leaf
};
inline constexpr int kNumTreeChanges = 5;

class TreeOperators {
 public:
  // New fragments are drawn in proportion to their counts to the power `frequency`
  // (fragment_draw.hpp). environment must outlive it.
  TreeOperators(const FragmentTree& environment, double frequency);

  // Joins a part of a with a part of b. A part is the subtree at one end of a join or, one time in
  // four, the whole tree with a free slot; only the part of a contains the start, if there is one.
  std::optional<State> crossover(const State& a, const State& b, Rng& rng) const;

  std::optional<State> change(const State& parent, TreeChange kind, Rng& rng) const;
  // Draws the kind of change uniformly; tries the other kinds if it finds nothing.
  std::optional<State> mutate(const State& parent, Rng& rng) const;

  // Random recombination, without parents: draws a first fragment (or takes the start) and one of
  // its observed patterns; at every slot of the pattern a fitting fragment with a pattern that has
  // this join, and so on until every pattern is filled. Patterns are equally likely; fragments
  // without patterns use each slot with a probability that gives one further join on average. Of
  // several such trees within the limits, takes the one whose size is closest to a number of
  // fragments drawn uniformly from half of max_fragments to max_fragments; otherwise most would be
  // far smaller than the compounds that the limit is meant for. If all exceed a limit, the last is
  // cut back and, if necessary, grown by uniformly random actions.
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
  // Types that another join at this slot may have; kUntyped without rules.
  TypeMask types_at(const Piece& piece) const;
  // A random free slot of the fragment; used: the number of joins at each site.
  std::optional<int> draw_site(int fragment, const std::vector<int>& used, Rng& rng) const;
  bool is_start(const LooseTree& tree, int node) const;
  bool has_start(const LooseTree& tree) const;
  // The terminal state, empty if it is not legal.
  std::optional<State> finish(const LooseTree& tree) const;
  bool fits(const LooseTree& tree) const;

  // A growing tree with the slots still to be filled.
  struct Growth {
    LooseTree tree;
    std::vector<Slot> wanted;
    bool is_complete = true;  // no slot was left open
  };
  Growth grow(Rng& rng) const;
  // Adds the slots that a fragment joined at `site` with one of these types should still fill; site
  // < 0 for the first fragment.
  void want_slots(Growth& growth, int node, int site, TypeMask types, Rng& rng) const;
  State completed(const LooseTree& tree, Rng& rng) const;

  const FragmentTree& environment_;
  const Vocabulary& vocabulary_;
  FragmentDraw draw_;
};

}  // namespace fragflow
