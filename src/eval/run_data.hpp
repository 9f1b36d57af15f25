// The contents of a run folder, read for the report; a run in progress has only some of it.
#pragma once

#include <filesystem>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "src/base/csv.hpp"
#include "src/eval/metrics.hpp"

namespace fragflow {

struct RunData {
  std::filesystem::path folder;
  std::optional<CsvTable> metrics;                     // metrics.csv with at least one row
  std::optional<CsvTable> samples;                     // samples.csv with at least one row
  std::optional<CsvTable> front;                       // front.csv of a run with preferences
  std::string config;                                  // config.toml; "" if absent
  nlohmann::json run = nlohmann::json::object();       // run.json
  nlohmann::json grid = nlohmann::json::object();      // grid.json of a hypergrid run
  nlohmann::json fidelity = nlohmann::json::object();  // fidelity.json
  std::vector<std::string> notes;                      // readable notes on what is missing

  // The text under a key of run.json; "" if it is absent or not text.
  std::string text(const std::string& key) const;
};

// Throws UserError if the folder is missing or holds none of the files, or if one is damaged.
RunData read_run_data(const std::filesystem::path& folder);

// A column as numbers, one per row; NaN for empty or non-numeric cells, or if it is absent.
std::vector<double> numbers_of(const CsvTable& table, const std::string& column);
// The last of them; NaN if there is none.
double last_number_of(const CsvTable& table, const std::string& column);

// The samples as distinct SMILES with their largest score and its row.
struct SampleRows {
  ScoredMolecules molecules;
  std::vector<std::size_t> rows;        // per molecule: row of samples.csv
  std::vector<std::string> components;  // names of the reward's components, in file order
};
// Throws UserError if samples.csv has no column smiles or score.
SampleRows distinct_samples(const CsvTable& samples);

// Compounds with known activity: those the proxy was trained on.
struct KnownCompounds {
  std::vector<std::string> smiles;  // canonical, distinct
  std::vector<std::string> names;   // "": unknown
};
// Standardised by standardise(). smiles_column "": detected by name.
KnownCompounds read_known_compounds(const std::filesystem::path& path,
                                    const std::string& smiles_column);

}  // namespace fragflow
