// Summaries of lists of numbers.
#pragma once

#include <span>
#include <vector>

namespace fragflow {

// NaN if there are none. The mean of finite values is finite, however large they are.
double mean(std::span<const double> values);

// NaN if there are none. values need not be sorted.
double median(std::vector<double> values);

// Sample standard deviation (divides by n - 1); NaN for fewer than two values.
double standard_deviation(std::span<const double> values);

// Quantile q in [0, 1] of sorted values, at least one; interpolates linearly. Quantiles of finite
// values are finite, however large they are; values must not be NaN.
double quantile(std::span<const double> sorted, double q);

}  // namespace fragflow
