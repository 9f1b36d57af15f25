// std::bad_alloc must not be reported as invalid input.
#pragma once

#include <exception>

namespace fragflow {

// Also recognises LibTorch's own exception for it.
bool is_out_of_memory(const std::exception& error);

// For handlers that treat every exception as invalid input: rethrows the current exception, which
// is `error`, if it is due to lack of memory.
void pass_on_out_of_memory(const std::exception& error);

}  // namespace fragflow
