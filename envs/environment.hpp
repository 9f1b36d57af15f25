// The environment contract. An environment is immutable after construction and keeps no current
// state; all methods are const and thread-safe. Rewards are separate.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "envs/state.hpp"
#include "src/chem/fragment_features.hpp"

namespace fragflow {

// The result of a backward action: the parent, and
// the forward action of the parent that undoes it.
struct Predecessor {
  State parent;
  Action action;
};

class Environment {
 public:
  virtual ~Environment() = default;

  // s0. Always the same, canonical.
  virtual State initial_state() const = 0;

  // Fills `actions` (cleared first) with the legal actions of a canonical state. Places and choices
  // come in canonical order; several actions may lead to the same child. Empty iff the state is
  // terminal.
  virtual void legal_actions(const State& state, ActionSet& actions) const = 0;

  // The canonical child. Throws InternalError if the action is not legal.
  virtual State apply(const State& state, Action action) const = 0;

  // Fills `actions` (cleared first) with the backward actions of a canonical state: one per orbit
  // of removable leaves, unique, ascending. Backward actions are in bijection with the pairs
  // (parent, forward action) that lead here; several may have the same parent. Empty iff state is
  // s0.
  virtual void legal_backward_actions(const State& state,
                                      std::vector<BackwardAction>& actions) const = 0;

  // Undoes one of them. Throws InternalError if the action is not legal.
  virtual Predecessor undo(const State& state, BackwardAction action) const = 0;

  // True for complete objects x (no action is legal).
  virtual bool is_terminal(const State& state) const { return state.stopped; }

  // True if every object is completed by the stop action; false: some are by their last move.
  virtual bool stops_by_action() const { return true; }

  // The canonical form of any well-formed state, for instance one built by hand.
  virtual State canonical(const State& state) const = 0;

  // Largest number of actions in a trajectory, stop included.
  virtual int max_length() const = 0;

  // What a policy network needs to know about states and actions.
  struct Shape {
    int num_choices = 0;  // columns of every place's logits
    int num_labels = 0;   // node labels are in [0, num_labels)
    int max_nodes = 0;    // nodes of a state
    // site_offset[label] + site is a unique number of (label, site); size num_labels + 1.
    std::vector<int> site_offset;
    // True if every state has max_nodes nodes and node i's label is entry i of a vector; otherwise
    // the nodes form a tree.
    bool is_vector = false;
    // Trees: features of labels and of (label, site) pairs, one row per number.
    std::shared_ptr<const FragmentFeatures> features;
    // Trees, for each choice: the number of the (label, site) pair that it attaches; for a label
    // without sites, the number of pairs + label.
    std::vector<int> choice_pair;
  };
  virtual Shape shape() const = 0;

  // One line of readable text, for instance "benzene(0)-C(0)" or "(3, 5)".
  virtual std::string to_string(const State& state) const = 0;
};

}  // namespace fragflow
