// The element-wise part of a gated recurrent unit (Cho et al., EMNLP 2014) in one sweep.
#pragma once

#include <cstdint>

namespace fragflow {

// For every row of `state`: with the rows' gates (reset r, update z, candidate n, in this order,
// `width` columns each; biases included)
//   r = sigmoid(input_r + hidden_r)        z = sigmoid(input_z + hidden_z)
//   n = tanh(input_n + r * hidden_n)       state = n + z * (state - n)
// input: [rows, 3 * width], contiguous. hidden: rows of 3 * width that begin hidden_stride floats
// apart. state: [rows, width], replaced. Exponentials are exact to about 1e-7.
void gated_update(const float* input, const float* hidden, std::int64_t hidden_stride, float* state,
                  std::int64_t rows, std::int64_t width);

}  // namespace fragflow
