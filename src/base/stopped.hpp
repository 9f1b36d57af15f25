// The user asked for an end (Ctrl-C, SIGTERM) in the middle of work that returns only when it is
// done.
#pragma once

#include <exception>

namespace fragflow {

// Thrown by observers of long work, caught by the command that knows how to go on.
class Stopped : public std::exception {
 public:
  const char* what() const noexcept override { return "stopped"; }
};

}  // namespace fragflow
