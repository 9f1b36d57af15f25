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

  // A score for each molecule. atoms: [molecules.num_atoms(), 64], contiguous; scores:
  // [molecules.num_molecules()]. On one thread; a score does not depend on the other molecules.
  void run(const AtomGraph& molecules, const float* atoms, double* scores) const;

 private:
  // A step's input is the hidden state and what it has read, so that both weights of the hidden
  // state are one.
  PackedMatrix<float> gate_matrix_;   // [128, 256]
  torch::Tensor gate_bias_, output_;  // [256], [128]
  float output_bias_;
};

}  // namespace fragflow
