// A table of results on its way into a campaign: which compound each row is about, and what its
// value says beside what is known.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "src/campaign/campaign_settings.hpp"
#include "src/campaign/measurements.hpp"
#include "src/campaign/proposals.hpp"

namespace fragflow {

// What results are read against.
struct ResultQuestion {
  ResultSettings settings;
  std::vector<Proposal> proposals;
  std::vector<Measurement> measurements;
  std::string target;  // of the first table: its column of activities
  // Of the first table: what its column was said to be ("auto": found), whether it was read as
  // p-units, the unit as read, and how far apart values of one compound contradict each other.
  std::string units = "auto", unit;
  bool in_potency = true;
  double spread = 1;
};

// Something that was decided on the way, for people.
struct ResultRemark {
  // rejected: a row that could not be read; identity: an id and a structure that name two
  // compounds; repeat: several values of one compound; left out: it says nothing new; not proposed
  std::string kind;
  std::int64_t row = 0;  // 1-based data row of the file
  std::size_t line = 0;  // 1-based
  std::string text;
};

struct ResultTable {
  std::vector<Measurement> measurements;  // new ones, in the order of the file
  std::vector<ResultRemark> remarks;      // in the order of the rows
  std::int64_t rows = 0, blank = 0;       // of the file; without a value
};

// Reads any table (src/chem/table_reader.hpp). A row is about the proposal whose id it has, else
// about its structure, standardised. Values of one compound that are near each other give their
// median; what is known with the same value already is left out. Throws UserError for a table that
// cannot be read, for values in another unit than the campaign's, and, all in one message, for rows
// that contradict a proposal, an id that was never given, or values far apart, unless the settings
// say what counts.
ResultTable read_results(const std::filesystem::path& path, const ResultQuestion& question);

}  // namespace fragflow
