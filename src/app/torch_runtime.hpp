// What fragflow asks of LibTorch as a whole.
#pragma once

namespace fragflow {

// Operations that would give other bits on each run throw.
void require_deterministic_torch();

// Processors of one operation.
void set_torch_threads(int threads);

}  // namespace fragflow
