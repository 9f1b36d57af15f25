// A training run that several processes share: rank 0 reads, records and writes; the others take
// their part in every step. All hold the same weights, optimiser, memory and scores.
#pragma once

#include <functional>

#include "src/base/communicator.hpp"
#include "src/base/stop_token.hpp"
#include "src/gfn/learner.hpp"
#include "src/run/config.hpp"
#include "src/run/experiment.hpp"

namespace fragflow {

// Throws UserError for what one process has to do alone, or cannot be shared among so many; with
// training.blocks > 1 also, for one process, for components that ask the same program.
void check_can_be_shared(const Config& config, int ranks);

// What `read` gives on rank 0, on every rank; relative paths in it are those of `folder`. An error
// there ends all ranks: UserError on rank 0, EndedElsewhere on the others.
Config share_config(Communicator& group, const std::filesystem::path& folder,
                    const std::function<Config()>& read);

// Throws UserError where a rank runs another version of the program, other objects, or other
// kernels, whose rounding differs.
void check_same_everywhere(Communicator& group, const Experiment& experiment);

// What `prepare` leaves on rank 0 in the learner and the reward, on every rank. Errors of it end
// all, as above.
void share_state(Communicator& group, Experiment& experiment, Learner& learner,
                 const std::function<void()>& prepare);

// True if all go on; false if rank 0 is done, or any rank is asked to stop.
bool all_go_on(Communicator& group, bool done, const StopToken& stop);

// Compares the weights of all ranks. Throws UserError where they differ: a fault of this program or
// of a machine, which must not go on unnoticed.
void check_in_step(Communicator& group, const Learner& learner);

}  // namespace fragflow
