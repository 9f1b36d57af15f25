// Deliberate faults, one at a time, around a sound environment: each is a mistake that published
// code has made. They exist to prove that the conformance checks can fail.
#pragma once

#include "envs/environment.hpp"
#include "envs/parents.hpp"

namespace fragflow::test {

enum class Fault {
  kNone,
  kDroppedBackwardAction,  // the last of several removals is not listed
  kNonCanonicalKey,        // the drawing of a state depends on how it was reached
  kForbiddenStop,          // some states may not stop
  kMergedOrbits,           // two different places of one node are taken for equivalent
  kDuplicateCountedOnce,   // of several actions to one child only one is counted (faulty_parents)
  kParentsPerLeaf,         // equal parents are listed once for each leaf (faulty_parents)
  kNonHereditaryMask,      // trees of two must hold a fragment that smaller and larger need not
};

class FaultyEnvironment : public Environment {
 public:
  // inner outlives this.
  FaultyEnvironment(const Environment& inner, Fault fault) : inner_(inner), fault_(fault) {}

  State initial_state() const override { return inner_.initial_state(); }
  void legal_actions(const State& state, ActionSet& actions) const override;
  State apply(const State& state, Action action) const override;
  void legal_backward_actions(const State& state,
                              std::vector<BackwardAction>& actions) const override;
  Predecessor undo(const State& state, BackwardAction action) const override;
  bool is_terminal(const State& state) const override { return inner_.is_terminal(state); }
  State canonical(const State& state) const override;
  int max_length() const override { return inner_.max_length(); }
  Shape shape() const override { return inner_.shape(); }
  std::string to_string(const State& state) const override { return inner_.to_string(state); }

 private:
  const Environment& inner_;
  Fault fault_;
};

// distinct_parents with the fault.
std::vector<Parent> faulty_parents(const Environment& environment, const State& child, Fault fault);

}  // namespace fragflow::test
