// A training run shared by several processes: rank 0 reads, records and writes; the others take
// part in every step. All hold the same weights, optimiser, memory and scores.
#pragma once

#include <functional>

#include "src/base/communicator.hpp"
#include "src/base/stop_token.hpp"
#include "src/gfn/learner.hpp"
#include "src/run/config.hpp"
#include "src/run/experiment.hpp"

namespace fragflow {

// Throws UserError for settings that require a single process, or that cannot be shared among so
// many; with training.blocks > 1 also, for one process, for components that use the same program.
void check_can_be_shared(const Config& config, int ranks);

// Returns on every rank the result of `read` on rank 0; its relative paths are relative to
// `folder`. An error there ends all ranks: UserError on rank 0, EndedElsewhere on the others.
Config share_config(Communicator& group, const std::filesystem::path& folder,
                    const std::function<Config()>& read);

// Throws UserError if a rank runs another version of the program, has other objects, or uses
// kernels that round differently.
void check_same_everywhere(Communicator& group, const Experiment& experiment);

// Copies to every rank the state of learner and reward after `prepare` on rank 0. Errors of it end
// all ranks, as above.
void share_state(Communicator& group, Experiment& experiment, Learner& learner,
                 const std::function<void()>& prepare);

// True if all ranks continue; false if rank 0 is done, or any rank was asked to stop.
bool all_go_on(Communicator& group, bool done, const StopToken& stop);

// Compares the weights of all ranks. Throws UserError if they differ, which means a fault of this
// program or of a machine that must not go unnoticed.
void check_in_step(Communicator& group, const Learner& learner);

}  // namespace fragflow
