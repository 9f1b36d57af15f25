// Custom autograd functions: operations whose backward pass is a given function.
#pragma once

#include "models/torch.hpp"

#include <functional>
#include <vector>

namespace fragflow {

// Maps the gradients of the outputs (undefined for outputs that were not used) to those of the
// inputs (undefined for inputs without a gradient).
using Backward =
    std::function<torch::autograd::variable_list(torch::autograd::variable_list&& gradients)>;

// Records `outputs`, computed without a graph, as depending on `inputs` if gradients are enabled.
// backward is called at most once, with gradients disabled, and destroyed with the graph: what it
// captures are the saved tensors of the operation. Not differentiable twice.
void set_backward(std::vector<torch::Tensor> outputs, const std::vector<torch::Tensor>& inputs,
                  Backward backward);

}  // namespace fragflow
