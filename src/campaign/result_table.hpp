// Reads a table of results for a campaign: which compound each row refers to, and how its value
// compares with what is known.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "src/campaign/campaign_settings.hpp"
#include "src/campaign/measurements.hpp"
#include "src/campaign/proposals.hpp"

namespace fragflow {

// The context in which results are read.
struct ResultQuestion {
  ResultSettings settings;
  std::vector<Proposal> proposals;
  std::vector<Measurement> measurements;
  std::string target;  // the activity column of the first table
  // From the first table: the specified unit ("auto": detected), whether it was read as p-units,
  // the unit as read, and from which difference on values of one compound conflict.
  std::string units = "auto", unit;
  bool in_potency = true;
  double spread = 1;
};

// A decision made while reading, as readable text.
struct ResultRemark {
  // rejected: an unreadable row; identity: an id and a structure that name two compounds; repeat:
  // several values of one compound; left out: nothing new; not proposed
  std::string kind;
  std::int64_t row = 0;  // 1-based data row of the file
  std::size_t line = 0;  // 1-based
  std::string text;
};

struct ResultTable {
  std::vector<Measurement> measurements;  // new ones, in the order of the file
  std::vector<ResultRemark> remarks;      // in the order of the rows
  std::int64_t rows = 0, blank = 0;       // of the file; rows without a value
};

// Reads any table (src/chem/table_reader.hpp). A row refers to the proposal
// with its id, otherwise to its standardised structure. Similar values of one
// compound are replaced by their median; values that are already known are
// dropped. Throws UserError for an unreadable table, for values in another unit
// than the campaign's, and, all in one message, for rows that contradict a
// proposal, unknown ids, or values far apart, unless the settings resolve them.
ResultTable read_results(const std::filesystem::path& path, const ResultQuestion& question);

}  // namespace fragflow
