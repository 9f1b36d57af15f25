#include "src/run/experiment.hpp"

#include "models/make_policy.hpp"
#include "src/base/check.hpp"
#include "src/base/rng.hpp"
#include "src/base/text.hpp"
#include "src/gfn/ahead_source.hpp"
#include "src/gfn/chain_learner.hpp"
#include "src/gfn/genetic_learner.hpp"
#include "src/gfn/objective_table.hpp"
#include "src/gfn/ppo_learner.hpp"
#include "src/gfn/random_learner.hpp"
#include "src/gfn/trainer.hpp"
#include "src/run/dataset.hpp"
#include "src/run/pool_check.hpp"

namespace fragflow {
namespace {

// Checks training from memory alone while scores are awaited.
void check_ahead(const Config& config) {
  const ReplayConfig& replay = config.exploration.replay;
  if (replay.ahead == 0) return;
  if (replay.batch_size == 0) {
    user_error("exploration.replay.ahead needs exploration.replay.batch_size above 0");
  }
  if (config.stop.plateau_steps > 0 && config.stop.plateau_steps <= 10 * replay.ahead) {
    user_error(
        "stop.plateau_steps = {} is too short for exploration.replay.ahead = {}: steps without new "
        "objects count; take more than {}",
        config.stop.plateau_steps, replay.ahead, 10 * replay.ahead);
  }
  const auto refuse = [](const std::string& other, const char* reason) {
    user_error("exploration.replay.ahead and {} do not go together: {}", other, reason);
  };
  const std::string objective = fmt::format("objective.name = \"{}\"", config.objective.name);
  if (config.training.blocks > 1) {
    refuse("training.blocks", "blocks are parts of batches of one size");
  }
  if (config.objective.name == "vargrad" || config.objective.name == "evidence") {
    refuse(objective, "it compares batches of one size");
  }
  if (find_objective(config.objective.name).needs_energies) {
    refuse(objective, "it asks for scores of unfinished objects in every step");
  }
}

// Settings that the method does not use are errors.
void check_method(const Config& config, const Task& task) {
  const ExplorationConfig& exploration = config.exploration;
  const bool changes_batches = exploration.replay.batch_size > 0 ||
                               exploration.local_search.rounds > 0 ||
                               exploration.genetic.batch_size > 0 || exploration.chains.groups > 0;
  if (config.dataset.is_used() && changes_batches) {
    user_error(
        "[dataset] and exploration.replay, local_search, genetic or chains do not go together: an "
        "offline run visits nothing new");
  }
  if (!exploration.replay.file.empty() && exploration.replay.batch_size == 0) {
    user_error("exploration.replay.file needs exploration.replay.batch_size above 0");
  }
  check_ahead(config);
  const std::string& method = config.method.name;
  const bool recombines = method == "ga" || method == "brics";
  if (task.fragment_tree() == nullptr && (recombines || exploration.genetic.batch_size > 0)) {
    user_error("{} needs environment.name = \"fragment_tree\": it exchanges parts of trees",
               recombines ? fmt::format("method.name = \"{}\"", method) : "exploration.genetic");
  }
  const bool stops_by_action = task.environment().stops_by_action();
  if (!stops_by_action && config.policy.learned_backward) {
    user_error(
        "environment.forced_stop and policy.learned_backward do not go together: the last move "
        "ends the episode, so that its parents have no logits");
  }
  if (method == "gflownet") return;
  const auto refuse = [&](bool used, const char* what) {
    if (used) user_error("{} needs method.name = \"gflownet\", not \"{}\"", what, method);
  };
  refuse(config.dataset.is_used(), "[dataset]");
  refuse(exploration.replay.batch_size > 0, "exploration.replay");
  refuse(exploration.local_search.rounds > 0, "exploration.local_search");
  refuse(exploration.genetic.batch_size > 0, "exploration.genetic");
  refuse(exploration.chains.groups > 0, "exploration.chains");
  refuse(config.training.blocks > 1, "training.blocks");
  refuse(config.training.ema > 0, "training.ema");
  refuse(config.training.keep_best > 0, "training.keep_best");
  refuse(config.training.beta_initial > 0, "training.beta_initial");
  if (!stops_by_action && (method == "mcmc" || method == "mars")) {
    user_error("{} needs objects that are made by a stop: unset environment.forced_stop", method);
  }
}

// Conditions are drawn with new trajectories; sources that add other trajectories are refused.
void check_conditions(const Config& config) {
  const auto refuse = [](bool used, const char* what, const char* why) {
    if (used) user_error("[condition] and {} do not go together: {}", what, why);
  };
  if (!config.condition.is_used()) return;
  if (config.method.name != "gflownet") {
    user_error("[condition] needs method.name = \"gflownet\", not \"{}\"", config.method.name);
  }
  refuse(config.dataset.is_used(), "[dataset]", "its objects belong to no condition");
  refuse(config.exploration.replay.batch_size > 0, "exploration.replay",
         "an object in the memory has the reward of the condition it was drawn under");
  refuse(config.exploration.local_search.rounds > 0, "exploration.local_search",
         "it draws ways to objects without their condition");
  refuse(config.exploration.genetic.batch_size > 0, "exploration.genetic",
         "it draws ways to objects without their condition");
  refuse(config.exploration.chains.groups > 0, "exploration.chains",
         "its objects belong to no condition");
  refuse(config.training.beta_initial > 0, "training.beta_initial",
         "every trajectory has the beta of its condition");
  refuse(config.training.keep_best > 0, "training.keep_best",
         "the loss of a stretch depends on the conditions drawn in it; use training.ema");
}

}  // namespace

Policy& policy_of(Learner& learner, const std::string& command) {
  Policy* policy = learner.sampling_policy();
  if (policy == nullptr) user_error("{} needs a method that samples with a policy", command);
  return *policy;
}

Experiment make_experiment(const Config& config) {
  Experiment experiment;
  experiment.config = config;
  check_objective(config.objective, config.policy, config.training, config.condition);
  check_conditions(config);
  check_pools(config);
  experiment.conditioning =
      Conditioning(config.condition, config.reward, mix_seed(config.seed, "condition"));
  experiment.task = make_task(config.environment, config.reward);
  check_method(config, *experiment.task);
  return experiment;
}

std::unique_ptr<Learner> Experiment::make_learner(Use use, Communicator& group) const {
  const MethodConfig& method = config.method;
  const std::uint64_t seed = config.seed;
  if (method.name == "ppo") {
    return std::make_unique<PpoLearner>(environment(), reward(), config.policy, method.ppo,
                                        config.training, seed);
  }
  if (method.name == "mcmc") {
    return std::make_unique<ChainLearner>(environment(), reward(),
                                          make_uniform_moves(environment()), method.mcmc,
                                          config.training, seed);
  }
  if (method.name == "mars") {
    return std::make_unique<ChainLearner>(
        environment(), reward(),
        make_learned_moves(environment(), config.policy, config.training, seed), method.mars,
        config.training, seed);
  }
  if (method.name == "ga") {
    return std::make_unique<GeneticLearner>(environment(), reward(), method.ga, config.training,
                                            seed);
  }
  if (method.name == "brics") {
    return std::make_unique<RecombinationLearner>(environment(), reward(), config.training, seed);
  }
  if (method.name == "random") {
    return std::make_unique<RandomLearner>(environment(), reward(), config.training, seed);
  }
  const bool learned_backward = config.policy.learned_backward;
  std::unique_ptr<TrajectorySource> source;
  if (config.dataset.is_used() && use == Use::kTrain) {
    source = std::make_unique<DatasetSource>(environment(), load_dataset(*this), config.training,
                                             learned_backward, mix_seed(seed, "dataset"));
  } else {
    std::vector<DatasetObject> known;
    if (use == Use::kTrain) known = load_known_objects(*this);
    ExplorationConfig exploration = config.exploration;
    const ReplayConfig& replay = config.exploration.replay;
    if (replay.ahead > 0) exploration.replay.batch_size = 0;
    source = make_source(environment(), reward(), exploration, config.training, learned_backward,
                         seed, conditioning, known, group);
    if (replay.ahead > 0) {
      source = std::make_unique<AheadSource>(
          std::move(source), environment(), reward(), replay, config.training.steps,
          learned_backward, mix_seed(seed, "replay"),
          make_policy(environment().shape(), config.policy, mix_seed(seed, "policy")), known);
    }
  }
  return std::make_unique<Trainer>(environment(), reward(), std::move(source), config.policy,
                                   config.objective, config.training, seed, conditioning.own(),
                                   group);
}

}  // namespace fragflow
