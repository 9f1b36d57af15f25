// Whether Markov chains have forgotten where they started, and how many independent draws they are
// worth (Gelman et al., Bayesian Data Analysis, 3rd edition, section 11.4 and 11.5).
#pragma once

#include <span>
#include <vector>

namespace fragflow {

// chains: values of one quantity, the same number of at least 4 for each of at least 2 chains.

// Potential scale reduction of the halves of all chains: near 1 if they agree; below 1.05 is usual.
// 1 if all values are equal.
double split_r_hat(std::span<const std::vector<double>> chains);

// Effective number of independent draws among all values: at most their number.
double effective_size(std::span<const std::vector<double>> chains);

}  // namespace fragflow
