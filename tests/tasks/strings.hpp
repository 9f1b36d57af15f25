// A third kind of object, added from outside the program: strings that grow at both ends. What a
// kind needs is in strings.cpp, and one call of add_task().
#pragma once

#include "envs/environment.hpp"
#include "src/tasks/task.hpp"

namespace fragflow::test {

// Strings over the first num_letters letters of the alphabet, of 1 to max_length letters. A letter
// is put before or behind (both at once on the empty string); so a string has several histories,
// and before or behind can be the same string. Entry i of the vector: 0 for none, or letter i.
class Strings : public Environment {
 public:
  Strings(int num_letters, int max_length);

  State initial_state() const override;
  void legal_actions(const State& state, ActionSet& actions) const override;
  State apply(const State& state, Action action) const override;
  void legal_backward_actions(const State& state,
                              std::vector<BackwardAction>& actions) const override;
  Predecessor undo(const State& state, BackwardAction action) const override;
  State canonical(const State& state) const override { return state; }
  int max_length() const override { return max_length_ + 1; }
  Shape shape() const override;
  std::string to_string(const State& state) const override;

  // The finished state of a text, if it is one of these strings.
  std::optional<State> parse(const std::string& text) const;

 private:
  int num_letters_, max_length_;
};

// log R of a string: its length, and 2 for every "AB" in it.
double strings_log_reward(const std::string& text);

// [environment] name = "strings", options = ["letters", "length"].
TaskKind strings_task();

}  // namespace fragflow::test
