#include "src/chem/activity_rows.hpp"

#include <algorithm>
#include <utility>

#include "src/base/check.hpp"
#include "src/base/text.hpp"
#include "src/chem/activity_units.hpp"

namespace fragflow {
namespace {

// Number of rows below the header that describe it.
std::size_t read_under_header(const CsvTable& csv, const ActivityColumnPlaces& places,
                              KeptRows& kept) {
  std::vector<std::string> names;
  for (const std::vector<std::string>& row : csv.rows) {
    const std::string& value = row[places.target];
    const bool is_result = row.front().starts_with("RESULT_");
    const bool is_unit = parse_activity_unit(value).kind != ActivityUnit::Kind::kOther;
    if (!trim(row[places.smiles]).empty() || (!is_result && !is_unit)) break;
    if (is_unit) kept.unit_row = value;
    names.push_back(is_result ? row.front() : "the row of units");
  }
  if (!names.empty()) {
    kept.note =
        fmt::format("Left out under the header, as they describe the columns: {}.", join(names));
  }
  return names.size();
}

using Condition = std::pair<std::size_t, std::string>;  // column, value

std::vector<Condition> conditions_of(const CsvTable& csv, const std::vector<std::string>& where,
                                     const std::string& source) {
  std::vector<Condition> wanted;
  for (const std::string& condition : where) {
    const std::size_t equals = condition.find('=');
    if (equals == std::string::npos || equals == 0) {
      user_error("--where {}: expected \"Column=value\"", condition);
    }
    wanted.emplace_back(
        choose_column(csv, std::string(trim(condition.substr(0, equals))), "--where", source),
        trim(condition.substr(equals + 1)));
  }
  return wanted;
}

}  // namespace

KeptRows keep_rows(CsvTable& csv, const ActivityColumnPlaces& places,
                   const std::vector<std::string>& where, const std::string& source) {
  KeptRows kept;
  const std::vector<Condition> wanted = conditions_of(csv, where, source);
  const std::size_t first = read_under_header(csv, places, kept), of_file = csv.rows.size();
  CsvTable left{csv.header, {}, {}, csv.delimiter};
  for (std::size_t i = first; i < of_file; ++i) {
    const bool keep = std::all_of(wanted.begin(), wanted.end(), [&](const Condition& condition) {
      return trim(csv.rows[i][condition.first]) == condition.second;
    });
    if (!keep) {
      ++kept.filtered;
      continue;
    }
    left.rows.push_back(std::move(csv.rows[i]));
    left.line_numbers.push_back(csv.line_numbers[i]);
    if (!csv.certain.empty()) left.certain.push_back(csv.certain[i]);
    kept.numbers.push_back(static_cast<std::int64_t>(i) + 1);
  }
  if (left.rows.empty() && of_file > first) {
    user_error("{}: no row has {}; check the spelling", source, join(where, " and "));
  }
  csv = std::move(left);
  return kept;
}

}  // namespace fragflow
