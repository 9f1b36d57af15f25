// The last stage of a design: the shortlist, the report and the summary.
#pragma once

#include "src/design/design_settings.hpp"
#include "src/design/design_stages.hpp"
#include "src/design/shortlist.hpp"
#include "src/design/shortlist_facts.hpp"
#include "src/design/stage_runner.hpp"

namespace fragflow {

// The request of a finished run's shortlist, without known compounds, targets and settings.
ShortlistRequest shortlist_request(const DesignPaths& paths);

// For a design with one activity column and no objective. Writes shortlist.csv, shortlist.sdf,
// report.html and summary.txt.
ShortlistFacts make_list(const DesignSettings& settings, const DesignPaths& paths,
                         const StageRunner& runner);

// The same for a design with an objective (src/design/design_targets.hpp).
ObjectiveShortlistFacts make_objective_list(const DesignSettings& settings,
                                            const DesignPaths& paths, const StageRunner& runner);

}  // namespace fragflow
