#include "src/gfn/training_blocks.hpp"

#include "src/base/check.hpp"
#include "src/gfn/objective_table.hpp"

namespace fragflow {

void check_blocks(const ObjectiveConfig& objective, const TrainingConfig& training, int ranks) {
  if (training.blocks < ranks) {
    user_error(
        "training.blocks = {} cannot be shared among {} processes: set it to a multiple of {} "
        "(--set training.blocks={}); a run keeps the value it was started with",
        training.blocks, ranks, ranks, ranks);
  }
  if (training.blocks > training.batch_size) {
    user_error("training.blocks = {} is more than the {} trajectories of training.batch_size",
               training.blocks, training.batch_size);
  }
  if (training.blocks > 1 && find_objective(objective.name).of_flows != nullptr) {
    user_error(
        "objective.name = \"{}\" sums over states, not trajectories, and has no training.blocks: "
        "leave them at 1, in one process, or choose another objective",
        objective.name);
  }
}

}  // namespace fragflow
