// The processes of a run as a Communicator: LibTorch's c10d with Gloo.
#pragma once

#include <memory>

#include "src/base/communicator.hpp"
#include "src/ranks/rank_place.hpp"

namespace fragflow {

// Waits until all processes have joined. Connections use the network of rank 0's address (or of
// GLOO_SOCKET_IFNAME); if a file is given instead of an address they stay on this machine's
// loopback interface. With an address, rank 0 listens on its port on every interface without
// authentication: only for trusted networks.
//
// If a process is lost, the others end: at once if its connection breaks (UserError from the next
// call), within 30 seconds if it hangs (the program ends with a message and exit status 2). Throws
// UserError if not all join in time, and if this build has no Gloo.
std::unique_ptr<Communicator> join_ranks(const RankPlace& place);

}  // namespace fragflow
