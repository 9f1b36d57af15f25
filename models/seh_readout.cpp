#include "models/seh_readout.hpp"

#include <algorithm>

#include "models/seh_loops.hpp"

namespace fragflow {
namespace {

PackedMatrix<float> gate_matrix(const std::array<torch::Tensor, 4>& lstm) {
  torch::Tensor input = lstm[0].clone();
  input.narrow(1, 0, SehReadout::kWidth).add_(lstm[1]);
  return PackedMatrix<float>(
      row_major(input.data_ptr<float>(), input.size(0), input.size(1)).transposed());
}

}  // namespace

SehReadout::SehReadout(const Weights& weights)
    : gate_matrix_(gate_matrix(weights.lstm)),
      gate_bias_(weights.lstm[2] + weights.lstm[3]),
      output_(weights.output.contiguous()),
      output_bias_(weights.output_bias.item<float>()) {}

void SehReadout::run(const AtomGraph& molecules, const float* atoms, double* scores) const {
  const std::int64_t count = molecules.num_molecules();
  // Rows of `state`: the hidden state, then the attention readout.
  std::vector<float> state(count * 2 * kWidth), cell(count * kWidth), gates(count * 4 * kWidth);
  std::vector<float> shares(molecules.num_atoms());
  for (int step = 0; step < kSteps; ++step) {
    multiply_and_shift(row_major(state.data(), count, 2 * kWidth), gate_matrix_,
                       gate_bias_.data_ptr<float>(), gates.data(), 4 * kWidth);
    lstm_update(gates.data(), count, kWidth, cell.data(), state.data(), 2 * kWidth);
    for (std::int64_t m = 0; m < count; ++m) {
      const std::int64_t first = molecules.molecule_offset[m];
      float* const hidden = state.data() + m * 2 * kWidth;
      attend(atoms + first * kWidth, molecules.molecule_offset[m + 1] - first, kWidth, hidden,
             shares.data(), hidden + kWidth);
    }
  }
  const float* weight = output_.data_ptr<float>();
  for (std::int64_t m = 0; m < count; ++m) {
    float sum = output_bias_;
    for (std::int64_t k = 0; k < 2 * kWidth; ++k) sum += weight[k] * state[m * 2 * kWidth + k];
    scores[m] = sum;
  }
}

}  // namespace fragflow
