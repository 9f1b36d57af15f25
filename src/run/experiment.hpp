// From a config to objects: what a run is about, and what learns it.
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
  Conditioning conditioning;  // what trajectories are drawn under while training

  const Environment& environment() const { return task->environment(); }
  Reward& reward() const { return task->reward(); }
  bool has_structure() const { return task_kind(config.environment.name).has_structure; }

  // The method with fresh weights; it refers to this experiment. kSample leaves out what only
  // steps need (the objects of [dataset]). group: whom its steps are shared with (Trainer). Throws
  // UserError for a method that does not fit.
  enum class Use { kTrain, kSample };
  std::unique_ptr<Learner> make_learner(Use use = Use::kTrain,
                                        Communicator& group = single_process()) const;
};

// The policy whose trajectories are the method's samples. Throws UserError, naming the command, for
// methods that sample otherwise.
Policy& policy_of(Learner& learner, const std::string& command);

// Files are looked up with find_file. Throws UserError for a configuration that does not fit
// together.
Experiment make_experiment(const Config& written);

}  // namespace fragflow
