// Transforms of raw values to scores.
#pragma once

#include "src/reward/reward_config.hpp"

namespace fragflow {

// With s(t) = 1 / (1 + 10^(-10 k t / (high - low))), as REINVENT defines its sigmoids:
//   none             x
//   sigmoid          s(x - (low + high) / 2)
//   reverse_sigmoid  1 - sigmoid
//   double_sigmoid   s(x - low) - s(x - high)
//   step             1 if low <= x <= high, else 0
//   left_step        1 if x <= low, else 0
//   right_step       1 if x >= low, else 0
//   linear           (x - low) / (high - low), clamped to [0, 1]; low > high falls
//   scale            max(x / divisor, lower), no upper end
// NaN stays NaN. Throws InternalError for "auto": components replace it first.
double transform(const TransformConfig& config, double x);

// Throws UserError, naming `component`, if low and high are invalid for the type.
void check_transform(const TransformConfig& config, const std::string& component);

}  // namespace fragflow
