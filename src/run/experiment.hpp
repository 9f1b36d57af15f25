// From a config to objects: the only place that knows which concrete classes a run uses.
#pragma once

#include <memory>

#include "envs/environment.hpp"
#include "src/base/safetensors.hpp"
#include "src/gfn/conditioning.hpp"
#include "src/gfn/learner.hpp"
#include "src/reward/reward.hpp"
#include "src/run/config.hpp"

namespace fragflow {

struct Experiment {
  Config config;
  std::unique_ptr<Environment> environment;
  std::unique_ptr<Reward> reward;
  Conditioning conditioning;     // what trajectories are drawn under while training
  bool builds_molecules = true;  // false: grid cells

  // The method with fresh weights; it refers to this experiment. kSample leaves out what only
  // steps need (the objects of [dataset]). Throws UserError for a method that does not fit.
  enum class Use { kTrain, kSample };
  std::unique_ptr<Learner> make_learner(Use use = Use::kTrain) const;
};

// A file as named, or the one of that name in the data folder (throws UserError if neither exists).
// The empty name stays empty.
std::string find_file(const std::string& name);
// The same for every file of the components.
void find_files(RewardConfig& reward);

// The policy whose trajectories are the method's samples. Throws UserError, naming the command, for
// methods that sample otherwise.
Policy& policy_of(Learner& learner, const std::string& command);

// What the meaning of a policy's weights depends on, for people and for comparison: the fragments
// and the start, or the grid. Limits on size and forbidden fragments are no part of it.
std::string environment_identity(const Environment& environment);

// Files are looked up with find_file. Throws UserError for a configuration that does not fit
// together.
Experiment make_experiment(const Config& written);

}  // namespace fragflow
