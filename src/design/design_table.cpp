#include "src/design/design_table.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <unordered_set>

#include "src/base/check.hpp"
#include "src/base/csv.hpp"
#include "src/base/file.hpp"
#include "src/base/statistics.hpp"
#include "src/base/text.hpp"
#include "src/design/shortlist.hpp"

namespace fragflow {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kWorstConflicts = 5;

std::string rows_text(const std::vector<std::int64_t>& rows) {
  std::vector<std::string> texts;
  for (const std::int64_t row : rows) texts.push_back(std::to_string(row));
  return join(texts, " ");
}

std::string table_text(const ActivityTable& table) {
  std::string text =
      csv_row({"smiles", "name", "activity", "lowest", "highest", "measurements", "rows"});
  for (const ActivityTable::Molecule& molecule : table.molecules) {
    text += csv_row({molecule.smiles, molecule.name, csv_number(molecule.value),
                     csv_number(molecule.lowest), csv_number(molecule.highest),
                     std::to_string(molecule.rows.size()), rows_text(molecule.rows)});
  }
  return text;
}

std::string bounds_text(const ActivityTable& table) {
  std::string text = csv_row({"smiles", "name", "relation", "activity", "rows"});
  for (const ActivityTable::Bound& bound : table.bounds) {
    text += csv_row({bound.smiles, bound.name, bound.above ? ">" : "<", csv_number(bound.limit),
                     rows_text(bound.rows)});
  }
  return text;
}

std::string rejected_text(const ActivityTable& table) {
  std::string text = csv_row({"row", "line", "kind", "text", "reason"});
  for (const ActivityTable::Rejected& row : table.rejected) {
    text += csv_row(
        {std::to_string(row.row), std::to_string(row.line), row.kind, row.text, row.reason});
  }
  return text;
}

std::vector<double> sorted_values(const ActivityTable& table) {
  std::vector<double> values;
  for (const ActivityTable::Molecule& molecule : table.molecules) values.push_back(molecule.value);
  std::sort(values.begin(), values.end());
  return values;
}

void add_values(const ActivityTable& table, TableFacts& facts) {
  const std::vector<double> values = sorted_values(table);
  facts.min = values.front();
  facts.p05 = quantile(values, 0.05);
  facts.median = quantile(values, 0.5);
  facts.p95 = quantile(values, 0.95);
  facts.max = values.back();
  facts.deviation = standard_deviation(values);
}

void add_conflicts(const ActivityTable& table, TableFacts& facts) {
  // A factor of 10 in concentration, or the standard deviation of the table.
  facts.conflict_spread = table.in_potency ? 1.0 : facts.deviation;
  const std::vector<std::int64_t> conflicts = table.conflicts(facts.conflict_spread);
  facts.repeated =
      std::count_if(table.molecules.begin(), table.molecules.end(),
                    [](const ActivityTable::Molecule& m) { return m.rows.size() > 1; });
  facts.conflicts = static_cast<std::int64_t>(conflicts.size());
  for (std::size_t k = 0; k < std::min(kWorstConflicts, conflicts.size()); ++k) {
    const ActivityTable::Molecule& molecule = table.molecules[conflicts[k]];
    facts.worst_conflicts.push_back(
        {molecule.smiles, molecule.name, molecule.lowest, molecule.highest, molecule.rows});
  }
}

}  // namespace

ActivityOptions activity_options(const TableSettings& settings, const ColumnSettings& column) {
  ActivityOptions options;
  options.columns.smiles = settings.smiles;
  options.columns.target = column.target;
  options.columns.relation = column.relation;
  options.columns.unit = column.unit_column;
  options.columns.name = settings.name;
  options.units = column.units;
  options.direction = column.direction;
  options.decimal = settings.decimal;
  options.where = settings.where;
  return options;
}

void write_activities(const ActivityTable& table, const DesignPaths& paths) {
  write_file_atomically(paths.bounds(), bounds_text(table));
  write_file_atomically(paths.table(), table_text(table));
}

