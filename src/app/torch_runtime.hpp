// Global settings of LibTorch.
#pragma once

#include <string>

namespace fragflow {

// Makes non-deterministic operations throw.
void require_deterministic_torch();

// Number of threads per operation.
void set_torch_threads(int threads);

// set_policy_device() of models/policy_device.hpp, whose header needs LibTorch.
void set_torch_device(const std::string& name);

}  // namespace fragflow
