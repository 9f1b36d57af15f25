// A network's forward and backward pass on parts of a batch, each part on one thread.
//
// LibTorch shares out the elements of each operation, waits for all threads after each, and does
// the small ones on one thread. Parts need no waiting, and what one thread works on stays in its
// cache.
#pragma once

#include "models/torch.hpp"

#include <functional>
#include <vector>

#include "models/policy.hpp"

namespace fragflow {

// forward: reads the part's tensors (part_of()) and the parameters only; called from several
// threads at once. Gradients reach `parameters`; they are sums over the parts in a fixed order, and
// the parts depend on the batch alone, so that the result is the same for any number of threads.
PolicyOutput forward_in_parts(const StateBatch& batch, const std::vector<torch::Tensor>& parameters,
                              const std::function<PolicyOutput(const StateBatch&)>& forward);

}  // namespace fragflow
