// The gradient of a batch whose micro-batches (blocks) are scored and differentiated separately, on
// any number of processes, and summed in block order: bit-identical for every assignment.
//
// All an objective needs of a block are a few numbers: log P_F, log P_B and log F of its
// transitions. So every process receives those of all blocks, computes the loss of the whole batch
// by itself, for any objective, and backpropagates only the gradients of its own blocks. Gradients
// of the weights are exchanged in slices: each process sums one slice over all blocks, and all
// receive the sums (a reduce-scatter and an all-gather; Thakur et al. 2005).
#pragma once

#include "models/torch.hpp"

#include <span>
#include <string>
#include <vector>

#include "models/adam.hpp"
#include "src/base/communicator.hpp"
#include "src/gfn/scoring.hpp"

namespace fragflow {

class BlockGradient {
 public:
  explicit BlockGradient(SharedWork work) : work_(work) {}

  // score_trajectories() block by block; every rank passes the same arguments and gets all scores.
  // Gradients end at log_pf, log_pb and log_flow, where backward() reads them.
  ScoredBatch score(const Environment& environment, Policy& policy,
                    std::span<const Trajectory> trajectories, std::span<const double> log_reward,
                    bool learned_backward);

  // To be called after loss.backward(): fills the gradients of the optimiser's parameters.
  void backward(Adam& optimiser);

 private:
  struct Block {
    ItemRange items;
    ScoredBatch scored;  // with its autograd graph
  };

  std::string own_scores() const;
  void assemble(const std::vector<std::string>& texts);
  void differentiate(const Block& block);
  void sum_in_order(std::vector<float> own, Adam& optimiser);

  SharedWork work_;
  std::vector<Block> own_;
  ScoredBatch whole_;
};

}  // namespace fragflow
