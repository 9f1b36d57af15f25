// Minimisation of smooth functions of a few variables.
#pragma once

#include <functional>
#include <vector>

namespace fragflow {

struct MinimiseOptions {
  double lower = -1e30, upper = 1e30;  // bounds of every variable
  double value_tolerance = 1e-6;       // stop when a step improves by less
  int max_iterations = 60;
};

struct Minimum {
  std::vector<double> point;
  double value = 0;
  int evaluations = 0;
};

// BFGS with backtracking (Nocedal and Wright, Numerical Optimization, 2006, chapter 6); steps are
// clipped to the box. function(x, gradient) returns the value and fills the gradient. Finds a local
// minimum; dense, meant for up to about 20 variables.
Minimum minimise(
    const std::function<double(const std::vector<double>&, std::vector<double>&)>& function,
    std::vector<double> start, const MinimiseOptions& options);

}  // namespace fragflow
