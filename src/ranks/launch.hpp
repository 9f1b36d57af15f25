// Starts the processes of one run on this machine.
#pragma once

#include <string>
#include <vector>

#include "src/base/stop_token.hpp"

namespace fragflow {

struct LaunchRequest {
  int ranks = 2;
  int threads = 1;                     // per process, unless OMP_NUM_THREADS is set
  std::vector<std::string> arguments;  // of fragflow: "train", ...
  StopToken stop;                      // asks all processes to stop
};

// Runs this program `ranks` times with the arguments and waits until all have ended. They meet at a
// file in a folder of this user alone and communicate over the loopback interface; only rank 0
// writes to standard output. If one fails, reports which and how, gives the others a few seconds to
// end, and kills them. Returns the exit code: 0, that of the first that failed, or 1 if that was
// killed. If this process ends first, all are asked to stop.
int launch(const LaunchRequest& request);

}  // namespace fragflow
