// The message passing of the sEH network: edge-conditioned messages (Gilmer et al., ICML 2017) and
// gated updates, for inference.
#pragma once

#include "models/torch.hpp"

#include <array>

#include "models/atom_graph.hpp"

namespace fragflow {

class SehMessages {
 public:
  static constexpr std::int64_t kWidth = 64;
  static constexpr int kSteps = 12;
  static constexpr float kSlope = 0.01f;  // of every LeakyReLU of the network
  // The bond classes, and the loop that a molecule of one atom has in place of a bond.
  static constexpr int kNumMessageClasses = kNumBondClasses + 1;

  struct Weights {
    torch::Tensor root;      // [64, 64], an atom's own state is multiplied with its transpose
    torch::Tensor bias;      // [64]
    torch::Tensor matrices;  // [kNumMessageClasses, 64, 64]
    std::array<torch::Tensor, 4> update;  // weight_ih, weight_hh [192, 64], bias_ih, bias_hh [192]
  };

  explicit SehMessages(const Weights& weights);

  // Replaces states [batch.num_atoms(), 64], contiguous, by those after kSteps steps
  //   m_i = LeakyReLU(root h_i + mean over bonds (j, i) of h_j W_class + bias),  h_i = GRU(m_i,
  //   h_i).
  // Parallel over groups of molecules, which do not depend on the number of threads.
  void run(const AtomGraph& batch, torch::Tensor& states) const;

 private:
  void run_group(const AtomGraph& batch, int first_atom, torch::Tensor states) const;

  // What every atom's state is multiplied with, side by side: root, the hidden gates of the update.
  torch::Tensor own_matrix_, own_bias_;  // [64, 256], [256]
  torch::Tensor matrices_;
  torch::Tensor gate_matrix_, gate_bias_;  // [64, 192], [192]
};

}  // namespace fragflow
