// Decides which trees of synthons are products of a sequence of reactions, and which states can
// become one (docs/synthesis.md).
//
// A tree is legal if there are a set K of groups that may be present throughout, a plan for each
// synthon (src/chem/synthesis/synthon_plan.hpp) whose kept groups are in K, and for each join a
// reaction that tolerates K and that the plans of both synthons allow, such that at least one end
// of every join is the last slot of its synthon: then the joins can be made from the leaves inward,
// ending at the one join that is last at both ends. An open slot also needs a reaction for which
// there is a cap: a synthon of one slot that keeps no group. So a legal tree can always be
// completed with caps, and legality is hereditary: removing a leaf leaves an open slot that such a
// cap can fill.
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
  // The vocabulary must have reactions. is_allowed[f]: fragment f may be attached. num_words:
  // length of a place's row of choices.
  RouteRules(const Vocabulary& vocabulary, const std::vector<bool>& is_allowed, int num_words);

  // Whether the tree can become a product; true for the empty tree.
  bool is_legal(const State& state) const;

  // Sets the bits of the blocks that may be attached, in rows[node][site] if it is not null and the
  // site is free. For legal states.
  using Rows = std::array<std::array<std::uint64_t*, kMaxSites>, kMaxNodes>;
  void add_blocks(const State& state, const Rows& rows) const;

  // The constraint of the subtree on one side of a join on that join: the reaction sides allowed
  // for the synthon of the *other* subtree.
  struct Reach {
    SideMask last;    // if the join is the last one of this subtree
    SideMask before;  // if not: it must be the last one of the other subtree
    friend bool operator==(const Reach&, const Reach&) = default;
    bool none() const { return last.none() && before.none(); }
  };
  // One entry per set K.
  using Message = std::vector<Reach>;

  int num_sets() const { return static_cast<int>(kept_sets_.size()); }
  // The message of a fragment at `site`; from: messages at its other sites (null: open).
  Message message(int fragment, int site, const std::vector<const Message*>& from) const;
  // Whether two subtrees can be joined, given each one's message.
  bool can_join(const Message& a, const Message& b) const;

 private:
  // The plans of a kind of fragments for one set K, without what K forbids.
  using Plans = std::vector<SynthonPlan>;
  struct Neighbours;

  void make_sets(const Vocabulary& vocabulary);
  void make_caps(const Vocabulary& vocabulary, const std::vector<bool>& is_allowed);
  void make_plans(const Vocabulary& vocabulary);
  void make_rows(const Vocabulary& vocabulary, const std::vector<bool>& is_allowed, int num_words);
  const Plans& plans(int fragment, int set) const {
    return plans_[static_cast<std::size_t>(kind_[fragment]) * kept_sets_.size() + set];
  }
  // from[t]: the message that arrives at site t; null: the site is open.
  Reach reach(const Plans& plans, int site, const Reach* const* from) const;
  // Fills the messages at every used site; false if the tree is not legal under this set.
  bool propagate(const State& state, int set, Neighbours& neighbours) const;

  const Vocabulary* vocabulary_;
  std::vector<GroupMask> kept_sets_;
  SideMask has_cap_;       // sides of reactions for which some cap can be either side
  std::vector<int> kind_;  // per fragment: fragments of a kind have the same plans
  std::vector<Plans> plans_;
  int num_words_ = 0;
  // Bits of blocks, [set][side][word]: those that may take this side as their last or only one, and
  // those that may take it before another.
  std::vector<std::uint64_t> last_blocks_, before_blocks_;
};

}  // namespace fragflow
