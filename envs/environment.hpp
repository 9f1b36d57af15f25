// The environment contract. An environment is immutable after construction and holds no episode;
// all methods are const and thread-safe. Rewards are not in here.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "envs/state.hpp"
#include "src/chem/fragment_features.hpp"

namespace fragflow {

// What a backward action leads to: the parent, and the forward action of the parent that leads
// back.
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

  // True for finished objects x (no action is legal).
  virtual bool is_terminal(const State& state) const { return state.stopped; }

  // Every object is finished by the stop action; false: some by the move that makes them.
  virtual bool stops_by_action() const { return true; }

  // The canonical form of any well-formed state, for instance one built by hand.
  virtual State canonical(const State& state) const = 0;

  // Largest number of actions in a trajectory, stop included.
  virtual int max_length() const = 0;

  // What a policy network needs to know about the shape of states and actions.
  struct Shape {
    int num_choices = 0;  // columns of every place's logits
    int num_labels = 0;   // node labels are in [0, num_labels)
    int max_nodes = 0;    // nodes of a state
    // site_offset[label] + site numbers every (label, site) pair; size num_labels + 1.
    std::vector<int> site_offset;
    // Every state has max_nodes nodes, and the label of node i is entry i of a vector; else nodes
    // are those of a tree.
    bool is_vector = false;
    // Trees: what labels and (label, site) pairs look like, a row for each number.
    std::shared_ptr<const FragmentFeatures> features;
    // Trees, for each choice: the number of the (label, site) pair that it attaches, or the number
    // of pairs + label for a label without sites.
    std::vector<int> choice_pair;
  };
  virtual Shape shape() const = 0;

  // One line for people, for instance "benzene(0)-C(0)" or "(3, 5)".
  virtual std::string to_string(const State& state) const = 0;
};

}  // namespace fragflow
