// The table of objects that an offline run learns from.
#pragma once

#include <vector>

#include "src/gfn/dataset_source.hpp"
#include "src/run/experiment.hpp"

namespace fragflow {

// The objects that [dataset] describes, distinct and in order of first appearance (of several rows
// of one object the first counts). Rows that are no object of this environment are counted in a
// warning. Throws UserError for a missing file or column, or if no object is left.
std::vector<DatasetObject> load_dataset(const Experiment& experiment);

// The same of exploration.replay.file, with computed rewards; empty if none is named or no row is
// an object (a warning says so).
std::vector<DatasetObject> load_known_objects(const Experiment& experiment);

}  // namespace fragflow
