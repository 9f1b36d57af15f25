// Logging to standard error through spdlog. Standard output is for results only.
#pragma once

#include <spdlog/spdlog.h>

namespace fragflow {

// Routes spdlog to standard error; quiet leaves warnings and errors only. Call once in main().
void set_up_log(bool quiet);

}  // namespace fragflow
