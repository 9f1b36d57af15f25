// [[stage]]: parts of a run that follow each other, each from the weights of the one before.
#pragma once

#include <cstdint>
#include <string>

#include "envs/environment_config.hpp"
#include "src/base/fields.hpp"
#include "src/gfn/training_config.hpp"
#include "src/reward/reward_config.hpp"
#include "src/run/run_config.hpp"

namespace fragflow {

// Limits of [environment] that the network does not know of (of max_fragments it has an input
// each).
struct StageLimits {
  int min_fragments = 1;
  int max_heavy_atoms = 0;

  template <typename Visitor>
  void visit_fields(Visitor& visit) {
    visit.number("min_fragments", min_fragments, {1, kMaxFragments}, "stop is legal from here on");
    visit.number("max_heavy_atoms", max_heavy_atoms, {0, kMaxTreeHeavyAtoms},
                 "most heavy atoms; 0: no limit");
  }
};

// What a stage may have of its own; what it does not set is that of the run.
struct StageConfig {
  std::string name;
  std::int64_t seed = -1;
  StageLimits environment;
  TrainingConfig training;
  StopConfig stop;
  ExplorationConfig exploration;
  RewardConfig reward;

  template <typename Visitor>
  void visit_fields(Visitor& visit) {
    visit.text("name", name, "what the stage is called; default: its number");
    visit.number("seed", seed, {-1, 9e15}, "-1: that of the run plus the number of stages before");
    visit.section("environment", environment, "Limits of this stage");
    visit.section("training", training, "Optimiser and length of this stage");
    visit.section("stop", stop, "When this stage ends before its last step");
    visit.section("exploration", exploration, "Which trajectories this stage draws");
    visit.section("reward", reward, "What finished objects are worth in this stage");
  }
};

}  // namespace fragflow
