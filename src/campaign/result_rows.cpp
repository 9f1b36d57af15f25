#include "src/campaign/result_rows.hpp"

#include <algorithm>
#include <optional>
#include <unordered_map>

#include "src/base/check.hpp"
#include "src/base/parallel.hpp"
#include "src/base/text.hpp"
#include "src/chem/activity_columns.hpp"
#include "src/chem/standardise.hpp"
#include "src/chem/structure_text.hpp"
#include "src/chem/table_reader.hpp"

namespace fragflow {
namespace {

constexpr const char* kStructure = "structure (campaign)";

using Ids = std::unordered_map<std::string, const Proposal*>;

// The column with most cells that are proposal ids, otherwise with most that could be.
std::optional<std::size_t> find_id_column(const CsvTable& cells, const Ids& ids) {
  std::optional<std::size_t> found;
  std::pair<std::size_t, std::size_t> most{0, 0};  // ids; texts that look like ids
  for (std::size_t column = 0; column < cells.header.size(); ++column) {
    std::pair<std::size_t, std::size_t> count{0, 0};
    for (const auto& row : cells.rows) {
      const std::string text(trim(row[column]));
      count.first += ids.contains(text);
      count.second += looks_like_proposal_id(text);
    }
    if (count > most) {
      most = count;
      found = column;
    }
  }
  return found;
}

class Joiner {
 public:
  Joiner(const std::filesystem::path& path, const ResultQuestion& question)
      : question_(question), source_("'" + path.string() + "'") {
    for (const Proposal& proposal : question.proposals) ids_[proposal.id] = &proposal;
    rows_.cells = read_whole(TableReader(path, question.settings.smiles));
    rows_.lines = rows_.cells.line_numbers;
    find_columns();
  }

  ResultRows join() {
    std::vector<Standardised> own = own_structures();
    for (std::size_t i = 0; i < rows_.cells.rows.size(); ++i) {
      structures_.push_back(structure_of(i, own[i]));
    }
    for (std::size_t i = 0; i < rows_.cells.rows.size(); ++i) {
      if (!rows_.cells.certain.empty() && rows_.cells.certain[i] == rows_.cells.header.size()) {
        ++rows_.cells.certain[i];
      }
      rows_.cells.rows[i].push_back(structures_[i]);
    }
    rows_.cells.header.emplace_back(kStructure);
    set_options();
    return std::move(rows_);
  }

 private:
  void find_columns() {
    const ResultSettings& settings = question_.settings;
    id_ = settings.id.empty() ? find_id_column(rows_.cells, ids_)
                              : choose_column(rows_.cells, settings.id, "--id", source_);
    if (!settings.smiles.empty() || !id_) {
      smiles_ = find_smiles_column(rows_.cells, settings.smiles, source_);
      return;
    }
    try {
      smiles_ = find_smiles_column(rows_.cells, "", source_);
    } catch (const UserError&) {
      // The ids suffice.
    }
  }

  std::string id_of(std::size_t row) const {
    return id_ ? std::string(trim(rows_.cells.rows[row][*id_])) : "";
  }
  std::string written(std::size_t row) const {
    return smiles_ ? rows_.cells.rows[row][*smiles_] : "";
  }

  std::vector<Standardised> own_structures() const {
    std::vector<Standardised> own(rows_.cells.rows.size());
    parallel_for(static_cast<std::int64_t>(own.size()), [&](std::int64_t i) {
      const std::string text = written(static_cast<std::size_t>(i));
      if (!trim(text).empty()) own[i] = standardise(split_structure(text).structure);
    });
    return own;
  }

  std::string place(std::size_t row) const {
    return fmt::format("row {} (line {})", row + 1, rows_.lines[row]);
  }

  // The structure of the row's compound, as text for the reader of activities.
  std::string structure_of(std::size_t row, const Standardised& own) {
    const std::string id = id_of(row);
    const std::string& trust = question_.settings.trust;
    const auto found = ids_.find(id);
    if (found == ids_.end()) {
      if (!looks_like_proposal_id(id) || (trust == "structure" && own.ok())) return written(row);
      rows_.conflicts.push_back(fmt::format(
          "{}: the id '{}' was never given by this campaign; {}", place(row), id,
          own.ok() ? "--trust structure goes by the structure of such rows" : "correct it"));
      return "";
    }
    const Proposal& proposal = *found->second;
    if (!own.ok() || own.smiles == proposal.smiles) return proposal.smiles;
    const std::string what =
        fmt::format("{} was proposed as {}, the row has {}", id, proposal.smiles, own.smiles);
    if (trust == "ask") {
      rows_.conflicts.push_back(fmt::format(
          "{}: {}; --trust id or --trust structure says which counts", place(row), what));
      return "";
    }
    rows_.remarks.push_back({"identity", static_cast<std::int64_t>(row) + 1, rows_.lines[row],
                             fmt::format("{}: {}; the {} counts", place(row), what, trust)});
    return trust == "id" ? proposal.smiles : own.smiles;
  }

  bool has_column(const std::string& name) const {
    const auto& header = rows_.cells.header;
    return std::find(header.begin(), header.end(), name) != header.end();
  }

  void set_options() {
    const ResultSettings& settings = question_.settings;
    ActivityOptions& options = rows_.options;
    options.columns.smiles = kStructure;
    options.columns.target = settings.target;
    const bool as_first = settings.target.empty() && has_column(question_.target);
    if (as_first) options.columns.target = question_.target;
    options.columns.relation = settings.relation;
    options.columns.unit = settings.unit_column;
    options.units = settings.units;
    // The user's settings for the first table's column also apply to a column of the same name.
    if (settings.units == "auto" && options.columns.target == question_.target) {
      options.units = question_.units;
    }
    options.decimal = settings.decimal;
    options.direction = "none";  // decided by the first table
  }

  const ResultQuestion& question_;
  std::string source_;
  Ids ids_;
  std::optional<std::size_t> id_, smiles_;
  std::vector<std::string> structures_;
  ResultRows rows_;
};

}  // namespace

ResultRows read_result_rows(const std::filesystem::path& path, const ResultQuestion& question) {
  return Joiner(path, question).join();
}

}  // namespace fragflow
