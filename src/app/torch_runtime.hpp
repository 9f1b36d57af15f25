// What fragflow asks of LibTorch as a whole.
#pragma once

#include <string>

namespace fragflow {

// Operations that would give other bits on each run throw.
void require_deterministic_torch();

// Processors of one operation.
void set_torch_threads(int threads);

// set_policy_device() of models/policy_device.hpp, whose header needs LibTorch.
void set_torch_device(const std::string& name);

}  // namespace fragflow
