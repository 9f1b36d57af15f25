// Peak memory of this process.
#pragma once

namespace fragflow {

// Largest resident set so far, in MB (2^20 bytes).
double peak_memory_mb();

}  // namespace fragflow
