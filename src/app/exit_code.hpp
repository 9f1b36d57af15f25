// Ends the program after its error was already reported.
#pragma once

#include <stdexcept>

namespace fragflow {

class ExitCode : public std::runtime_error {
 public:
  explicit ExitCode(int code) : std::runtime_error("exit code"), code_(code) {}
  int code() const { return code_; }

 private:
  int code_;
};

}  // namespace fragflow
