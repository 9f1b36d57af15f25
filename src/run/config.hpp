// The complete configuration of a training run, one struct composed of the layers' structs.
// Reading, overriding, checking and printing derive from visit_fields (src/base/fields.hpp).
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "envs/environment_config.hpp"
#include "models/policy_config.hpp"
#include "src/base/fields.hpp"
#include "src/gfn/condition_config.hpp"
#include "src/gfn/method_config.hpp"
#include "src/gfn/training_config.hpp"
#include "src/reward/reward_config.hpp"
#include "src/run/run_config.hpp"
#include "src/run/stage_config.hpp"

namespace fragflow {

struct Config {
  std::uint64_t seed = 0;
  EnvironmentConfig environment;
  PolicyConfig policy;
  MethodConfig method;
  ObjectiveConfig objective;
  TrainingConfig training;
  StopConfig stop;
  ExplorationConfig exploration;
  ConditionConfig condition;
  DatasetConfig dataset;
  RewardConfig reward;
  MetricsConfig metrics;
  OutputConfig output;
  std::vector<StageConfig> stages;  // empty: a run without stages
  StageConfig stage_prototype;      // while reading: the defaults of a stage

  template <typename Visitor>
  void visit_fields(Visitor& visit) {
    visit.number("seed", seed, {0, 9e15}, "results are a function of it");
    visit.section("environment", environment, "States and actions");
    visit.section("policy", policy, "The network that chooses actions");
    visit.section("method", method, "What learns to sample");
    visit.section("objective", objective, "What training minimises");
    visit.section("training", training, "Optimiser and length of the run");
    visit.section("stop", stop, "When the run ends before its last step");
    visit.section("exploration", exploration, "Which trajectories are drawn while training");
    visit.section("condition", condition, "Learning a range of rewards at once");
    visit.section("dataset", dataset, "Learning from a table of objects");
    visit.section("metrics", metrics, "What is counted while training");
    visit.section("output", output, "What is written at the end");
    visit.section("reward", reward, "What finished objects are worth");
    visit.tables_like("stage", stages, stage_prototype,
                      "Parts of the run, each from the weights of the one before: docs/stages.md",
                      "name, seed, and of [stage.environment], [stage.reward], [stage.training], "
                      "[stage.stop], [stage.exploration] what differs from the sections above");
  }
};

// The configuration of stage k, as that of a run without stages.
Config config_of_stage(const Config& config, std::size_t k);
// "2 of 3 (refine)" of stage 1; "2 of 3" without a name.
std::string stage_label(const Config& config, std::size_t k);
// Throws UserError if there are stages: for commands that do not support them.
void refuse_stages(const Config& config, const std::string& command);

// Reads a TOML file over the defaults, then applies the overrides ("section.key=value") in order.
// Relative paths are resolved beside the file, then in the data folder. Throws UserError naming
// file, line, key and the allowed values.
Config load_config(const std::filesystem::path& path,
                   const std::vector<std::string>& overrides = {});

// The same for TOML text from elsewhere: `source` names it in messages, `folder` is the base of its
// relative paths.
Config parse_config(const std::string& text, const std::string& source,
                    const std::filesystem::path& folder,
                    const std::vector<std::string>& overrides = {});

// The differences between the configuration a run was started with and another one, except what may
// change on resuming: training.steps, [stop], file names, the location of workers.
std::vector<std::string> changes_of_run(Config started, Config now);

// Commented TOML of every value in effect; parse_config reads it back to the same configuration.
std::string print_config(Config config);

}  // namespace fragflow
