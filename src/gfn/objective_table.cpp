#include "src/gfn/objective_table.hpp"

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
     .of_trajectories = [](Batch b, LogZ z, Options) { return trajectory_balance(b, z); }},
    {.name = "vargrad",
     .of_trajectories = [](Batch b, LogZ, Options) { return log_partition_variance(b); }},
    {.name = "db",
     .of_trajectories = [](Batch b, LogZ z, Options) { return detailed_balance(b, z); },
     .takes_incomplete = true},
    {.name = "subtb",
     .of_trajectories = [](Batch b, LogZ z, Options o) {
       return subtrajectory_balance(b, z, o.subtb_lambda); },
     .takes_incomplete = true},
    {.name = "fm",
     .of_flows = [](Flows f, Options o) { return flow_matching(f, o.leaf_coefficient); }},
    {.name = "fl_db",
     .of_trajectories = [](Batch b, LogZ z, Options) {
       return forward_looking_detailed_balance(b, z); },
     .takes_incomplete = true, .needs_energies = true},
    {.name = "fl_subtb",
     .of_trajectories = [](Batch b, LogZ z, Options o) {
       return forward_looking_subtrajectory_balance(b, z, o.subtb_lambda); },
     .takes_incomplete = true, .needs_energies = true},
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

std::vector<std::string> names_that_take_incomplete() {
  std::vector<std::string> names;
  for (const Objective& objective : kObjectives) {
    if (objective.takes_incomplete) names.emplace_back(objective.name);
  }
  return names;
}

}  // namespace

std::vector<std::string> objective_names() {
  std::vector<std::string> names;
  for (const Objective& objective : kObjectives) names.emplace_back(objective.name);
  return names;
}

const Objective& find_objective(const std::string& name) {
  for (const Objective& objective : kObjectives) {
    if (objective.name == name) return objective;
  }
  const std::vector<std::string> names = objective_names();
  user_error("unknown objective '{}'{}; known: {}", name, did_you_mean(name, names), join(names));
}

void check_objective(const ObjectiveConfig& config, const PolicyConfig& policy,
                     const TrainingConfig& training) {
  const Objective& objective = find_objective(config.name);
  if (objective.of_flows != nullptr && policy.learned_backward) {
    user_error(
        "objective.name = \"{}\" does not go with policy.learned_backward: flow matching balances "
        "edge flows and has no P_B; set learned_backward = false",
        config.name);
  }
  if (config.incomplete > 0 && !objective.takes_incomplete) {
    user_error(
        "objective.incomplete = {} does not go with objective.name = \"{}\", which needs the "
        "reward at the end of every trajectory; use one of {}, or incomplete = 0",
        config.incomplete, config.name, join(names_that_take_incomplete()));
  }
  if (config.name == "vargrad" && training.batch_size < 2) {
    user_error(
        "objective.name = \"vargrad\" compares the trajectories of a batch with their mean: "
        "training.batch_size must be at least 2, not {}",
        training.batch_size);
  }
}

}  // namespace fragflow
