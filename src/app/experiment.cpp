#include "src/app/experiment.hpp"

#include "envs/registry.hpp"
#include "src/base/check.hpp"
#include "src/reward/grid_reward.hpp"
#include "src/reward/molecule_reward.hpp"

namespace fragflow {

Experiment make_experiment(const Config& config) {
  Experiment experiment;
  experiment.config = config;
  experiment.environment = make_environment(config.environment);
  if (const auto* tree = dynamic_cast<const FragmentTree*>(experiment.environment.get())) {
    experiment.reward = std::make_unique<MoleculeReward>(tree->vocabulary(), config.reward);
  } else {
    const HypergridConfig& grid = config.environment.hypergrid;
    if (grid.forced_stop && config.policy.learned_backward) {
      user_error(
          "environment.forced_stop and policy.learned_backward do not go together: the last "
          "move ends the episode, so that its parents have no logits");
    }
    experiment.reward =
        std::make_unique<GridReward>(config.reward.grid, grid.dimension, grid.height);
    experiment.builds_molecules = false;
  }
  return experiment;
}

std::unique_ptr<Trainer> Experiment::make_trainer() const {
  return std::make_unique<Trainer>(*environment, *reward, config.policy, config.objective,
                                   config.training, config.exploration, config.seed);
}

}  // namespace fragflow
