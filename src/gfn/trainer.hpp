// GFlowNet training: trajectories from a source are scored, turned into residuals, and used for an
// update. A checkpoint holds everything needed to continue; random numbers are a function of (seed,
// step, trajectory).
#pragma once

#include <limits>
#include <memory>
#include <optional>

#include "models/adam.hpp"
#include "models/policy_config.hpp"
#include "src/base/communicator.hpp"
#include "src/gfn/block_gradient.hpp"
#include "src/gfn/conditioning.hpp"
#include "src/gfn/learner.hpp"
#include "src/gfn/log_partition.hpp"
#include "src/gfn/objective_evaluator.hpp"
#include "src/gfn/training_config.hpp"
#include "src/gfn/trajectory_source.hpp"

namespace fragflow {

class Trainer : public Learner {
 public:
  // environment and reward must outlive the trainer. reward: for objectives that use the energies
  // of unfinished objects (ObjectiveEvaluator), and for training.beta_initial. own: the condition
  // for sampling_policy(), sample() and log_z(), if the source's trajectories have conditions; its
  // beta is always that of the configured reward. group: the processes that share each step, all
  // with trainers of the same arguments, which stay bit-identical; the result depends on
  // training.blocks, not on the number of processes. Throws UserError if training.blocks exceeds
  // the trajectories of a batch or is below the number of processes, and if the objective or the
  // policy does not support blocks.
  Trainer(const Environment& environment, Reward& reward, std::unique_ptr<TrajectorySource> source,
          const PolicyConfig& policy, const ObjectiveConfig& objective,
          const TrainingConfig& training, std::uint64_t seed, const Condition& own = {},
          Communicator& group = single_process());
  // With the source described by `exploration`.
  Trainer(const Environment& environment, Reward& reward, const PolicyConfig& policy,
          const ObjectiveConfig& objective, const TrainingConfig& training,
          const ExplorationConfig& exploration, std::uint64_t seed,
          const Conditioning& conditioning = {}, Communicator& group = single_process());

  StepResult step() override;

  std::int64_t steps_done() const override { return steps_done_; }
  double log_z() const override;
  // The raw weights.
  Policy& policy() { return *policy_; }
  // The weights used for sampling: averaged if training.ema > 0, the best if training.keep_best >
  // 0, raw otherwise.
  Policy* sampling_policy() override { return kept_ ? kept_.get() : policy_.get(); }
  std::vector<Trajectory> sample(std::int64_t count, std::uint64_t seed, std::uint64_t stream,
                                 const Exploration& exploration) override;
  std::int64_t num_parameters() const override;

  // Weights, averaged or best weights, log Z, optimiser moments, step counter, state of the source.
  void save(SafetensorsFile& file) const override;
  void load(const SafetensorsFile& file) override;
  // Weights and log Z.
  void load_weights(const SafetensorsFile& file) override;

 private:
  // log R used as the target of the next step, one per trajectory.
  std::vector<double> log_rewards(const Experience& experience) const;
  // Scores the trajectories under the clean policy and makes one update; fills loss, gradient_norm
  // and log_z.
  void update(const Experience& experience, StepResult& result);
  // Updates the averaged weights, or keeps the current ones if they are the best so far.
  void update_kept(double loss);

  const Environment& environment_;
  const Reward& reward_;
  double beta_;  // of the configured reward
  std::unique_ptr<TrajectorySource> source_;
  ObjectiveConfig objective_;
  TrainingConfig training_;
  std::shared_ptr<Policy> policy_, kept_;
  ObjectiveEvaluator evaluator_;
  LogPartition log_partition_;
  std::unique_ptr<Adam> policy_optimiser_;
  std::optional<BlockGradient> blocks_;  // if training.blocks > 1
  std::int64_t steps_done_ = 0;
  // Losses since the last multiple of keep_best steps, and of the best such stretch so far.
  double stretch_loss_ = 0, best_stretch_loss_ = std::numeric_limits<double>::infinity();
};

}  // namespace fragflow
