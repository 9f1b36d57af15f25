#include "src/gfn/objective_table.hpp"

#include <algorithm>

#include "src/base/check.hpp"
#include "src/base/text.hpp"
#include "src/gfn/intrinsic_objectives.hpp"

namespace fragflow {
namespace {

using Batch = const ScoredBatch&;
using Flows = const FlowBatch&;
using LogZ = const torch::Tensor&;
using Options = const ObjectiveConfig&;

// clang-format off
constexpr Objective kObjectives[] = {
    {.name = "tb",
     .of_trajectories = [](Batch b, LogZ z, Options) { return trajectory_balance(b, z); },
     .takes_conditions = true},
    {.name = "vargrad",
     .of_trajectories = [](Batch b, LogZ, Options) { return log_partition_variance(b); },
     .takes_conditions = true},
    {.name = "evidence",
     .of_trajectories = [](Batch b, LogZ, Options o) { return evidence_variance(b, o.paths); },
     .takes_paths = true},
    {.name = "db",
     .of_trajectories = [](Batch b, LogZ z, Options) { return detailed_balance(b, z); },
     .takes_incomplete = true, .takes_conditions = true},
    {.name = "subtb",
     .of_trajectories = [](Batch b, LogZ z, Options o) {
       return subtrajectory_balance(b, z, o.subtb_lambda); },
     .takes_incomplete = true, .takes_conditions = true},
    {.name = "fm",
     .of_flows = [](Flows f, Options o) { return flow_matching(f, o.leaf_coefficient); }},
    {.name = "fl_db",
     .of_trajectories = [](Batch b, LogZ z, Options) {
       return forward_looking_detailed_balance(b, z); },
     .takes_incomplete = true, .needs_energies = true, .takes_conditions = true},
    {.name = "fl_subtb",
     .of_trajectories = [](Batch b, LogZ z, Options o) {
       return forward_looking_subtrajectory_balance(b, z, o.subtb_lambda); },
     .takes_incomplete = true, .needs_energies = true, .takes_conditions = true},
    {.name = "gafn_edge",
     .of_trajectories = [](Batch b, LogZ z, Options) { return edge_balance(b, z); },
     .needs_intrinsic = true},
    {.name = "gafn_joint",
     .of_trajectories = [](Batch b, LogZ z, Options) { return joint_balance(b, z); },
     .needs_intrinsic = true},
    {.name = "gafn_terminal",
     .of_trajectories = [](Batch b, LogZ z, Options) { return terminal_balance(b, z); },
     .needs_intrinsic = true},
    {.name = "gafn_node",
     .of_trajectories = [](Batch b, LogZ z, Options) { return node_balance(b, z); },
     .needs_intrinsic = true},
    {.name = "gafn_db",
     .of_trajectories = [](Batch b, LogZ z, Options) { return edge_detailed_balance(b, z); },
     .needs_intrinsic = true},
    {.name = "gafn_db_joint",
     .of_trajectories = [](Batch b, LogZ z, Options) { return joint_detailed_balance(b, z); },
     .needs_intrinsic = true},
    {.name = "gafn_fm",
     .of_flows = [](Flows f, Options o) { return intrinsic_flow_matching(f, o.leaf_coefficient); },
     .needs_intrinsic = true},
};
// clang-format on

constexpr bool names_are_those_of_the_config() {
  return std::equal(std::begin(kObjectives), std::end(kObjectives), kObjectiveNames.begin(),
                    kObjectiveNames.end(), [](const Objective& objective, std::string_view name) {
                      return objective.name == name;
                    });
}
static_assert(names_are_those_of_the_config());

// Names of the objectives with a capability.
std::vector<std::string> names_with(bool Objective::*ability) {
  std::vector<std::string> names;
  for (const Objective& objective : kObjectives) {
    if (objective.*ability) names.emplace_back(objective.name);
  }
  return names;
}

void check_conditions(const ConditionConfig& condition, const Objective& objective,
                      const TrainingConfig& training) {
  if (!objective.takes_conditions) {
    user_error(
        "[condition] does not go with objective.name = \"{}\", which compares trajectories "
        "whatever "
        "their condition; use one of {}",
        objective.name, join(names_with(&Objective::takes_conditions)));
  }
  if (training.batch_size % condition.group_size != 0) {
    user_error(
        "training.batch_size = {} must be a multiple of condition.group_size = {}, the number of "
        "trajectories that share a condition",
        training.batch_size, condition.group_size);
  }
  if (objective.name == "vargrad" && condition.group_size < 2) {
    user_error(
        "objective.name = \"vargrad\" compares the trajectories of one condition with their mean: "
        "condition.group_size must be at least 2, not {}; or use objective.name = \"tb\"",
        condition.group_size);
  }
}

}  // namespace

const Objective& find_objective(const std::string& name) {
  for (const Objective& objective : kObjectives) {
    if (objective.name == name) return objective;
  }
  const std::vector<std::string> names = objective_names();
  user_error("unknown objective '{}'{}; known: {}", name, did_you_mean(name, names), join(names));
}

void check_objective(const ObjectiveConfig& config, const PolicyConfig& policy,
                     const TrainingConfig& training, const ConditionConfig& condition) {
  const Objective& objective = find_objective(config.name);
  if (objective.of_flows != nullptr && policy.learned_backward) {
    user_error(
        "objective.name = \"{}\" does not go with policy.learned_backward: flow matching balances "
        "edge flows and has no P_B; set learned_backward = false",
        config.name);
  }
  if (config.backward == "likelihood" && !policy.learned_backward) {
    user_error("objective.backward = \"likelihood\" needs policy.learned_backward = true");
  }
  if (objective.takes_paths && policy.learned_backward && config.backward != "likelihood") {
    user_error(
        "objective.name = \"{}\" takes P_B as given: with policy.learned_backward set "
        "objective.backward = \"likelihood\"",
        config.name);
  }
  if (objective.takes_paths && training.blocks > 1) {
    user_error("objective.name = \"{}\" and training.blocks do not go together", config.name);
  }
  if (config.incomplete > 0 && !objective.takes_incomplete) {
    user_error(
        "objective.incomplete = {} does not go with objective.name = \"{}\", which needs the "
        "reward at the end of every trajectory; use one of {}, or incomplete = 0",
        config.incomplete, config.name, join(names_with(&Objective::takes_incomplete)));
  }
  if ((config.name == "vargrad" || config.name == "evidence") && training.batch_size < 2) {
    user_error(
        "objective.name = \"{}\" compares the trajectories of a batch with their mean: "
        "training.batch_size must be at least 2, not {}",
        config.name, training.batch_size);
  }
  if (training.beta_initial > 0 && objective.needs_energies) {
    user_error(
        "training.beta_initial does not go with objective.name = \"{}\", which asks for the reward "
        "of unfinished objects at reward.beta",
        config.name);
  }
  if (condition.is_used()) check_conditions(condition, objective, training);
}

}  // namespace fragflow
