#include "src/campaign/proposals.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "src/base/check.hpp"
#include "src/base/csv.hpp"
#include "src/base/text.hpp"

namespace fragflow {
namespace {

const std::vector<std::string> kProposalColumns = {"id",
                                                   "round",
                                                   "smiles",
                                                   "name",
                                                   "source",
                                                   "predicted",
                                                   "deviation",
                                                   "strategy",
                                                   "acquisition",
                                                   "nearest_smiles",
                                                   "nearest_name",
                                                   "nearest_activity",
                                                   "nearest_similarity",
                                                   "score"};

// Enough digits for readers, and sufficient for the program.
std::string rounded(double value) { return std::isnan(value) ? "" : fmt::format("{:.5g}", value); }

std::vector<std::string> cells_of(const Proposal& p) {
  return {p.id,
          std::to_string(p.round),
          p.smiles,
          p.name,
          p.source,
          rounded(p.predicted),
          rounded(p.deviation),
          p.strategy,
          rounded(p.acquisition),
          p.nearest_smiles,
          p.nearest_name,
          rounded(p.nearest_activity),
          rounded(p.nearest_similarity),
          rounded(p.score)};
}

}  // namespace

std::string proposal_id(std::int64_t round, std::size_t place) {
  return fmt::format("R{}-{:02}", round, place);
}

bool looks_like_proposal_id(std::string_view text) {
  const auto is_number = [](std::string_view part) {
    return !part.empty() &&
           std::all_of(part.begin(), part.end(), [](char c) { return c >= '0' && c <= '9'; });
  };
  const std::size_t dash = text.find('-');
  return text.starts_with("R") && dash != text.npos && is_number(text.substr(1, dash - 1)) &&
         is_number(text.substr(dash + 1));
}

std::string proposals_header() { return csv_row(kProposalColumns); }

std::string proposal_row(const Proposal& proposal) { return csv_row(cells_of(proposal)); }

std::vector<Proposal> parse_proposals(std::string_view text, const std::string& source) {
  const CsvTable table = parse_csv(text, source, ',');
  if (table.header != kProposalColumns) {
    user_error("{} is damaged: its columns are not {}", source, join(kProposalColumns));
  }
  std::vector<Proposal> proposals;
  for (std::size_t i = 0; i < table.rows.size(); ++i) {
    const std::vector<std::string>& row = table.rows[i];
    const auto number = [&](std::size_t column) {
      return row[column].empty() ? std::optional(std::numeric_limits<double>::quiet_NaN())
                                 : parse_double(row[column]);
    };
    const auto round = number(1), predicted = number(5), deviation = number(6),
               acquisition = number(8), activity = number(11), similarity = number(12),
               score = number(13);
    if (!round || !predicted || !deviation || !acquisition || !activity || !similarity || !score) {
      user_error("{} is damaged: line {} is no proposal", source, table.line_numbers[i]);
    }
    proposals.push_back({row[0], static_cast<std::int64_t>(*round), row[2], row[3], row[4],
                         *predicted, *deviation, row[7], *acquisition, row[9], row[10], *activity,
                         *similarity, *score});
  }
  return proposals;
}

std::string plate_csv(const std::vector<Proposal>& proposals, const std::string& target) {
  std::vector<std::string> header = kProposalColumns;
  const bool taken = std::find(header.begin(), header.end(), target) != header.end();
  header.push_back(taken ? target + "_measured" : target);
  std::string text = csv_row(header);
  for (const Proposal& proposal : proposals) {
    std::vector<std::string> cells = cells_of(proposal);
    cells.emplace_back();
    text += csv_row(cells);
  }
  return text;
}

}  // namespace fragflow
