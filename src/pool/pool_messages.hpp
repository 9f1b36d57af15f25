// JSON format of rows: {"smiles": "CCO", "values": {"affinity": -7.5}} or {"smiles": ...,
// "failure": "why it has none"}.
#pragma once

#include <nlohmann/json.hpp>
#include <vector>

#include "src/pool/pool_row.hpp"

namespace fragflow {

nlohmann::json json_of(const std::vector<PoolRow>& rows);
// null becomes NaN. Throws UserError for malformed rows.
std::vector<PoolRow> parse_rows(const nlohmann::json& json);

}  // namespace fragflow
