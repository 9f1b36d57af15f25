#include "src/campaign/measurements.hpp"

#include <algorithm>
#include <unordered_map>

#include "src/base/check.hpp"
#include "src/base/csv.hpp"
#include "src/base/statistics.hpp"
#include "src/base/text.hpp"

namespace fragflow {
namespace {

const std::vector<std::string> kMeasurementColumns = {
    "smiles", "name", "relation", "activity", "id", "added", "file", "digest", "rows", "replaces"};

// The measurements of one compound that are not replaced.
struct Counted {
  std::string name;
  std::vector<double> values;
  std::vector<std::int64_t> rows, above_rows, below_rows;
  std::vector<double> above, below;  // limits
};

ActivityTable::Bound bound_of(const std::string& smiles, const Counted& counted, bool above) {
  const std::vector<double>& limits = above ? counted.above : counted.below;
  ActivityTable::Bound bound;
  bound.smiles = smiles;
  bound.name = counted.name;
  bound.limit = above ? *std::max_element(limits.begin(), limits.end())
                      : *std::min_element(limits.begin(), limits.end());
  bound.above = above;
  bound.rows = above ? counted.above_rows : counted.below_rows;
  return bound;
}

void count_in(const Measurement& measurement, std::int64_t row, Counted& counted) {
  if (measurement.replaces) {
    Counted fresh;
    fresh.name = counted.name;
    counted = std::move(fresh);
  }
  if (counted.name.empty()) counted.name = measurement.name;
  if (measurement.relation == "=") {
    counted.values.push_back(measurement.value);
    counted.rows.push_back(row);
  } else if (measurement.relation == ">") {
    counted.above.push_back(measurement.value);
    counted.above_rows.push_back(row);
  } else {
    counted.below.push_back(measurement.value);
    counted.below_rows.push_back(row);
  }
}

}  // namespace

std::string rows_text(const std::vector<std::int64_t>& rows) {
  std::vector<std::string> texts;
  for (const std::int64_t row : rows) texts.push_back(std::to_string(row));
  return join(texts, " ");
}

std::string measurements_header() { return csv_row(kMeasurementColumns); }

std::string measurement_row(const Measurement& m) {
  return csv_row({m.smiles, m.name, m.relation, csv_number(m.value), m.id, std::to_string(m.added),
                  m.file, m.digest, m.rows, m.replaces ? "1" : ""});
}

std::vector<Measurement> parse_measurements(std::string_view text, const std::string& source) {
  const CsvTable table = parse_csv(text, source, ',');
  if (table.header != kMeasurementColumns) {
    user_error("{} is damaged: its columns are not {}", source, join(kMeasurementColumns));
  }
  std::vector<Measurement> measurements;
  for (std::size_t i = 0; i < table.rows.size(); ++i) {
    const std::vector<std::string>& row = table.rows[i];
    const auto value = parse_double(row[3]), added = parse_double(row[5]);
    const bool known_relation = row[2] == "=" || row[2] == ">" || row[2] == "<";
    if (!value || !added || !known_relation) {
      user_error("{} is damaged: line {} is no measurement", source, table.line_numbers[i]);
    }
    measurements.push_back({row[0], row[1], row[2], *value, row[4],
                            static_cast<std::int64_t>(*added), row[6], row[7], row[8],
                            row[9] == "1"});
  }
  return measurements;
}

std::vector<Measurement> measurements_of(const ActivityTable& table, const std::string& file,
                                         const std::string& digest) {
  std::vector<Measurement> measurements;
  const auto add = [&](const std::string& smiles, const std::string& name, std::string relation,
                       double value, const std::vector<std::int64_t>& rows) {
    Measurement measurement;
    measurement.smiles = smiles;
    measurement.name = name;
    measurement.relation = std::move(relation);
    measurement.value = value;
    measurement.file = file;
    measurement.digest = digest;
    measurement.rows = rows_text(rows);
    measurements.push_back(std::move(measurement));
  };
  for (const ActivityTable::Molecule& molecule : table.molecules) {
    add(molecule.smiles, molecule.name, "=", molecule.value, molecule.rows);
  }
  for (const ActivityTable::Bound& bound : table.bounds) {
    add(bound.smiles, bound.name, bound.above ? ">" : "<", bound.limit, bound.rows);
  }
  return measurements;
}

ActivityTable known_activities(std::span<const Measurement> measurements) {
  std::vector<std::string> order;
  std::unordered_map<std::string, Counted> compounds;
  for (std::size_t i = 0; i < measurements.size(); ++i) {
    const auto [place, is_new] = compounds.try_emplace(measurements[i].smiles);
    if (is_new) order.push_back(measurements[i].smiles);
    count_in(measurements[i], static_cast<std::int64_t>(i) + 1, place->second);
  }
  ActivityTable known;
  known.rows = static_cast<std::int64_t>(measurements.size());
  for (const std::string& smiles : order) {
    const Counted& counted = compounds.at(smiles);
    if (counted.values.empty()) {
      if (!counted.above.empty()) known.bounds.push_back(bound_of(smiles, counted, true));
      if (!counted.below.empty()) known.bounds.push_back(bound_of(smiles, counted, false));
      continue;
    }
    ActivityTable::Molecule molecule;
    molecule.smiles = smiles;
    molecule.name = counted.name;
    molecule.value = median(counted.values);
    const auto [lowest, highest] =
        std::minmax_element(counted.values.begin(), counted.values.end());
    molecule.lowest = *lowest;
    molecule.highest = *highest;
    molecule.rows = counted.rows;
    known.molecules.push_back(std::move(molecule));
  }
  return known;
}

}  // namespace fragflow
