// Parameter initialisation that depends only on a seed and the parameter's name.
#pragma once

#include "models/torch.hpp"

namespace fragflow {

// Weights of linear layers: uniform in +-1/sqrt(fan in); biases: zero; embedding tables: normal
// with deviation 0.3; parameters whose name contains "norm" keep their values.
void initialise_parameters(torch::nn::Module& module, std::uint64_t seed);

}  // namespace fragflow
