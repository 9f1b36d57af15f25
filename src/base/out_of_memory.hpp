// Memory that is not there is never a bad molecule or a bad file.
#pragma once

#include <exception>

namespace fragflow {

// LibTorch reports it in an exception of its own.
bool is_out_of_memory(const std::exception& error);

// For handlers that take any exception for a fault of the input: rethrows the one being handled,
// which is `error`, if it is for lack of memory.
void pass_on_out_of_memory(const std::exception& error);

}  // namespace fragflow
