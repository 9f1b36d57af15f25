// Operations of our own in LibTorch's graph: what goes back is a function.
#pragma once

#include "models/torch.hpp"

#include <functional>
#include <vector>

namespace fragflow {

// From the gradients of the outputs (undefined where nothing depends on one) to those of the inputs
// (undefined where an input has none).
using Backward =
    std::function<torch::autograd::variable_list(torch::autograd::variable_list&& gradients)>;

// Makes `outputs`, computed without a graph, depend on `inputs` if gradients are enabled. backward
// is called once at most, without gradients, and destroyed with the graph: what it has captured is
// what the operation keeps. Not differentiable twice.
void set_backward(std::vector<torch::Tensor> outputs, const std::vector<torch::Tensor>& inputs,
                  Backward backward);

}  // namespace fragflow
