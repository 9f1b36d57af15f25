// The tail of the standard normal distribution, without loss of digits far out.
#pragma once

namespace fragflow {

// log Phi(z), the logarithm of the chance that a standard normal variable is below z.
double log_normal_cdf(double z);

// phi(z) / Phi(z): density over chance (the inverse Mills ratio of -z). About -z far below 0, and 0
// far above.
double normal_hazard(double z);

}  // namespace fragflow
