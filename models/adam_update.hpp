// The loops of Adam over all parameters.
#pragma once

#include <cstdint>

namespace fragflow {

// Accumulated as double in a fixed order.
double sum_of_squares(const float* values, std::int64_t count);

struct AdamFactors {
  float beta1, beta2, epsilon, gradient_scale;
  float step_size, root_correction;  // include Adam's bias corrections
};

// One step of Adam (Kingma & Ba, ICLR 2015), updating moments and values in place.
void adam_update(const float* gradient, float* first, float* second, float* value,
                 std::int64_t count, const AdamFactors& factors);

}  // namespace fragflow
