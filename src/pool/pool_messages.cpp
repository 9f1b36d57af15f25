#include "src/pool/pool_messages.hpp"

#include <limits>

#include "src/base/check.hpp"

namespace fragflow {

nlohmann::json json_of(const std::vector<PoolRow>& rows) {
  nlohmann::json json = nlohmann::json::array();
  for (const PoolRow& row : rows) {
    nlohmann::json one = {{"smiles", row.smiles}};
    if (row.failure.empty()) {
      one["values"] = row.values;
    } else {
      one["failure"] = row.failure;
    }
    json.push_back(std::move(one));
  }
  return json;
}

std::vector<PoolRow> parse_rows(const nlohmann::json& json) {
  if (!json.is_array()) user_error("rows are no list");
  std::vector<PoolRow> rows;
  try {
    for (const nlohmann::json& one : json) {
      PoolRow& row = rows.emplace_back();
      row.smiles = one.at("smiles").get<std::string>();
      row.failure = one.value("failure", "");
      if (!one.contains("values")) continue;
      for (const auto& [name, value] : one.at("values").items()) {
        row.values[name] =
            value.is_null() ? std::numeric_limits<double>::quiet_NaN() : value.get<double>();
      }
    }
  } catch (const nlohmann::json::exception& error) {
    user_error("what should be a row is none: {}", error.what());
  }
  return rows;
}

}  // namespace fragflow
