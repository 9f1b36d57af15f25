#include "src/run/grid_run.hpp"

#include <algorithm>
#include <chrono>
#include <set>
#include <unordered_map>

#include "src/base/check.hpp"
#include "src/base/file.hpp"
#include "src/base/rng.hpp"
#include "src/gfn/distribution.hpp"
#include "src/gfn/exact.hpp"
#include "src/gfn/sampler.hpp"
#include "src/reward/grid_reward.hpp"
#include "src/run/exact_training.hpp"
#include "src/run/experiment.hpp"
#include "src/run/run_folder.hpp"
#include "src/run/run_report.hpp"
#include "src/run/version.hpp"
#include "src/tasks/grid_cells.hpp"

namespace fragflow {
namespace {

constexpr std::int64_t kSampleBatch = 8192;

struct Empirical {
  std::vector<double> share;  // per terminal
  std::int64_t modes_found = 0;
};

Empirical draw_empirical(const Experiment& experiment, Policy& policy, const ExactTarget& target,
                         std::int64_t count) {
  std::unordered_map<State, std::size_t, StateHash> index;
  const auto terminals = target.graph.terminals();
  for (std::size_t i = 0; i < terminals.size(); ++i) index.emplace(terminals[i], i);
  const std::uint64_t seed = mix_seed(experiment.config.seed, "grid samples");
  Empirical empirical;
  empirical.share.assign(terminals.size(), 0.0);
  std::set<int> modes;
  for (std::int64_t done = 0, stream = 0; done < count; done += kSampleBatch, ++stream) {
    const std::int64_t batch = std::min(kSampleBatch, count - done);
    for (const Trajectory& trajectory :
         sample_trajectories(experiment.environment(), policy, batch, seed, stream, {})) {
      const State& cell = trajectory.terminal();
      empirical.share[index.at(cell)] += 1.0 / static_cast<double>(count);
      modes.insert(experiment.task->known_mode_of(cell));
    }
  }
  modes.erase(-1);
  empirical.modes_found = static_cast<std::int64_t>(modes.size());
  return empirical;
}

}  // namespace

Config grid_config(const std::string& preset, std::int64_t trajectories) {
  const GridPreset& grid = grid_preset(preset);
  Config config;
  config.environment.name = "hypergrid";
  config.environment.hypergrid.dimension = grid.dimension;
  config.environment.hypergrid.height = grid.height;
  config.reward.grid = grid.reward;
  config.policy.width = 256;
  config.policy.layers = 2;
  config.training.batch_size = 16;
  config.training.steps = std::max<std::int64_t>(1, trajectories / config.training.batch_size);
  config.training.learning_rate = 1e-3;
  config.training.learning_rate_final = 0.01;
  config.training.log_z_learning_rate = 0.1;
  if (preset == "tutorial") {
    config.dataset.gather = 20000;
    config.policy.learned_backward = true;
    config.training.keep_best = 100;
  }
  return config;
}

nlohmann::ordered_json run_grid(const GridRequest& request) {
  const auto start = std::chrono::steady_clock::now();
  if (request.config.environment.name != "hypergrid") {
    user_error("grid needs environment.name = \"hypergrid\"");
  }
  const Experiment experiment = make_experiment(request.config);
  const Task& task = *experiment.task;
  const RunFolder folder(request.folder,
                         request.overwrite ? ExistingRun::kOverwrite : ExistingRun::kRefuse);
  const RunPaths paths(request.folder);
  write_file_atomically(paths.config(), print_config(request.config));
  const ExactTarget target = make_exact_target(experiment, kMaxExactStates);
  const std::unique_ptr<Learner> learner = experiment.make_learner();
  const double l1_sum_before =
      distances(target.probability, learned_distribution(experiment.environment(),
                                                         policy_of(*learner, "grid"), target.graph))
          .l1_sum;
  const bool drawn = request.config.environment.hypergrid.dimension == 2;
  const auto policy_picture = [&] {
    return policy_on_grid(
        target.graph,
        edge_log_probabilities(experiment.environment(), policy_of(*learner, "grid"), target.graph),
        request.config.environment.hypergrid);
  };
  nlohmann::ordered_json pictures = nlohmann::ordered_json::object();  // of more dimensions: none
  if (drawn) pictures["policy_before"] = policy_picture();
  run_exact_training(*learner, request.config.training, experiment.environment(), target,
                     {paths.metrics(), request.evaluations, request.quiet, {}, request.stop});

  Policy& policy = policy_of(*learner, "grid");
  const std::vector<double> learned =
      learned_distribution(experiment.environment(), policy, target.graph);
  const Distances exact = distances(target.probability, learned);
  nlohmann::ordered_json json;
  json["preset"] = request.preset;
  json["objective"] = request.config.objective.name;
  json["seed"] = request.config.seed;
  json["trajectories"] = request.config.training.steps * request.config.training.batch_size;
  json["log_z"] = learner->log_z();
  json["log_z_exact"] = target.log_z;
  json["tv"] = exact.tv;
  json["jsd"] = exact.jsd;
  json["l1_sum_exact"] = exact.l1_sum;
  json["l1_sum_exact_before"] = l1_sum_before;
  if (request.samples > 0) {
    const Empirical empirical = draw_empirical(experiment, policy, target, request.samples);
    const Distances sampled = distances(target.probability, empirical.share);
    json["samples"] = request.samples;
    json["l1_sum"] = sampled.l1_sum;
    json["l1_mean"] = sampled.l1_mean;
    json["floor_l1_sum"] = expected_l1_of_perfect_samples(target.probability, request.samples);
    json["modes_found"] = empirical.modes_found;
    json["modes_total"] = task.num_known_modes();
  }
  json["seconds"] = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();

  nlohmann::ordered_json figures = json;
  figures.update(task.picture(target.graph, target.probability, learned));
  if (drawn) pictures["policy_after"] = policy_picture();
  figures.update(pictures);
  write_file_atomically(paths.grid(), figures.dump() + "\n");
  nlohmann::ordered_json run;
  run["version"] = version_line();
  run["command"] = "fragflow grid " + (request.preset.empty() ? "" : "--preset " + request.preset) +
                   " --out " + request.folder.string();
  run["environment"] = "hypergrid";
  run["object_column"] = task.object_column();
  run.update(task.description());
  run["seed"] = request.config.seed;
  write_file_atomically(paths.metadata(), run.dump(2) + "\n");
  ReportRequest report;
  report.run_folder = request.folder;
  write_report(report);
  return json;
}

}  // namespace fragflow
