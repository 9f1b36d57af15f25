// Where the networks of policy.backend = "torch" compute: the processor, or a CUDA device. All else
// stays on the processor, the parameters that are learned too: a network copies them, and the
// batch, to its device and the answers back by these functions alone, and gradients come back
// through the copies.
#pragma once

#include <functional>
#include <string>

#include "models/policy.hpp"

namespace fragflow {

// "cpu", "cuda", "cuda:1", or, for tests, "meta": LibTorch's device of tensors without data. Of all
// policies made from now on; not thread-safe. Throws UserError for another name, and where LibTorch
// finds no such device.
void set_policy_device(const std::string& name);
torch::Device policy_device();

// Of a batch that lies elsewhere: its index tensors and conditions, which are all that a network
// reads (not masks, offsets, states and actions).
StateBatch copy_for_network(const StateBatch& batch, torch::Device device);

// All parameters of the module by name, on `device`; there already: themselves.
torch::OrderedDict<std::string, torch::Tensor> copy_parameters(const torch::nn::Module& module,
                                                               torch::Device device);

// answer(batch) by a network that lies on `device`, as tensors on the batch's own device.
PolicyOutput answer_on(torch::Device device, const StateBatch& batch,
                       const std::function<PolicyOutput(const StateBatch&)>& answer);

}  // namespace fragflow
