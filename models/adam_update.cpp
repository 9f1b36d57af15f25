#include "models/adam_update.hpp"

#include <cmath>

#include "src/base/vector_clones.hpp"

namespace fragflow {

FRAGFLOW_VECTOR_CLONES
double sum_of_squares(const float* values, std::int64_t count) {
  // Several sums, since a single one would serialise the additions.
  constexpr std::int64_t kSums = 32;
  double sums[kSums] = {};
  std::int64_t i = 0;
  for (; i + kSums <= count; i += kSums) {
    for (std::int64_t k = 0; k < kSums; ++k) {
      sums[k] += static_cast<double>(values[i + k]) * values[i + k];
    }
  }
  for (; i < count; ++i) sums[0] += static_cast<double>(values[i]) * values[i];
  double sum = 0;
  for (const double part : sums) sum += part;
  return sum;
}

FRAGFLOW_VECTOR_CLONES
void adam_update(const float* gradient, float* first, float* second, float* value,
                 std::int64_t count, const AdamFactors& factors) {
  const AdamFactors f = factors;  // a local copy, which the stores of the loop cannot alias
#pragma omp simd
  for (std::int64_t i = 0; i < count; ++i) {
    const float g = gradient[i] * f.gradient_scale;
    first[i] = f.beta1 * first[i] + (1.0f - f.beta1) * g;
    second[i] = f.beta2 * second[i] + (1.0f - f.beta2) * g * g;
    value[i] -= f.step_size * first[i] / (std::sqrt(second[i]) * f.root_correction + f.epsilon);
  }
}

}  // namespace fragflow
