// SIGINT and SIGTERM ask the running command to stop at its next safe point.
#pragma once

namespace fragflow {

// Installs the handlers: for commands whose loops ask stop_requested(). The first signal sets the
// flag below; a second one ends the program at once, as it would have without handlers.
void handle_stop_signals();

// True once a stop was asked for.
bool stop_requested();

}  // namespace fragflow
