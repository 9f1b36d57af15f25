// The processes of a run as a Communicator: LibTorch's c10d with Gloo.
#pragma once

#include <memory>

#include "src/base/communicator.hpp"
#include "src/ranks/rank_place.hpp"

namespace fragflow {

// Waits until all have come. The connections are for the network of rank 0's address (or of
// GLOO_SOCKET_IFNAME); with a file in the place of an address they stay on this machine's loopback
// interface. With an address rank 0 listens on its port on every interface, for anybody: only for
// networks that are trusted.
//
// A process that is lost ends the others: at once if its connection breaks (UserError from the next
// call), within 30 seconds if it hangs (the program ends with a message and exit status 2).
// Throws UserError if not all come in time, and if this build has no Gloo.
std::unique_ptr<Communicator> join_ranks(const RankPlace& place);

}  // namespace fragflow
