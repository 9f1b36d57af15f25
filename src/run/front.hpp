// Samples along the Pareto front: at shares on a grid of the simplex, for runs with preferences.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "src/run/samples.hpp"

namespace fragflow {

// All vectors of `parts` shares that are multiples of 1 / divisions and sum to 1, in lexicographic
// order.
std::vector<std::vector<double>> simplex_grid(std::size_t parts, int divisions);

// request.count objects at each point of the grid; `learner` provides the weights, its own shares
// are ignored. Stops early on request. Throws UserError for a run without preferences.
std::vector<Sample> draw_front(const Experiment& experiment, const Learner& learner, int divisions,
                               const SampleRequest& request, SampleTotals& totals);

// Written at the end of a run: [condition] front and front_samples; nothing without preferences or
// if stopped.
void write_front(const std::filesystem::path& path, const Experiment& experiment,
                 const Learner& learner, StopToken stop = {});

// Hypervolume between the origin and the scores (after transforms) of the preference components,
// over samples with a score above 0 (not rejected by a filter).
double front_hypervolume(const Experiment& experiment, const std::vector<Sample>& samples);

}  // namespace fragflow
