// The tail of the standard normal distribution, accurate far from 0.
#pragma once

namespace fragflow {

// log Phi(z), the log-probability that a standard normal variable is below z.
double log_normal_cdf(double z);

// phi(z) / Phi(z): density over probability (the inverse Mills ratio of -z). About -z far below 0,
// and 0 far above.
double normal_hazard(double z);

}  // namespace fragflow
