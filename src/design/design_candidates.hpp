// Converts the shortlist of a design for its report.
#pragma once

#include <string>
#include <vector>

#include "src/design/shortlist.hpp"
#include "src/report/candidates.hpp"

namespace fragflow {

// names: display names of the shortlist's targets; {""} for the only one of a design without an
// objective.
CandidateList candidates_of(const Shortlist& list, const std::vector<KnownActivity>& known,
                            const std::vector<std::string>& names);

}  // namespace fragflow