void require_usable(const ActivityTable& table, const std::string& source, const fs::path& list) {
  if (table.size() < kFewestCompounds) {
    std::vector<std::string> parts;
    for (const auto& [kind, words] :
         {std::pair{"censored", "are bounds (> or <)"}, std::pair{"value", "have no usable value"},
          std::pair{"unit", "are in units that do not fit"},
          std::pair{"flagged", "are doubted by ChEMBL"},
          std::pair{"fields", "have more fields than the header"},
          std::pair{"structure", "have no readable structure"}}) {
      std::int64_t count = table.num_rejected(kind);
      if (kind == std::string_view("censored")) count += table.num_bound_rows();
      if (count > 0) parts.push_back(fmt::format("{} {}", count, words));
    }
    const auto unread =
        std::find_if(table.rejected.begin(), table.rejected.end(),
                     [](const ActivityTable::Rejected& row) { return row.kind == "structure"; });
    if (unread != table.rejected.end()) {
      parts.back() += fmt::format(" (line {}: {})", unread->line, unread->reason);
    }
    user_error("'{}': {} usable compounds in {} rows, at least {} are needed{}{}{}", source,
               table.size(), table.rows, kFewestCompounds, parts.empty() ? "" : ": ", join(parts),
               list.empty() ? "" : fmt::format("; see '{}'", list.string()));
  }
  const std::vector<double> values = sorted_values(table);
  if (values.front() == values.back()) {
    user_error("'{}': all {} compounds have the activity {}: there is nothing to learn from",
               source, table.size(), values.front());
  }
}

void write_table_files(const ActivityTable& table, const DesignPaths& paths) {
  write_file_atomically(paths.rejected(), rejected_text(table));
  write_activities(table, paths);
}

TableFacts make_table(const DesignSettings& settings, const ColumnSettings& column,
                      const DesignPaths& paths) {
  const ActivityTable table =
      read_activity_table(settings.activities, activity_options(settings.table, column));
  write_file_atomically(paths.rejected(), rejected_text(table));
  write_file_atomically(paths.bounds(), bounds_text(table));
  require_usable(table, settings.activities, paths.rejected());
  write_file_atomically(paths.table(), table_text(table));
  return table_facts(table);
}

TableFacts table_facts(const ActivityTable& table) {
  std::unordered_set<std::string> scaffolds;
  for (const ActivityTable::Molecule& molecule : table.molecules) {
    scaffolds.insert(molecule.scaffold);
  }
  TableFacts facts;
  facts.rows = table.rows;
  facts.filtered = table.filtered;
  facts.molecules = table.size();
  facts.merged = table.num_merged();
  facts.bounded = table.num_bounded_molecules();
  facts.bound_rows = table.num_bound_rows();
  facts.rejected = {.censored = table.num_rejected("censored"),
                    .value = table.num_rejected("value"),
                    .unit = table.num_rejected("unit"),
                    .flagged = table.num_rejected("flagged"),
                    .structure = table.num_rejected("structure"),
                    .fields = table.num_rejected("fields")};
  facts.scaffolds = static_cast<std::int64_t>(scaffolds.size());
  facts.standardised = table.counts.summary();
  facts.columns = {.smiles = table.columns.smiles,
                   .target = table.columns.target,
                   .relation = table.columns.relation,
                   .unit = table.columns.unit,
                   .type = table.columns.type,
                   .name = table.columns.name,
                   .assayed = table.columns.assayed};
  facts.remarks = table.remarks;
  facts.notes = table.notes;
  facts.delimiter = std::string(1, table.delimiter);
  facts.decimal = std::string(1, table.decimal);
  facts.unit = table.unit;
  facts.unit_source = table.unit_source;
  facts.in_potency = table.in_potency;
  facts.higher_is_better = table.higher_is_better;
  facts.direction_source = table.direction_source;
  add_values(table, facts);
  add_conflicts(table, facts);
  facts.types = table.types;
  facts.assayed = table.assayed;
  return facts;
}

}  // namespace fragflow
