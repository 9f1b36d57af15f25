// The conditions of a batch of trajectories as tensors.
#pragma once

#include "models/torch.hpp"

#include <span>
#include <vector>

#include "models/state_batch.hpp"
#include "src/gfn/trajectory.hpp"

namespace fragflow {

// B trajectories, G different conditions in order of first appearance, K features. Trajectories
// without conditions form one group. Either all trajectories have a condition, or none.
struct BatchConditions {
  explicit BatchConditions(std::span<const Trajectory> trajectories);

  std::vector<std::int64_t> group;  // [B] row of the trajectory's condition
  torch::Tensor features;           // [G, K] float32; undefined without conditions

  // [rows, K] features of the given group of each row; undefined without conditions.
  torch::Tensor of(const std::vector<std::int64_t>& groups) const;
};

}  // namespace fragflow
