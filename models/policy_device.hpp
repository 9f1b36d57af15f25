// The device on which the networks of policy.backend = "torch" compute: the CPU or a CUDA device.
// Everything else stays on the CPU, including the trained parameters: a network copies them and the
// batch to its device and the outputs back, only by these functions; gradients flow back through
// the copies.
#pragma once

#include <functional>
#include <string>

#include "models/policy.hpp"

namespace fragflow {

// "cpu", "cuda", "cuda:1", or, for tests, "meta": LibTorch's device of tensors without data.
// Applies to all policies made from now on; not thread-safe. Throws UserError for any other name,
// and if LibTorch finds no such device.
void set_policy_device(const std::string& name);
torch::Device policy_device();

// Copies what a network reads of a batch to another device: the index tensors and conditions (not
// masks, offsets, states and actions).
StateBatch copy_for_network(const StateBatch& batch, torch::Device device);

// All parameters of the module by name, on `device`; not copied if they are already there.
torch::OrderedDict<std::string, torch::Tensor> copy_parameters(const torch::nn::Module& module,
                                                               torch::Device device);

// answer(batch) by a network on `device`; the outputs are moved to the batch's own device.
PolicyOutput answer_on(torch::Device device, const StateBatch& batch,
                       const std::function<PolicyOutput(const StateBatch&)>& answer);

}  // namespace fragflow
