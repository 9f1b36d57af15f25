// The last stage of a design: the shortlist, the report and the summary.
#pragma once

#include "src/app/design_settings.hpp"
#include "src/app/design_stages.hpp"
#include "src/app/stage_runner.hpp"

namespace fragflow {

// Of a design with one activity column and no objective. Writes shortlist.csv, shortlist.sdf,
// report.html and summary.txt.
Json make_list(const DesignSettings& settings, const DesignPaths& paths, const StageRunner& runner);

// The same of a design with an objective (src/app/design_targets.hpp).
Json make_objective_list(const DesignSettings& settings, const DesignPaths& paths,
                         const StageRunner& runner);

}  // namespace fragflow
