// What the sEH network's message passing does between its matrix products.
#pragma once

#include <cstdint>

namespace fragflow {

// to[k] = from[rows[k]], rows of `width`.
void gather_rows(const float* from, const std::int32_t* rows, std::int64_t count,
                 std::int64_t width, float* to);

// messages[i] = LeakyReLU(own[i] + bias + mean over the atom's bonds of products[row of the bond]).
// own: rows that begin own_stride floats apart; bond_offset: [num_atoms + 1] into row, at least one
// bond each. messages: [num_atoms, width], contiguous, as the products.
void mean_messages(const float* own, std::int64_t own_stride, const float* bias,
                   const float* products, const std::int32_t* bond_offset, const std::int32_t* row,
                   std::int64_t num_atoms, std::int64_t width, float slope, float* messages);

}  // namespace fragflow
