// The element-wise part of a gated recurrent unit (Cho et al., EMNLP 2014) in one sweep.
#pragma once

#include <cstdint>

namespace fragflow {

// Rows of a linear layer's output, before the bias.
struct GateRows {
  const float* values;
  std::int64_t stride;  // floats from one row to the next
  const float* bias;    // added to each row
};

// Pre-activations from the input and from the previous state: already added up for reset and
// update, separate for the candidate.
struct Gates {
  GateRows reset_and_update;                  // 2 * width columns
  GateRows candidate_input, candidate_state;  // width columns
};

// For every row of `state`, with the biases added
//   r = sigmoid(reset)                                   z = sigmoid(update)
//   n = tanh(candidate_input + r * candidate_state)      state = n + z * (state - n)
// state: [rows, width], contiguous, updated in place. Exact to about 1e-6.
void gated_update(const Gates& gates, float* state, std::int64_t rows, std::int64_t width);

}  // namespace fragflow
