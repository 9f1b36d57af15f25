// The operations of the sEH network between its matrix products.
#pragma once

#include <cstdint>

namespace fragflow {

// to[k] = from[rows[k]], for rows of `width` numbers.
void gather_rows(const float* from, const std::int32_t* rows, std::int64_t count,
                 std::int64_t width, float* to);

// messages[i] = LeakyReLU(own[i] + bias + mean over the atom's bonds of products[row of the bond]).
// own: rows own_stride floats apart; bond_offset: [num_atoms + 1] into row, at least one bond per
// atom. products: contiguous; rows of messages are message_stride floats apart.
void mean_messages(const float* own, std::int64_t own_stride, const float* bias,
                   const float* products, const std::int32_t* bond_offset, const std::int32_t* row,
                   std::int64_t num_atoms, std::int64_t width, float slope, float* messages,
                   std::int64_t message_stride);

// states[i] = LeakyReLU(bias + factor[i] * weights[factor_column] + sum of weights[column] over the
// atom's columns). weights: a row of `width` for each feature; offset: [num_atoms + 1] into column.
void feature_layer(const std::int32_t* offset, const std::int32_t* column, const float* factor,
                   int factor_column, const float* weights, const float* bias,
                   std::int64_t num_atoms, std::int64_t width, float slope, float* states);

// The element-wise part of an LSTM cell (Hochreiter & Schmidhuber, 1997): from gates of rows i, f,
// g, o, `width` columns each,
//   cell = sigmoid(f) * cell + sigmoid(i) * tanh(g)        hidden = sigmoid(o) * tanh(cell)
// gates: [rows, 4 * width]; cell: [rows, width], updated in place; rows of hidden are hidden_stride
// apart.
void lstm_update(const float* gates, std::int64_t rows, std::int64_t width, float* cell,
                 float* hidden, std::int64_t hidden_stride);

// sum = sum of the rows, weighted by softmax(row . query). rows: [count, width], count > 0;
// weights: scratch memory for count numbers.
void attend(const float* rows, std::int64_t count, std::int64_t width, const float* query,
            float* weights, float* sum);

}  // namespace fragflow
