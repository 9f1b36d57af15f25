// The rows of a table of results, each with the compound it refers to.
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
  // The file's table, with an additional column for the structure to use.
  CsvTable cells;
  ActivityOptions options;         // options for reading its activities
  std::vector<std::size_t> lines;  // of the file, for each row
  std::vector<ResultRemark> remarks;
  std::vector<std::string> conflicts;  // readable: rows with ambiguous identity
};

// Throws UserError if the file cannot be read or names no compounds.
ResultRows read_result_rows(const std::filesystem::path& path, const ResultQuestion& question);

}  // namespace fragflow
