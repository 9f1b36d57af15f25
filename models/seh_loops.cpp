#include "models/seh_loops.hpp"

#include <algorithm>

#include "src/base/vector_clones.hpp"

namespace fragflow {

void gather_rows(const float* from, const std::int32_t* rows, std::int64_t count,
                 std::int64_t width, float* to) {
  for (std::int64_t k = 0; k < count; ++k)
    std::copy_n(from + rows[k] * width, width, to + k * width);
}

FRAGFLOW_VECTOR_CLONES
void mean_messages(const float* own, std::int64_t own_stride, const float* bias,
                   const float* products, const std::int32_t* bond_offset, const std::int32_t* row,
                   std::int64_t num_atoms, std::int64_t width, float slope, float* messages) {
  for (std::int64_t i = 0; i < num_atoms; ++i) {
    float* __restrict sum = messages + i * width;
    const std::int32_t first = bond_offset[i], last = bond_offset[i + 1];
    std::copy_n(products + row[first] * width, width, sum);
    for (std::int32_t bond = first + 1; bond < last; ++bond) {
      const float* product = products + row[bond] * width;
#pragma omp simd
      for (std::int64_t k = 0; k < width; ++k) sum[k] += product[k];
    }
    const float scale = 1.0f / static_cast<float>(last - first);
    const float* mine = own + i * own_stride;
#pragma omp simd
    for (std::int64_t k = 0; k < width; ++k) {
      const float value = mine[k] + bias[k] + scale * sum[k];
      sum[k] = value > 0 ? value : slope * value;
    }
  }
}

}  // namespace fragflow
