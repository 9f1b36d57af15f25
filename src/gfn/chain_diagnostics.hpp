// Whether Markov chains have forgotten their starting points, and their effective number of
// independent draws (Gelman et al., Bayesian Data Analysis, 3rd edition, section 11.4 and 11.5).
#pragma once

#include <span>
#include <vector>

namespace fragflow {

// chains: values of one quantity; at least 2 chains of equal length, at least 4.

// Potential scale reduction factor of split chains: near 1 if they agree; the usual threshold is
// 1.05. 1 if all values are equal.
double split_r_hat(std::span<const std::vector<double>> chains);

// Effective number of independent draws among all values: at most their number.
double effective_size(std::span<const std::vector<double>> chains);

}  // namespace fragflow
