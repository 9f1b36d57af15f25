// The table of objectives: every value of [objective] name, with its function and what that
// function requires.
#pragma once

#include <string>
#include <string_view>

#include "models/policy_config.hpp"
#include "src/gfn/condition_config.hpp"
#include "src/gfn/flow_matching.hpp"
#include "src/gfn/training_config.hpp"

namespace fragflow {

struct Objective {
  std::string_view name;
  // Exactly one of the two is set, the other is null.
  Residuals (*of_trajectories)(const ScoredBatch& batch, const torch::Tensor& log_z,
                               const ObjectiveConfig& config) = nullptr;
  Residuals (*of_flows)(const FlowBatch& batch, const ObjectiveConfig& config) = nullptr;
  bool takes_incomplete = false;  // trajectories may end before a terminal
  bool needs_energies = false;    // ScoredBatch::energy
  bool needs_intrinsic = false;   // intrinsic of ScoredBatch or FlowBatch
  bool takes_paths = false;       // ObjectiveConfig::paths trajectories by P_B to each object
  bool takes_conditions = false;  // a batch may mix trajectories of different conditions
};

// Throws UserError for an unknown name.
const Objective& find_objective(const std::string& name);

// Throws UserError with the reason if settings are incompatible.
void check_objective(const ObjectiveConfig& objective, const PolicyConfig& policy,
                     const TrainingConfig& training, const ConditionConfig& condition = {});

}  // namespace fragflow
