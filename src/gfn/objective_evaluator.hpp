// From trajectories to residuals: scores them and adds what the objective needs about their states
// (energies of unfinished objects, intrinsic rewards).
#pragma once

#include <cstdint>
#include <optional>
#include <span>

#include "envs/environment.hpp"
#include "src/gfn/block_gradient.hpp"
#include "src/gfn/intrinsic_reward.hpp"
#include "src/gfn/objective_table.hpp"
#include "src/gfn/trajectory.hpp"
#include "src/reward/reward.hpp"

namespace fragflow {

class ObjectiveEvaluator {
 public:
  // environment and reward must outlive it. reward is evaluated on unfinished objects for their
  // energies, if the objective uses them.
  ObjectiveEvaluator(const Environment& environment, Reward& reward,
                     const ObjectiveConfig& objective, bool learned_backward, std::uint64_t seed);

  // Residuals under `policy`, with gradients; log_reward: of the trajectories' ends. `step` selects
  // the random numbers. blocks: scores and backpropagates by blocks (trajectory objectives only).
  // Throws UserError if an energy is not finite.
  Residuals residuals(Policy& policy, std::span<const Trajectory> trajectories,
                      std::span<const double> log_reward, const torch::Tensor& log_z,
                      std::int64_t step, BlockGradient* blocks = nullptr);
  // Updates the evaluator's own parameters from the trajectories of the last residuals(): intrinsic
  // rewards, if the objective has any.
  void learn();

  // Saves what learn() changes.
  void save(SafetensorsFile& file) const;
  void load(const SafetensorsFile& file);

 private:
  // config_.paths trajectories to the end of each, drawn by P_B.
  std::vector<Trajectory> paths(Policy& policy, std::span<const Trajectory> trajectories,
                                std::int64_t step) const;
  std::vector<Trajectory> cut(std::span<const Trajectory> trajectories, std::int64_t step) const;
  torch::Tensor energies(std::span<const Trajectory> trajectories, const ScoredBatch& batch);
  void add_intrinsic(std::span<const Trajectory> trajectories, ScoredBatch& batch);
  void add_intrinsic(std::span<const Trajectory> trajectories, FlowBatch& batch);

  const Environment& environment_;
  Reward& reward_;
  ObjectiveConfig config_;
  const Objective& objective_;
  bool learned_backward_;
  std::uint64_t cut_seed_, path_seed_;
  std::optional<IntrinsicReward> intrinsic_;
};

}  // namespace fragflow
