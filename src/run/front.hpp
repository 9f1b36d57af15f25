// Samples along the front: at shares on a grid of the simplex, of a run that learned preferences.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "src/run/samples.hpp"

namespace fragflow {

// All vectors of `parts` shares that are multiples of 1 / divisions and sum to 1, in lexicographic
// order.
std::vector<std::vector<double>> simplex_grid(std::size_t parts, int divisions);

// request.count objects at each point of the grid; `learner` has the weights, its own shares do not
// matter. Stops early when asked to. Throws UserError for a run without preferences.
std::vector<Sample> draw_front(const Experiment& experiment, const Learner& learner, int divisions,
                               const SampleRequest& request, SampleTotals& totals);

// What a run leaves: [condition] front and front_samples; nothing without preferences
// or when asked to stop.
void write_front(const std::filesystem::path& path, const Experiment& experiment,
                 const Learner& learner, StopToken stop = {});

// Volume between the origin and the scores (after their transforms) of the components that
// preferences are over, of the samples with a score above 0 (which no filter refused).
double front_hypervolume(const Experiment& experiment, const std::vector<Sample>& samples);

}  // namespace fragflow
