#include "src/run/shared_steps.hpp"

#include "src/base/log.hpp"
#include "src/run/exact_monitor.hpp"
#include "src/run/shared_run.hpp"

namespace fragflow {

void take_part(const TrainingRequest& request) {
  Communicator& group = *request.group;
  Experiment experiment = make_experiment(request.config);
  check_same_everywhere(group, experiment);
  const std::unique_ptr<Learner> learner = experiment.make_learner(Experiment::Use::kTrain, group);
  // Scores all objects, for which rank 0 needs the other ranks.
  if (experiment.config.metrics.exact) const ExactMonitor monitor(experiment);
  share_state(group, experiment, *learner, [] {});
  spdlog::set_level(spdlog::level::warn);  // failures of its scorers; rank 0 reports the rest
  while (all_go_on(group, /*done=*/false, request.stop)) {
    learner->step();
    if (learner->steps_done() % experiment.config.training.checkpoint_every == 0) {
      check_in_step(group, *learner);
    }
  }
  group.leave();
}

}  // namespace fragflow
