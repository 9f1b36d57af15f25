// From a configuration to objects: environment, reward and learner of a run.
#pragma once

#include <memory>

#include "src/base/communicator.hpp"
#include "src/gfn/conditioning.hpp"
#include "src/gfn/learner.hpp"
#include "src/run/config.hpp"
#include "src/tasks/task.hpp"

namespace fragflow {

struct Experiment {
  Config config;
  std::unique_ptr<Task> task;
  Conditioning conditioning;  // conditions of trajectories during training

  const Environment& environment() const { return task->environment(); }
  Reward& reward() const { return task->reward(); }
  bool has_structure() const { return task_kind(config.environment.name).has_structure; }

  // The method with fresh weights; it refers to this experiment. kSample omits what only training
  // steps need (the objects of [dataset]). group: the processes that share its steps (Trainer).
  // Throws UserError for a method that is not compatible.
  enum class Use { kTrain, kSample };
  std::unique_ptr<Learner> make_learner(Use use = Use::kTrain,
                                        Communicator& group = single_process()) const;
};

// The policy whose trajectories are the method's samples. Throws UserError, naming the command, for
// methods that sample differently.
Policy& policy_of(Learner& learner, const std::string& command);

// Files are looked up with find_file. Throws
// UserError for inconsistent configurations.
Experiment make_experiment(const Config& written);

}  // namespace fragflow
