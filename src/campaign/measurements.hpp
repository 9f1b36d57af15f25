// The measurements of a campaign, one after the other as they came, and what is known from them.
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
  // p-units where the first table was read as such.
  std::string relation = "=";
  double value = 0;
  std::string id;                  // of the proposal that was measured; "": it was none
  std::int64_t added = 0;          // 0: from the first table; else by the `add` of this number
  std::string file, digest, rows;  // where it comes from: name, digest, 1-based data rows
  bool replaces = false;           // what came before of this compound does not count
};

// "3 5": 1-based data rows.
std::string rows_text(const std::vector<std::int64_t>& rows);

std::string measurements_header();
std::string measurement_row(const Measurement& measurement);
// The text of the file; source names it in messages. Throws UserError for what is no such file.
std::vector<Measurement> parse_measurements(std::string_view text, const std::string& source);

// One row for each measurement and bound of a table that has been read, of the file with a digest.
std::vector<Measurement> measurements_of(const ActivityTable& table, const std::string& file,
                                         const std::string& digest);

// What is known: compounds with a measurement (median, lowest, highest) and those that have a bound
// alone, each side the tightest; in the order in which they first came. `rows` are 1-based rows of
// the measurements. Scaffolds, columns and what else reading finds are empty.
ActivityTable known_activities(std::span<const Measurement> measurements);

}  // namespace fragflow
