// Summaries of lists of numbers.
#pragma once

#include <span>
#include <vector>

namespace fragflow {

// NaN for none. Finite values have a finite mean, however large they are.
double mean(std::span<const double> values);

// NaN for none. values need not be sorted.
double median(std::vector<double> values);

// With n - 1 below the sum of squares; NaN for fewer than two values.
double standard_deviation(std::span<const double> values);

// The fraction q in [0, 1] of the sorted values, at least one; linear between neighbours. Finite
// values have finite quantiles, however large they are; NaN has no place in an order.
double quantile(std::span<const double> sorted, double q);

}  // namespace fragflow
