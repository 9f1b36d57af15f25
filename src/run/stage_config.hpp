// [[stage]]: consecutive parts of a run, each starting from the weights of the previous one.
#pragma once

#include <cstdint>
#include <string>

#include "envs/environment_config.hpp"
#include "src/base/fields.hpp"
#include "src/gfn/training_config.hpp"
#include "src/reward/reward_config.hpp"
#include "src/run/run_config.hpp"

namespace fragflow {

// Limits of [environment] that do not affect the network's shape (it has one input per value of
// max_fragments).
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

// Settings of a single stage; everything not set is taken from the run.
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
