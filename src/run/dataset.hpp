// The table of objects that an offline run learns from.
#pragma once

#include <vector>

#include "src/gfn/dataset_source.hpp"
#include "src/run/experiment.hpp"

namespace fragflow {

// The distinct objects described by [dataset], in order of first appearance (the first of several
// rows of one object counts). Rows that are not objects of this environment are counted in a
// warning. Throws UserError for a missing file or column, or if no object is left.
std::vector<DatasetObject> load_dataset(const Experiment& experiment);

// The same for exploration.replay.file, with computed rewards; empty, with a warning, if no row is
// an object, and empty if no file is named.
std::vector<DatasetObject> load_known_objects(const Experiment& experiment);

}  // namespace fragflow
