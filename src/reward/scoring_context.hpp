// The run folder and stop request of an evaluation, for components that use other programs.
#pragma once

#include <filesystem>

#include "src/base/stop_token.hpp"

namespace fragflow {

struct ScoringContext {
  std::filesystem::path run_folder;  // of the run whose objects are scored
  StopToken stop;                    // asks a waiting component to give up: it throws Stopped
};

}  // namespace fragflow
