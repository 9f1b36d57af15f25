// Trajectories store states and actions only. Log-probabilities are recomputed under the clean
// policy in one place (scoring.hpp), so that exploration and replay can never leak into them.
#pragma once

#include <vector>

#include "envs/state.hpp"
#include "src/reward/reward.hpp"

namespace fragflow {

struct Trajectory {
  std::vector<State> states;    // s_0, ..., s_n, x; x is terminal
  std::vector<Action> actions;  // actions[t] leads from states[t] to states[t + 1]
  Condition condition = {};     // the policy's input while drawing and scoring

  const State& terminal() const { return states.back(); }
  int length() const { return static_cast<int>(actions.size()); }
};

// Trajectories with the rewards of their ends, one each.
struct Experience {
  std::vector<Trajectory> trajectories;
  std::vector<RewardResult> rewards;
};

inline void append(Experience& to, const Experience& from) {
  to.trajectories.insert(to.trajectories.end(), from.trajectories.begin(), from.trajectories.end());
  to.rewards.insert(to.rewards.end(), from.rewards.begin(), from.rewards.end());
}

}  // namespace fragflow
