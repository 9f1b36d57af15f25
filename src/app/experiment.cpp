#include "src/app/experiment.hpp"

#include <filesystem>

#include "envs/registry.hpp"
#include "src/base/check.hpp"
#include "src/base/data_path.hpp"
#include "src/gfn/objective_table.hpp"
#include "src/gfn/trainer.hpp"
#include "src/reward/grid_reward.hpp"
#include "src/reward/molecule_reward.hpp"
#include "src/reward/molecule_target.hpp"

namespace fragflow {
namespace {

// Only for building objects: the printed configuration keeps the names as they were written, so
// that a run folder can be moved to a machine with another data folder.
Config with_found_files(Config config) {
  if (config.environment.name == "fragment_tree") {
    config.environment.vocabulary = find_file(config.environment.vocabulary);
    for (ComponentConfig& component : config.reward.components) {
      component.file = find_file(component.file);
    }
  }
  return config;
}

}  // namespace

std::string find_file(const std::string& name) {
  if (name.empty() || std::filesystem::exists(name)) return name;
  return data_path(name).string();
}

Policy& policy_of(Learner& learner, const std::string& command) {
  Policy* policy = learner.sampling_policy();
  if (policy == nullptr) user_error("{} needs a method that samples with a policy", command);
  return *policy;
}

Experiment make_experiment(const Config& written) {
  Experiment experiment;
  experiment.config = written;
  const Config config = with_found_files(written);
  check_objective(config.objective, config.policy, config.training);
  experiment.environment = make_environment(config.environment);
  if (const auto* tree = dynamic_cast<const FragmentTree*>(experiment.environment.get())) {
    experiment.reward = std::make_unique<MoleculeReward>(tree->vocabulary(), config.reward);
    if (config.reward.target == "molecule") {
      experiment.reward = std::make_unique<MoleculeTarget>(*tree, std::move(experiment.reward));
    }
  } else {
    if (config.reward.target == "molecule") {
      user_error("reward.target = \"molecule\" needs environment.name = \"fragment_tree\"");
    }
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

std::unique_ptr<Learner> Experiment::make_learner() const {
  return std::make_unique<Trainer>(*environment, *reward, config.policy, config.objective,
                                   config.training, config.exploration, config.seed);
}

}  // namespace fragflow
