// The measurements of a campaign in order of arrival, and the activities they imply.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "src/chem/activity_table.hpp"

namespace fragflow {

// A row of measurements.csv.
struct Measurement {
  std::string smiles, name;  // canonical, standardised
  // "=", or ">" or "<": the activity is above or below the value. In the unit of the campaign:
  // p-units if the first table was read as such.
  std::string relation = "=";
  double value = 0;
  std::string id;                  // of the measured proposal; "": none
  std::int64_t added = 0;          // 0: from the first table; otherwise the number of the `add`
  std::string file, digest, rows;  // source: name, digest, 1-based data rows
  bool replaces = false;           // earlier measurements of this compound are ignored
};

// "3 5": 1-based data rows.
std::string rows_text(const std::vector<std::int64_t>& rows);

std::string measurements_header();
std::string measurement_row(const Measurement& measurement);
// Parses the text of the file; source names it in messages. Throws UserError for invalid files.
std::vector<Measurement> parse_measurements(std::string_view text, const std::string& source);

// One row per measurement and bound of a table read from the file with this digest.
std::vector<Measurement> measurements_of(const ActivityTable& table, const std::string& file,
                                         const std::string& digest);

// The known activities: compounds with a measurement (median, lowest, highest), and others with the
// tightest bound on each side; in order of first appearance. `rows` are 1-based rows of the
// measurements. Scaffolds, columns and other results of reading are empty.
ActivityTable known_activities(std::span<const Measurement> measurements);

}  // namespace fragflow
