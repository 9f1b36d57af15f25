// The user requested a stop (Ctrl-C, SIGTERM) during work that otherwise returns only when it is
// done.
#pragma once

#include <exception>

namespace fragflow {

// Thrown by observers of long work, caught by the command that can handle it.
class Stopped : public std::exception {
 public:
  const char* what() const noexcept override { return "stopped"; }
};

}  // namespace fragflow
