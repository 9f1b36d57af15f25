#include "src/run/validation_run.hpp"

#include <chrono>
#include <cmath>

#include "src/base/check.hpp"
#include "src/base/csv.hpp"
#include "src/base/file.hpp"
#include "src/gfn/distribution.hpp"
#include "src/gfn/drawing_counts.hpp"
#include "src/gfn/labelled_learner.hpp"
#include "src/gfn/trainer.hpp"
#include "src/run/exact_training.hpp"
#include "src/run/experiment.hpp"
#include "src/run/run_folder.hpp"

namespace fragflow {
namespace {

// R w / sum of R w.
std::vector<double> biased_distribution(const ExactTarget& target,
                                        const std::vector<double>& ways) {
  std::vector<double> log_weight;
  for (std::size_t i = 0; i < ways.size(); ++i) {
    log_weight.push_back(target.rewards[i].log_reward + std::log(ways[i]));
  }
  return normalise(log_weight);
}

void write_terminals(const std::filesystem::path& path, const Environment& environment,
                     const ExactTarget& target, const std::vector<double>& ways,
                     const std::vector<double>& biased, const std::vector<double>& learned) {
  std::string text =
      csv_row({"object", "log_reward", "drawings", "p_exact", "p_labelled", "p_learned", "state"});
  const auto terminals = target.graph.terminals();
  for (std::size_t i = 0; i < terminals.size(); ++i) {
    text += csv_row({target.rewards[i].object, csv_number(target.rewards[i].log_reward),
                     csv_number(ways[i]), csv_number(target.probability[i]), csv_number(biased[i]),
                     csv_number(learned[i]), environment.to_string(terminals[i])});
  }
  write_file_atomically(path, text);
}

// Refuses settings not supported by training on labelled moves.
void check_labelled(const Config& config) {
  const TrainingConfig& training = config.training;
  const std::pair<const char*, bool> settings[] = {
      {"exploration.local_search", config.exploration.local_search.rounds > 0},
      {"policy.learned_backward", config.policy.learned_backward},
      {"objective.regression", config.objective.regression != "square"},
      {"training.ema", training.ema > 0},
      {"training.keep_best", training.keep_best > 0},
      {"training.beta_initial", training.beta_initial > 0},
      {"training.blocks", training.blocks > 1},
      {"[condition]", config.condition.is_used()}};
  for (const auto& [setting, is_used] : settings) {
    if (is_used) user_error("--naive-actions and {} do not go together", setting);
  }
  if (config.objective.name != "tb") {
    user_error("--naive-actions and objective.name = \"{}\" do not go together: take \"tb\"",
               config.objective.name);
  }
}

std::unique_ptr<Learner> make_validated(const ValidationRequest& request,
                                        const Experiment& experiment, const FragmentTree& tree,
                                        const DrawingCounter& counter, Reward& reward) {
  const Config& config = request.config;
  if (!request.naive_actions) {
    return std::make_unique<Trainer>(tree, reward, config.policy, config.objective, config.training,
                                     config.exploration, config.seed, experiment.conditioning);
  }
  return std::make_unique<LabelledLearner>(
      counter,
      make_source(tree, reward, config.exploration, config.training, /*learned_backward=*/false,
                  config.seed),
      config.policy, config.training, config.seed);
}

}  // namespace

nlohmann::ordered_json run_validation(const ValidationRequest& request) {
  const auto start = std::chrono::steady_clock::now();
  const Config& config = request.config;
  const Experiment experiment = make_experiment(config);
  const auto* tree = experiment.task->fragment_tree();
  if (tree == nullptr) user_error("validate needs environment.name = \"fragment_tree\"; see grid");
  if (tree->start() >= 0) {
    user_error(
        "validate counts drawings from the empty tree, which environment.start has none of; set "
        "metrics.exact = true in `train`");
  }
  if (config.method.name != "gflownet" || config.dataset.is_used()) {
    user_error(
        "validate trains a GFlowNet on trajectories of its own; for other methods and for "
        "[dataset] set metrics.exact = true in `train` or `compare`");
  }
  if (request.naive_actions) check_labelled(config);
  const RunFolder folder(request.folder,
                         request.overwrite ? ExistingRun::kOverwrite : ExistingRun::kRefuse);
  const RunPaths paths(request.folder);
  write_file_atomically(paths.config(), print_config(config));

  const ExactTarget target = make_exact_target(experiment, request.max_states);
  const DrawingCounter counter(*tree);
  const std::vector<double> ways = drawing_counts(target.graph, counter);
  const std::vector<double> biased = biased_distribution(target, ways);
  TabulatedReward reward(target, experiment.reward());
  const auto learner = make_validated(request, experiment, *tree, counter, reward);
  run_exact_training(*learner, config.training, *tree, target,
                     {paths.metrics(), request.evaluations, request.quiet,
                      request.naive_actions ? biased : std::vector<double>(), request.stop});

  const std::vector<double> learned =
      learned_distribution(*tree, *learner->sampling_policy(), target.graph);
  write_terminals(request.folder / "terminals.csv", *tree, target, ways, biased, learned);
  const Distances exact = distances(target.probability, learned);
  nlohmann::ordered_json json;
  json["actions"] = request.naive_actions ? "labelled" : "states";
  json["objective"] = config.objective.name;
  json["target"] = config.reward.target;
  json["seed"] = config.seed;
  json["terminals"] = target.graph.num_terminals();
  json["trajectories"] = config.training.steps * config.training.batch_size;
  json["log_z"] = learner->log_z();
  json["log_z_exact"] = target.log_z;
  json["tv"] = exact.tv;
  json["jsd"] = exact.jsd;
  json["tv_labelled_solution"] = distances(target.probability, biased).tv;
  json["tv_to_labelled_solution"] = distances(biased, learned).tv;
  json["seconds"] = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  write_file_atomically(request.folder / "validation.json", json.dump(2) + "\n");
  return json;
}

}  // namespace fragflow
