// SIGINT and SIGTERM ask the running command to stop at its next safe point.
#pragma once

#include "src/base/stop_token.hpp"

namespace fragflow {

// Installs the handlers, for work that polls the token. The first signal sets its flag; a second
// one ends the program at once, as it would have without handlers.
StopToken stop_on_signals();

}  // namespace fragflow
