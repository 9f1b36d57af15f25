#include "src/campaign/round_candidates.hpp"

#include <algorithm>
#include <cmath>
#include <map>

#include "src/base/check.hpp"
#include "src/base/log.hpp"
#include "src/base/parallel.hpp"
#include "src/chem/motifs.hpp"
#include "src/chem/standardise.hpp"
#include "src/design/design_list.hpp"
#include "src/eval/molecule_file.hpp"

namespace fragflow {
namespace {

constexpr std::int64_t kRowsAtOnce = 20'000;
constexpr int kShownRejections = 10;

void sort_by_smiles(std::vector<RoundCandidate>& candidates) {
  std::sort(candidates.begin(), candidates.end(),
            [](const RoundCandidate& a, const RoundCandidate& b) { return a.smiles < b.smiles; });
}

// Counts on the way through a file.
struct Reading {
  std::map<std::string, std::string> names;  // of the distinct molecules, by SMILES
  std::int64_t rows = 0, unreadable = 0, repeated = 0;
};

Reading read_library(const std::string& file, const std::string& smiles_column) {
  Reading reading;
  MoleculeFile input(file, {.smiles = smiles_column, .value = "", .name = "name"});
  for (auto rows = input.next(kRowsAtOnce); !rows.empty(); rows = input.next(kRowsAtOnce)) {
    std::vector<Standardised> results(rows.size());
    parallel_for(static_cast<std::int64_t>(rows.size()),
                 [&](std::int64_t i) { results[i] = standardise(rows[i].smiles); });
    reading.rows += static_cast<std::int64_t>(rows.size());
    for (std::size_t i = 0; i < rows.size(); ++i) {
      if (results[i].ok()) {
        reading.repeated += !reading.names.emplace(results[i].smiles, rows[i].name).second;
      } else if (++reading.unreadable <= kShownRejections) {
        spdlog::warn("{}, row {} (line {}) skipped: '{}': {}", file, rows[i].row, rows[i].line,
                     rows[i].written().substr(0, 80), results[i].reason);
      }
    }
  }
  if (reading.unreadable > kShownRejections) {
    spdlog::warn("{} more rows skipped", reading.unreadable - kShownRejections);
  }
  if (reading.names.empty()) user_error("'{}': no usable molecule", file);
  return reading;
}

}  // namespace

RoundCandidates library_candidates(const std::string& file, const std::string& smiles_column,
                                   const SmilesSet& taken, const std::vector<std::string>& core) {
  const Reading reading = read_library(file, smiles_column);
  RoundCandidates candidates;
  std::int64_t known = 0, without_core = 0;
  std::vector<std::string> smiles;
  for (const auto& [text, name] : reading.names) {
    known += taken.contains(text);
    if (!taken.contains(text)) smiles.push_back(text);
  }
  const std::vector<std::uint8_t> has_core = with_all_patterns(core, smiles);
  for (std::size_t i = 0; i < smiles.size(); ++i) {
    without_core += has_core[i] == 0;
    if (has_core[i] == 0) continue;
    candidates.all.push_back({smiles[i], reading.names.at(smiles[i]), "library", NAN});
  }
  candidates.counts.from = file;
  candidates.counts.rows = reading.rows;
  candidates.counts.unreadable = reading.unreadable;
  candidates.counts.repeated = reading.repeated;
  candidates.counts.known = known;
  candidates.counts.without_core = without_core;
  candidates.counts.candidates = static_cast<std::int64_t>(candidates.all.size());
  return candidates;
}

void keep_best_of_policy(std::vector<ShortlistEntry>& entries) {
  std::sort(entries.begin(), entries.end(), [](const auto& a, const auto& b) {
    return a.score != b.score ? a.score > b.score : a.smiles < b.smiles;
  });
  std::size_t of_training = 0;
  std::erase_if(entries, [&](const ShortlistEntry& entry) {
    return entry.source == "training" && ++of_training > kMostOfTraining;
  });
  entries.resize(std::min(entries.size(), kMostOfPolicy));
}

RoundCandidates policy_candidates(const DesignPaths& paths, const SmilesSet& taken) {
  ShortlistRequest request = shortlist_request(paths);
  request.known_by_bound.assign(taken.begin(), taken.end());
  Shortlist list;
  std::vector<ShortlistEntry> entries = find_candidates(request, list);
  const auto found = static_cast<std::int64_t>(entries.size());
  keep_best_of_policy(entries);
  RoundCandidates candidates;
  for (const ShortlistEntry& entry : entries) {
    candidates.all.push_back({entry.smiles, "", entry.source, entry.score});
  }
  sort_by_smiles(candidates.all);
  candidates.counts.from = "policy";
  candidates.counts.known = list.known;
  candidates.counts.unfit = list.unfit;
  candidates.counts.found = found;
  candidates.counts.candidates = static_cast<std::int64_t>(candidates.all.size());
  return candidates;
}

}  // namespace fragflow
