#include "src/run/compare_config.hpp"

#include <algorithm>
#include <cctype>
#include <cmath>
#include <set>

#include "src/base/check.hpp"
#include "src/base/data_path.hpp"
#include "src/base/error_place.hpp"
#include "src/base/file.hpp"
#include "src/config/config_toml.hpp"
#include "src/run/experiment.hpp"

namespace fragflow {
namespace {

namespace fs = std::filesystem;

// "SubTB(0.9)" becomes "SubTB_0.9_": display names may contain characters that paths may not.
std::string folder_name(const std::string& method, std::uint64_t seed) {
  std::string name = method;
  for (char& c : name) {
    const bool is_plain = std::isalnum(static_cast<unsigned char>(c)) || c == '-' || c == '.';
    if (!is_plain) c = '_';
  }
  return fmt::format("{}-seed{}", name, seed);
}

void check_methods(const CompareConfig& config) {
  if (config.base.empty()) user_error("the comparison names no base configuration: base = \"...\"");
  if (config.methods.empty()) user_error("the comparison has no [[method]]");
  if (config.seeds.empty()) user_error("the comparison has no seeds");
  std::set<std::string> folders;
  for (const ComparedMethod& method : config.methods) {
    if (method.name.empty()) user_error("a [[method]] of the comparison has no name");
    if (!folders.insert(folder_name(method.name, 0)).second) {
      user_error("two methods of the comparison are called '{}', or their folders would be",
                 method.name);
    }
  }
  std::set<double> seeds;
  for (const double seed : config.seeds) {
    if (seed != std::floor(seed)) user_error("the seed {} is not a whole number", seed);
    if (!seeds.insert(seed).second) user_error("the seed {} is listed twice", seed);
  }
}

void apply_budget(const CompareConfig& comparison, Config& config) {
  if (config.exploration.replay.ahead > 0) {
    user_error(
        "exploration.replay.ahead and a comparison do not go together: what counts for a budget "
        "depends on how fast scores come");
  }
  if (comparison.budget_kind == "reward_calls") {
    config.stop.reward_calls = comparison.budget;
    return;
  }
  TrainingConfig& training = config.training;
  const ExplorationConfig& exploration = config.exploration;
  const std::int64_t per_step =
      static_cast<std::int64_t>(training.batch_size) * (1 + exploration.local_search.rounds) +
      exploration.genetic.batch_size +
      static_cast<std::int64_t>(exploration.chains.groups) * exploration.chains.temperatures;
  training.steps = std::max<std::int64_t>(1, (comparison.budget + per_step - 1) / per_step);
}

}  // namespace

CompareConfig load_comparison(const fs::path& path, const std::vector<std::string>& overrides) {
  CompareConfig config;
  FieldList fields = list_fields(config);
  const fs::path folder = path.parent_path();
  read_toml(read_file(path), fmt::format("'{}'", path.string()), folder, fields);
  for (const std::string& assignment : overrides) apply_override(assignment, folder, fields);
  config.file = path.string();
  name_place(fmt::format("'{}'", config.file), [&] { check_methods(config); });
  return config;
}

std::vector<ComparedRun> plan_comparison(const CompareConfig& config, const fs::path& folder) {
  const fs::path base =
      name_place(fmt::format("'{}', base", config.file), [&] { return find_file(config.base); });
  std::vector<ComparedRun> runs;
  for (const ComparedMethod& method : config.methods) {
    std::vector<std::string> settings = config.set;
    settings.insert(settings.end(), method.set.begin(), method.set.end());
    Config run = name_place(fmt::format("'{}', method '{}'", config.file, method.name),
                            [&] { return load_config(base, settings); });
    refuse_stages(run, "compare");
    apply_budget(config, run);
    for (const double seed : config.seeds) {
      run.seed = static_cast<std::uint64_t>(seed);
      runs.push_back(
          {method.name, run.seed, run, folder / "runs" / folder_name(method.name, run.seed)});
    }
  }
  return runs;
}

std::string print_comparison(CompareConfig config) { return print_toml(list_fields(config)); }

}  // namespace fragflow
