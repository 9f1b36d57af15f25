// The readout of the sEH network: set2set (Vinyals et al., ICLR 2016), for inference.
#pragma once

#include "models/torch.hpp"

#include <array>
#include <vector>

#include "models/atom_graph.hpp"
#include "models/matrix_product.hpp"

namespace fragflow {

class SehReadout {
 public:
  static constexpr std::int64_t kWidth = 64;
  static constexpr int kSteps = 3;

  struct Weights {
    std::array<torch::Tensor, 4> lstm;  // weight_ih [256, 128], weight_hh [256, 64], biases [256]
    torch::Tensor output, output_bias;  // [1, 128], [1]
  };

  explicit SehReadout(const Weights& weights);

  // Writes one score per molecule. atoms: [molecules.num_atoms(), 64], contiguous; scores:
  // [molecules.num_molecules()]. Single-threaded; a score does not depend on other molecules.
  void run(const AtomGraph& molecules, const float* atoms, double* scores) const;

 private:
  // The input of a step is the hidden state and the attention readout, so that the two weights of
  // the hidden state are merged into one.
  PackedMatrix<float> gate_matrix_;   // [128, 256]
  torch::Tensor gate_bias_, output_;  // [256], [128]
  float output_bias_;
};

}  // namespace fragflow
