// The report section with poses, drawn by assets/poses.js.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>

#include "src/report/report.hpp"

namespace fragflow {

// "" if there are none.
std::string render_poses(const ReportData& data);

// {"sets": [{"component", "poses": [{"rank", "smiles", "value", "record"}], "residues": [name],
// "atoms": [[element, x, y, z, residue]], "bonds": [[atom, atom]]}]}, in angstrom.
nlohmann::json poses_json(const ReportData& data);

}  // namespace fragflow
