#include "src/run/config.hpp"

#include <fmt/format.h>

#include "src/base/check.hpp"
#include "src/base/file.hpp"
#include "src/config/config_toml.hpp"
#include "src/run/pool_check.hpp"

namespace fragflow {

namespace {

bool is_of_stage(const std::string& assignment) { return assignment.starts_with("stage."); }

StageConfig prototype_of(const Config& config) {
  const FragmentTreeConfig& tree = config.environment.fragment_tree;
  StageConfig stage;
  stage.environment = {tree.min_fragments, tree.max_heavy_atoms};
  stage.training = config.training;
  stage.stop = config.stop;
  stage.exploration = config.exploration;
  stage.reward = config.reward;
  return stage;
}

// Folders of poses are relative to the config file even before they exist.
void place_poses(RewardConfig& reward, const std::filesystem::path& folder) {
  for (ComponentConfig& component : reward.components) {
    if (component.poses.empty()) continue;
    component.poses = std::filesystem::absolute(folder / component.poses).lexically_normal();
  }
}

}  // namespace

Config config_of_stage(const Config& config, std::size_t k) {
  const StageConfig& stage = config.stages.at(k);
  Config own = config;
  own.stages.clear();
  own.seed = stage.seed < 0 ? config.seed + k : static_cast<std::uint64_t>(stage.seed);
  FragmentTreeConfig& tree = own.environment.fragment_tree;
  tree.min_fragments = stage.environment.min_fragments;
  tree.max_heavy_atoms = stage.environment.max_heavy_atoms;
  own.training = stage.training;
  own.stop = stage.stop;
  own.exploration = stage.exploration;
  own.reward = stage.reward;
  return own;
}

std::string stage_label(const Config& config, std::size_t k) {
  const std::string& name = config.stages.at(k).name;
  return fmt::format("{} of {}{}", k + 1, config.stages.size(),
                     name.empty() ? "" : fmt::format(" ({})", name));
}

void refuse_stages(const Config& config, const std::string& command) {
  if (config.stages.empty()) return;
  user_error("{}: the configuration has {} [[stage]]; only `fragflow train` follows stages",
             command, config.stages.size());
}

Config load_config(const std::filesystem::path& path, const std::vector<std::string>& overrides) {
  return parse_config(read_file(path), "'" + path.string() + "'", path.parent_path(), overrides);
}

Config parse_config(const std::string& text, const std::string& source,
                    const std::filesystem::path& folder,
                    const std::vector<std::string>& overrides) {
  Config config;
  FieldList fields = list_fields(config);
  const auto apply = [&](bool of_stages) {
    for (const std::string& assignment : overrides) {
      if (is_of_stage(assignment) == of_stages) apply_override(assignment, folder, fields);
    }
  };
  read_toml(text, source, folder, fields);
  apply(/*of_stages=*/false);
  if (!config.stages.empty()) {  // reread: their defaults are known only now
    config.stage_prototype = prototype_of(config);
    read_toml(text, source, folder, fields);
    apply(/*of_stages=*/false);
  }
  apply(/*of_stages=*/true);
  place_poses(config.reward, folder);
  for (StageConfig& stage : config.stages) place_poses(stage.reward, folder);
  return config;
}

std::vector<std::string> changes_of_run(Config started, Config now) {
  started.training.steps = now.training.steps;
  started.stop = now.stop;
  take_pool_places(started.reward, now.reward);
  return differences(list_fields(started), list_fields(now));
}

std::string print_config(Config config) { return print_toml(list_fields(config)); }

}  // namespace fragflow
