// Molecules as trees of fragments. States are isomorphism classes: the canonical form defines
// identity, actions are pairs (orbit of free sites, block), see docs/exactness.md.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "envs/environment.hpp"
#include "envs/join_rules.hpp"
#include "envs/route_rules.hpp"
#include "envs/slot_table.hpp"
#include "envs/synthon_limits.hpp"
#include "envs/tree_orbits.hpp"
#include "src/base/fields.hpp"
#include "src/chem/vocabulary.hpp"

namespace fragflow {

inline constexpr int kMaxFragments = kMaxNodes;
inline constexpr int kMaxTreeHeavyAtoms = 250;

struct FragmentTreeConfig {
  int max_fragments = 5;
  int min_fragments = 1;
  // SMILES, as in the vocabulary, of fragments that are never used.
  std::vector<std::string> forbidden = {};
  // Largest number of heavy atoms of a state; 0: no limit.
  int max_heavy_atoms = 0;

  template <typename Visitor>
  void visit_fields(Visitor& visit) {
    visit.number("max_fragments", max_fragments, {1, kMaxFragments},
                 "fragment_tree: most fragments of a molecule");
    visit.number("min_fragments", min_fragments, {1, kMaxFragments},
                 "fragment_tree: stop is legal from here on, or when nothing can be attached");
    visit.texts("forbidden", forbidden, "fragment_tree: SMILES of fragments that are never used");
    visit.number("max_heavy_atoms", max_heavy_atoms, {0, kMaxTreeHeavyAtoms},
                 "fragment_tree: most heavy atoms of a molecule; 0: no limit");
  }
};

// Choices are block indices (Vocabulary::blocks()), then one column for each fragment without slots
// (it can only be a molecule by itself). On the empty state the legal choices are the first block
// of every fragment. Places are the orbits of all free sites, even if no block fits; there are none
// at max_fragments.
//
// With a vocabulary with reactions (docs/synthesis.md), states are partial products: stop is legal
// only if no slot is open, and an action only if its child can become a product.
class FragmentTree : public Environment {
 public:
  // start: index of a fragment that is s0 and is never removed; it is not attached elsewhere, so
  // that it keeps its identity (append a copy to the vocabulary). -1: s0 is empty. Throws UserError
  // if a limit is out of range, a forbidden fragment is unknown, the start is too large, or no
  // fragment remains to build with.
  FragmentTree(Vocabulary vocabulary, const FragmentTreeConfig& config, int start = -1);

  FragmentTree(const FragmentTree&) = delete;
  FragmentTree& operator=(const FragmentTree&) = delete;

  const Vocabulary& vocabulary() const { return vocabulary_; }
  const FragmentTreeConfig& config() const { return config_; }
  const SlotTable& slots() const { return slots_; }
  int start() const { return start_; }  // -1: none
  const JoinRules& rules() const { return rules_; }
  // Whether reactions join the fragments.
  bool has_routes() const { return routes_ != nullptr; }
  const RouteRules& routes() const { return *routes_; }
  // Whether joins, patterns and reactions allow this tree, even if actions could not have built it;
  // size limits are not checked.
  bool is_legal(const State& state) const;
  // Whether every slot that must be joined is joined; always true without reactions.
  bool is_complete(const State& state) const;
  // Whether the fragment may be attached; false for the start as well.
  bool is_allowed(int fragment) const { return is_allowed_[fragment]; }

  State initial_state() const override;
  void legal_actions(const State& state, ActionSet& actions) const override;
  State apply(const State& state, Action action) const override;
  void legal_backward_actions(const State& state,
                              std::vector<BackwardAction>& actions) const override;
  Predecessor undo(const State& state, BackwardAction action) const override;
  State canonical(const State& state) const override;
  int max_length() const override;
  Shape shape() const override;
  // "C1CCOCC1{0-C:0}{4-CO:1{0-N:0}}": after each fragment its children in braces, each as atom of
  // the parent, '-', fragment, ':', atom of the fragment. "(empty)" for no fragments.
  std::string to_string(const State& state) const override;

  // The choice that starts a tree with this fragment.
  int first_choice(int fragment) const { return first_choice_[fragment]; }

 private:
  int fixed_root(const State& state) const;
  TreeOrbits orbits(const State& state) const;
  int num_heavy_atoms(const State& state) const;
  void find_beginnings();
  void legal_routes(const State& state, ActionSet& actions) const;
  void append_text(const State& state, int node, std::string& text) const;

  Vocabulary vocabulary_;
  FragmentTreeConfig config_;
  int start_;
  SlotTable slots_;
  std::vector<bool> is_allowed_;
  std::vector<int> first_choice_;
  int num_choices_;
  JoinRules rules_;
  std::unique_ptr<const RouteRules> routes_;  // null without reactions, as
  std::unique_ptr<const SynthonLimits> limits_;
  std::vector<char> can_begin_;  // with routes, per fragment
  std::shared_ptr<const FragmentFeatures> features_;
  std::vector<std::uint64_t> blocks_within_;  // with a limit: bits of the blocks of at most [n]
                                              // heavy atoms, in as many words as a place's row
};

}  // namespace fragflow
