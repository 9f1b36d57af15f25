// Where and until when a reward is evaluated: for components that talk to other programs.
#pragma once

#include <filesystem>

#include "src/base/stop_token.hpp"

namespace fragflow {

struct ScoringContext {
  std::filesystem::path run_folder;  // of the run whose objects are scored
  StopToken stop;                    // asks a component that waits to give up: it throws Stopped
};

}  // namespace fragflow
