// SIGINT and SIGTERM request the running command to stop at its next safe point.
#pragma once

#include "src/base/stop_token.hpp"

namespace fragflow {

// Installs the handlers, for work that polls the token. The first signal sets its flag; a second
// one ends the program at once, as without handlers.
StopToken stop_on_signals();

}  // namespace fragflow
