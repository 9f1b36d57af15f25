// The gradient of a batch whose blocks are scored and differentiated apart, on any number of
// processes, and summed in the order of the blocks: the same bits whoever does which block.
//
// What an objective needs of a block, log P_F, log P_B and log F of its transitions, are a few
// numbers. So every process learns those of all blocks, computes the loss of the whole batch by
// itself, whatever the objective, and sends back through the network only the gradients of its own
// blocks. The gradients of the weights are exchanged by slices: each process sums one slice over
// all blocks, and all get the sums (a reduce-scatter and an all-gather; Thakur et al. 2005).
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

  // score_trajectories() block by block; every rank gives the same arguments and gets the scores of
  // the whole batch. Gradients end at log_pf, log_pb and log_flow, whose own backward() needs.
  ScoredBatch score(const Environment& environment, Policy& policy,
                    std::span<const Trajectory> trajectories, std::span<const double> log_reward,
                    bool learned_backward);

  // After the loss went backward to the scores: gives the optimiser's parameters their gradients.
  void backward(Adam& optimiser);

 private:
  struct Block {
    ItemRange items;
    ScoredBatch scored;  // with the network behind it
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
