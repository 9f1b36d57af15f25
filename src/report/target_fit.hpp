// How well a run's policy follows R / Z, for the report: from the output of `fragflow evaluate
// --run --target-draws` in the run folder.
#pragma once

#include <filesystem>
#include <nlohmann/json_fwd.hpp>

#include "src/report/report.hpp"

namespace fragflow {

// json: fidelity.json (src/run/fidelity_run.hpp), at `path`. Throws UserError if it is damaged.
TargetFit read_target_fit(const nlohmann::json& json, const std::filesystem::path& path);

// The section of the page; "" without one.
std::string render_target_fit(const ReportData& data);

}  // namespace fragflow
