// The table of policies, and the choice of network for an environment.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "models/policy.hpp"
#include "models/policy_config.hpp"
#include "src/base/safetensors.hpp"

namespace fragflow {

// Parameters are a function of (shape, config, seed, number of features). condition: the features
// used for batches without conditions; empty: an unconditional policy. Computes on policy_device()
// (models/policy_device.hpp). Throws UserError if the backend cannot.
std::shared_ptr<Policy> make_policy(const Environment::Shape& shape, const PolicyConfig& config,
                                    std::uint64_t seed, const std::vector<float>& condition = {});

// Makes a policy for environments of this shape; arguments as in make_policy(). Throws UserError
// for unsupported shapes.
using PolicyFactory = std::shared_ptr<Policy> (*)(const Environment::Shape& shape,
                                                  const PolicyConfig& config, std::uint64_t seed,
                                                  const std::vector<float>& condition);

// A row for policy.backend = "NAME" (examples/attention_policy.hpp is one). Call before any
// configuration is read; not thread-safe.
void add_policy(const std::string& name, PolicyFactory make);

// Number of trainable scalars.
std::int64_t num_parameters(const torch::nn::Module& module);

// Names: "<prefix>.<parameter name>". load throws UserError naming a missing or misshapen array.
void save_parameters(const torch::nn::Module& module, SafetensorsFile& file,
                     const std::string& prefix);
void load_parameters(torch::nn::Module& module, const SafetensorsFile& file,
                     const std::string& prefix);

}  // namespace fragflow
