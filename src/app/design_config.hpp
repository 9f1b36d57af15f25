// The training configuration that `fragflow design` derives from a table.
#pragma once

#include <span>
#include <string>

#include "src/app/design_settings.hpp"

namespace fragflow {

// Where the score of the predicted activity begins and ends: the 10th and the 95th percentile of
// the measured values (as learned: higher is better). A prediction in the middle scores 0.5; beyond
// the best twentieth of the data nothing more is to be gained, because there the model
// extrapolates.
struct ActivityRange {
  double low = 0, high = 0;
};
// At least one value. A range of less than 0.5 (of p-units; a tenth of the larger end otherwise) is
// widened to that about its middle, so that noise is not amplified.
ActivityRange activity_range(std::span<const double> values, bool in_potency);

// Commented TOML; names of files are those beside it. check: a second proxy is there.
// max_fragments: of a molecule.
std::string design_config_text(const DesignSettings& settings, const ActivityRange& range,
                               bool check, int max_fragments);

}  // namespace fragflow
