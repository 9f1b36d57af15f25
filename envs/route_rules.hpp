// Which trees of synthons are products that reactions give, step by step, and which states can
// become one (docs/synthesis.md).
//
// A tree is legal if there are a set K of groups that may be present all the time, a plan for each
// synthon (src/chem/synthesis/synthon_plan.hpp) whose kept groups are in K, and a reaction for each
// join that tolerates K and that the plans of both synthons allow, such that of every join at least
// one end is the last slot of its synthon: then the joins can be made from the leaves inward,
// ending at the one join that is last at both ends. An open slot needs a reaction, too, for which
// there is a cap: a synthon of one slot that keeps no group. So a legal tree can always be finished
// with caps, and legality is hereditary: taking a leaf away leaves an open slot that such a cap can
// fill.
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "envs/slot_table.hpp"
#include "envs/state.hpp"
#include "src/chem/vocabulary.hpp"

namespace fragflow {

class RouteRules {
 public:
  // The vocabulary must have reactions. is_allowed[f]: fragment f may be attached. num_words: of a
  // place's row of choices.
  RouteRules(const Vocabulary& vocabulary, const std::vector<bool>& is_allowed, int num_words);

  // Whether the tree can become a product; true for the empty one.
  bool is_legal(const State& state) const;

  // Adds the bits of the blocks that may be attached, to rows[node][site] where it is not null and
  // the site is free. For legal states.
  using Rows = std::array<std::array<std::uint64_t*, kMaxSites>, kMaxNodes>;
  void add_blocks(const State& state, const Rows& rows) const;

  // What the part of a tree on one side of a join says of the join: the sides that the synthon of
  // the *other* part may take.
  struct Reach {
    SideMask last;    // where the join is the last one of this part
    SideMask before;  // where it is not: it must be the last one of the other part
    friend bool operator==(const Reach&, const Reach&) = default;
    bool none() const { return last.none() && before.none(); }
  };
  // One for each set K.
  using Message = std::vector<Reach>;

  int num_sets() const { return static_cast<int>(kept_sets_.size()); }
  // Of a fragment by itself, its other sites joined to parts that say so (null: open), at `site`.
  Message message(int fragment, int site, const std::vector<const Message*>& from) const;
  // Whether two parts can be joined, each seen from the other.
  bool can_join(const Message& a, const Message& b) const;

 private:
  // The plans of a kind of fragments, for one set K: what K forbids is taken away.
  using Plans = std::vector<SynthonPlan>;
  struct Neighbours;

  void make_sets(const Vocabulary& vocabulary);
  void make_caps(const Vocabulary& vocabulary, const std::vector<bool>& is_allowed);
  void make_plans(const Vocabulary& vocabulary);
  void make_rows(const Vocabulary& vocabulary, const std::vector<bool>& is_allowed, int num_words);
  const Plans& plans(int fragment, int set) const {
    return plans_[static_cast<std::size_t>(kind_[fragment]) * kept_sets_.size() + set];
  }
  // from[t]: what comes in at site t; null: it is open.
  Reach reach(const Plans& plans, int site, const Reach* const* from) const;
  // Fills what comes in at every used site; false if the tree is not legal under this set.
  bool propagate(const State& state, int set, Neighbours& neighbours) const;

  const Vocabulary* vocabulary_;
  std::vector<GroupMask> kept_sets_;
  SideMask has_cap_;       // sides of reactions both of whose sides some cap can be
  std::vector<int> kind_;  // per fragment: fragments of a kind have the same plans
  std::vector<Plans> plans_;
  int num_words_ = 0;
  // Bits of blocks, [set][side][word]: those that may take this side as their last or only one, and
  // those that may take it before another.
  std::vector<std::uint64_t> last_blocks_, before_blocks_;
};

}  // namespace fragflow
