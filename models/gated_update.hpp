// The element-wise part of a gated recurrent unit (Cho et al., EMNLP 2014) in one sweep.
#pragma once

#include <cstdint>

namespace fragflow {

// Gates of rows before the bias: reset r, update z, candidate n, in this order, `width` columns
// each.
struct GateRows {
  const float* values;
  std::int64_t stride;  // floats from one row to the next
  const float* bias;    // [3 * width]
};

// For every row of `state`, with the biases added to the gates
//   r = sigmoid(input_r + hidden_r)        z = sigmoid(input_z + hidden_z)
//   n = tanh(input_n + r * hidden_n)       state = n + z * (state - n)
// state: [rows, width], contiguous, replaced. Exact to about 1e-6.
void gated_update(const GateRows& input, const GateRows& hidden, float* state, std::int64_t rows,
                  std::int64_t width);

}  // namespace fragflow
