// Draws from R / Z itself, without a policy: the reference for evaluating a policy.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "src/base/stop_token.hpp"
#include "src/reward/reward.hpp"
#include "src/run/experiment.hpp"

namespace fragflow {

struct TargetRequest {
  std::int64_t count = 1000;  // number of draws
  std::int64_t chains = 64;   // each starts at the end of a uniformly random trajectory
  int temperatures = 6;       // replicas per chain for replica exchange; 1: none
  double hottest = 10;        // temperature of the hottest replica
  std::int64_t moves = 1000;  // per chain; the first half is discarded
  std::uint64_t seed = 0;
  bool quiet = false;
  StopToken stop;
};

struct TargetDraw {
  RewardResult reward;
  int num_nodes = 0;
  std::int64_t chain = 0;
  std::string description;  // fragments and joins
};

struct TargetDraws {
  std::vector<TargetDraw> draws;
  double moved = 0;             // acceptance rate of proposals at temperature 1
  double exchanged = 0;         // acceptance rate of exchanges between temperatures
  double r_hat_log_reward = 0;  // split R-hat over the second halves
  double r_hat_size = 0;        // the same for the number of fragments
  double effective_size = 0;    // effective number of independent draws among kept moves, by log R
  std::int64_t reward_calls = 0;
};

// Metropolis-Hastings chains over objects with the exact Hastings ratio and
// replica exchange (src/gfn/tempered_chains.hpp); draws are spaced evenly
// over the second halves. The target is over states: a tree is drawn in
// proportion to R(tree). Throws UserError for an environment whose objects do
// not all end by a stop, for fewer than 2 chains or 8 moves, and if stopped.
TargetDraws draw_target(const Experiment& experiment, const TargetRequest& request);

// columns: the task's object column, score, log_reward, num_fragments, chain, fragments.
std::string target_csv(const Experiment& experiment, const TargetDraws& draws);

}  // namespace fragflow
