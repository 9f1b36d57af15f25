// From a config to objects: the only place that knows which concrete classes a run uses.
#pragma once

#include <memory>

#include "envs/environment.hpp"
#include "src/app/config.hpp"
#include "src/base/safetensors.hpp"
#include "src/gfn/trainer.hpp"
#include "src/reward/reward.hpp"

namespace fragflow {

struct Experiment {
  Config config;
  std::unique_ptr<Environment> environment;
  std::unique_ptr<Reward> reward;
  bool builds_molecules = true;  // false: grid cells

  // A trainer with fresh weights that refers to this experiment.
  std::unique_ptr<Trainer> make_trainer() const;
};

// A file as named, or the one of that name in the data folder (throws UserError if neither exists).
// The empty name stays empty.
std::string find_file(const std::string& name);

// Files are looked up with find_file. Throws UserError for a configuration that does not fit
// together.
Experiment make_experiment(const Config& written);

}  // namespace fragflow
