// Training on an enumerable environment, with the exact distance to R / Z during the run: shared by
// `grid` and `validate`.
#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

#include "envs/enumeration.hpp"
#include "src/base/stop_token.hpp"
#include "src/gfn/learner.hpp"
#include "src/reward/reward.hpp"
#include "src/run/experiment.hpp"

namespace fragflow {

// The exact answer. Vectors are per terminal, in the order of graph.terminals().
struct ExactTarget {
  StateGraph graph;
  std::vector<RewardResult> rewards;
  std::vector<double> probability;  // R / Z
  double log_z = 0;
};

// The most states that runs compute the exact distribution of.
inline constexpr std::int64_t kMaxExactStates = 4'000'000;

// Enumerates the experiment's environment and scores every terminal with a separate reward object,
// so that the experiment's counter of reward calls counts training only. Throws UserError if there
// are more than max_states states.
ExactTarget make_exact_target(const Experiment& experiment, std::int64_t max_states);

// Rewards looked up in a target; unfinished objects are scored by `unfinished`, which must outlive
// this.
class TabulatedReward : public Reward {
 public:
  TabulatedReward(const ExactTarget& target, Reward& unfinished);
  std::vector<std::string> component_names() const override { return {}; }
  std::vector<RewardResult> evaluate(std::span<const State> states) override;
  RewardResult under(const Condition& condition, const State& state,
                     RewardResult result) const override;
  std::int64_t num_calls() const override { return static_cast<std::int64_t>(results_.size()); }

 private:
  Reward& unfinished_;
  std::unordered_map<State, RewardResult, StateHash> results_;
};

// The policy's exact terminal distribution.
std::vector<double> learned_distribution(const Environment& environment, Policy& policy,
                                         const StateGraph& graph);

struct ExactTrainingOptions {
  std::filesystem::path metrics;  // CSV to write
  int evaluations = 40;           // rows
  bool quiet = false;
  // A second distribution, compared in a column tv_predicted; empty: none.
  std::vector<double> predicted;
  StopToken stop = {};
};

// Trains to the end and writes a row of metrics at every evaluation. Throws UserError if stopped
// before the end, or if the method has no policy.
void run_exact_training(Learner& learner, const TrainingConfig& training,
                        const Environment& environment, const ExactTarget& target,
                        const ExactTrainingOptions& options);

}  // namespace fragflow
