#include "src/run/pool_check.hpp"

#include <algorithm>

#include "src/base/check.hpp"

namespace fragflow {
namespace {

bool is_pool(const ComponentConfig& component) { return component.type == "pool"; }

void check_stage_folders(const RewardConfig& reward) {
  for (const ComponentConfig& component : reward.components) {
    if (!is_pool(component)) continue;
    if (!component.pool.folder.empty() && !component.pool.store.empty()) continue;
    user_error(
        "reward component '{}': every [[stage]] has a folder of its own, in which its workers and "
        "its stored scores would be: set pool.folder and pool.store, which all stages then share",
        component.name);
  }
}

}  // namespace

void check_pools(const Config& config) {
  for (const StageConfig& stage : config.stages) check_stage_folders(stage.reward);
  const auto& components = config.reward.components;
  const auto pool = std::ranges::find_if(components, is_pool);
  if (pool == components.end()) return;
  const auto refuse = [&](bool used, const char* what, const char* instead) {
    if (!used) return;
    user_error("{} and a reward component of type \"pool\" ('{}') do not go together: {}", what,
               pool->name, instead);
  };
  refuse(!config.condition.preference.empty(), "condition.preference",
         "its front is drawn with another reward, whose workers would be needed, too; train a run "
         "for each choice of weights, with the same pool.store");
  refuse(config.metrics.exact, "metrics.exact",
         "it scores every object before there is a run that workers could find; unset it");
  refuse(config.dataset.is_used() && config.dataset.score_column.empty(), "[dataset]",
         "its objects are scored before there is a run that workers could find; give their scores "
         "with dataset.file and dataset.score_column");
  refuse(!config.exploration.replay.file.empty(), "exploration.replay.file",
         "its objects are scored before there is a run that workers could find; unset it");
}

void take_pool_places(RewardConfig& reward, const RewardConfig& from) {
  const std::size_t count = std::min(reward.components.size(), from.components.size());
  for (std::size_t i = 0; i < count; ++i) {
    PoolConfig own = from.components[i].pool;
    const PoolConfig& before = reward.components[i].pool;
    own.command = before.command;
    own.property = before.property;
    own.version = before.version;
    own.protocol = before.protocol;
    own.echo = before.echo;
    reward.components[i].pool = own;
    reward.components[i].poses = from.components[i].poses;
  }
}

}  // namespace fragflow
