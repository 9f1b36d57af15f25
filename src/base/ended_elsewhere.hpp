// Another process of the run has said why it ends; this one ends without a word.
#pragma once

#include <stdexcept>

namespace fragflow {

// main() ends with exit code 2 and prints nothing.
class EndedElsewhere : public std::runtime_error {
 public:
  EndedElsewhere() : std::runtime_error("rank 0 ended the run and says why") {}
};

}  // namespace fragflow
