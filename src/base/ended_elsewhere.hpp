// Thrown if another process of the run has reported why it ends; this one ends silently.
#pragma once

#include <stdexcept>

namespace fragflow {

// main() ends with exit code 2 and prints nothing.
class EndedElsewhere : public std::runtime_error {
 public:
  EndedElsewhere() : std::runtime_error("rank 0 ended the run and says why") {}
};

}  // namespace fragflow
