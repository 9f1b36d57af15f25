// The table of policies: which network suits which environment.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "models/policy.hpp"
#include "models/policy_config.hpp"
#include "src/base/safetensors.hpp"

namespace fragflow {

// Parameters are a function of (shape, config, seed, number of features). condition: the features
// that stand for batches without conditions; empty: a policy that has none.
std::shared_ptr<Policy> make_policy(const Environment::Shape& shape, const PolicyConfig& config,
                                    std::uint64_t seed, const std::vector<float>& condition = {});

// Trainable scalars.
std::int64_t num_parameters(const torch::nn::Module& module);

// Under "<prefix>.<parameter name>". load throws UserError naming a missing or misshapen array.
void save_parameters(const torch::nn::Module& module, SafetensorsFile& file,
                     const std::string& prefix);
void load_parameters(torch::nn::Module& module, const SafetensorsFile& file,
                     const std::string& prefix);

}  // namespace fragflow
