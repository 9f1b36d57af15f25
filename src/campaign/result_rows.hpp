// The rows of a table of results with the compound that each is about.
#pragma once

#include <cstddef>
#include <filesystem>
#include <string>
#include <vector>

#include "src/base/csv.hpp"
#include "src/campaign/result_table.hpp"
#include "src/chem/activity_table.hpp"

namespace fragflow {

struct ResultRows {
  // The file's table, with a column more that holds the structure to go by.
  CsvTable cells;
  ActivityOptions options;         // how its activities are to be read
  std::vector<std::size_t> lines;  // of the file, for each row
  std::vector<ResultRemark> remarks;
  std::vector<std::string> conflicts;  // rows where it is not clear what counts, for people
};

// Throws UserError if the file cannot be read or names no compounds.
ResultRows read_result_rows(const std::filesystem::path& path, const ResultQuestion& question);

}  // namespace fragflow
