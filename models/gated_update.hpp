// The element-wise part of a gated recurrent unit (Cho et al., EMNLP 2014) in one sweep.
#pragma once

#include <cstdint>

namespace fragflow {

// Rows before the bias.
struct GateRows {
  const float* values;
  std::int64_t stride;  // floats from one row to the next
  const float* bias;    // of a row
};

// What the input and the state before give for reset and update, already added up, and for the
// candidate, each by itself.
struct Gates {
  GateRows reset_and_update;                  // 2 * width columns
  GateRows candidate_input, candidate_state;  // width columns
};

// For every row of `state`, with the biases added
//   r = sigmoid(reset)                                   z = sigmoid(update)
//   n = tanh(candidate_input + r * candidate_state)      state = n + z * (state - n)
// state: [rows, width], contiguous, replaced. Exact to about 1e-6.
void gated_update(const Gates& gates, float* state, std::int64_t rows, std::int64_t width);

}  // namespace fragflow
