// Sources of the trajectories of a training step. A source stores and returns states, actions and
// rewards, never log-probabilities: every trajectory is scored under the clean policy.
#pragma once

#include <memory>
#include <span>

#include "envs/environment.hpp"
#include "src/base/communicator.hpp"
#include "src/gfn/conditioning.hpp"
#include "src/gfn/step_observer.hpp"
#include "src/gfn/training_config.hpp"
#include "src/gfn/trajectory.hpp"
#include "src/reward/reward.hpp"

namespace fragflow {

class Policy;

// An object with its reward and the terminal states that represent it (all trees of a molecule), at
// least one.
struct DatasetObject {
  std::vector<State> terminals;
  RewardResult reward;
};

struct SourceBatch {
  Experience learn;    // trajectories to learn from
  Experience visited;  // drawn and evaluated for this batch: what records and budgets count
};

class TrajectorySource {
 public:
  virtual ~TrajectorySource() = default;

  // The batch of step `step` (from 0), drawn with `policy` if the source needs one; a function of
  // these, the source's seed and what save() writes.
  virtual SourceBatch draw(Policy& policy, std::int64_t step, StepObserver& observer) = 0;

  // Saves the state of the source.
  virtual void save(SafetensorsFile&) const {}
  virtual void load(const SafetensorsFile&) {}
};

// The source described by [exploration]: new trajectories under conditions drawn by `conditioning`,
// improved by local search, with offspring of the best objects, those of Markov chains and old ones
// from the replay buffer; offspring and memory start with `known` (none of these can be combined
// with conditions). environment, reward and group must outlive it. group: the processes that share
// the drawing.
std::unique_ptr<TrajectorySource> make_source(const Environment& environment, Reward& reward,
                                              const ExplorationConfig& exploration,
                                              const TrainingConfig& training, bool learned_backward,
                                              std::uint64_t seed,
                                              const Conditioning& conditioning = {},
                                              std::span<const DatasetObject> known = {},
                                              Communicator& group = single_process());

// Rewards of the ends of trajectories, each under its trajectory's condition.
std::vector<RewardResult> evaluate_ends(Reward& reward,
                                        const std::vector<Trajectory>& trajectories);

// log R of each. Throws UserError, naming the object, if one is not finite.
std::vector<double> finite_log_rewards(std::span<const RewardResult> rewards);

}  // namespace fragflow
