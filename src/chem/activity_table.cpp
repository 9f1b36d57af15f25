#include "src/chem/activity_table.hpp"

#include <GraphMol/RWMol.h>

#include <algorithm>
#include <cctype>
#include <optional>
#include <set>
#include <unordered_map>

#include "src/base/check.hpp"
#include "src/base/decimal.hpp"
#include "src/base/parallel.hpp"
#include "src/base/statistics.hpp"
#include "src/base/text.hpp"
#include "src/chem/descriptors.hpp"
#include "src/chem/structure_text.hpp"
#include "src/chem/table_reader.hpp"

namespace fragflow {
namespace {

using Kind = ActivityUnit::Kind;

// One row on its way to a measurement.
struct Row {
  std::string kind, text, reason;  // of the rejection; kind "": in use
  double value = 0;
  ActivityUnit unit;
  Standardised molecule;
  std::string scaffold;

  void reject(std::string why_kind, std::string_view what, std::string why) {
    kind = std::move(why_kind);
    text = trim(what);
    reason = std::move(why);
  }
  bool in_use() const { return kind.empty(); }
};

class Reader {
 public:
  Reader(CsvTable csv, std::string source, const ActivityOptions& options)
      : options_(options), source_(std::move(source)), csv_(std::move(csv)) {
    table_.columns = find_activity_columns(csv_, options.columns, source_);
    table_.delimiter = csv_.delimiter;
    table_.notes = csv_.remarks;
    filter();
    table_.rows = static_cast<std::int64_t>(csv_.rows.size()) + table_.filtered;
    rows_.resize(csv_.rows.size());
  }

  ActivityTable read() {
    find_units();
    find_decimal();
    find_direction();
    reject_unclear_rows();
    for (std::size_t i = 0; i < rows_.size(); ++i) {
      if (rows_[i].in_use()) read_value(i);
    }
    settle_scale();
    parallel_for(static_cast<std::int64_t>(rows_.size()), [&](std::int64_t i) {
      if (rows_[i].in_use()) read_structure(i);
    });
    collect();
    return std::move(table_);
  }

 private:
  const std::string& cell(std::size_t row, const std::string& column) const {
    static const std::string none;
    return column.empty() ? none : csv_.rows[row][*csv_.find_column(column)];
  }

  // Keeps the rows that --where asks for; their numbers stay those of the file.
  void filter() {
    std::vector<std::pair<std::size_t, std::string>> wanted;
    for (const std::string& condition : options_.where) {
      const std::size_t equals = condition.find('=');
      if (equals == std::string::npos || equals == 0) {
        user_error("--where {}: expected \"Column=value\"", condition);
      }
      wanted.emplace_back(csv_.column(std::string(trim(condition.substr(0, equals))), source_),
                          trim(condition.substr(equals + 1)));
    }
    const std::size_t of_file = csv_.rows.size();
    CsvTable kept{csv_.header, {}, {}, csv_.delimiter};
    for (std::size_t i = 0; i < csv_.rows.size(); ++i) {
      const bool keep = std::all_of(wanted.begin(), wanted.end(), [&](const auto& condition) {
        return trim(csv_.rows[i][condition.first]) == condition.second;
      });
      if (!keep) {
        ++table_.filtered;
        continue;
      }
      kept.rows.push_back(std::move(csv_.rows[i]));
      kept.line_numbers.push_back(csv_.line_numbers[i]);
      if (!csv_.certain.empty()) kept.certain.push_back(csv_.certain[i]);
      numbers_.push_back(static_cast<std::int64_t>(i) + 1);
    }
    if (kept.rows.empty() && of_file > 0) {
      user_error("{}: no row has {}; check the spelling", source_, join(options_.where, " and "));
    }
    csv_ = std::move(kept);
  }

  // What each value is measured in; whether that can be told at all.
  void find_units() {
    const std::string& target = table_.columns.target;
    if (options_.units == "none") {
      table_.unit_source = "--units";
      return;
    }
    if (options_.units != "auto") {
      const ActivityUnit unit = parse_activity_unit(options_.units);
      if (unit.kind == Kind::kOther) {
        user_error("--units {}: expected nM, uM, mM, M, pM, p (for pIC50 and its kin) or none",
                   options_.units);
      }
      table_.unit_source = "--units";
      for (Row& row : rows_) row.unit = unit;
    } else if (const auto named = unit_in_name(target)) {
      table_.unit_source = fmt::format("the name of the column '{}'", target);
      for (Row& row : rows_) row.unit = *named;
    } else if (!table_.columns.unit.empty()) {
      table_.unit_source = fmt::format("the column '{}'", table_.columns.unit);
      read_unit_column();
    } else if (names_concentration(target)) {
      user_error(
          "{}: nothing says in which unit '{}' is; give --units nM, uM, mM, M or pM, or --units "
          "p for -log10 of a molar concentration",
          source_, target);
    }
  }

  void read_unit_column() {
    for (std::size_t i = 0; i < rows_.size(); ++i) {
      rows_[i].unit = parse_activity_unit(cell(i, table_.columns.unit));
      const auto of_type = unit_in_name(cell(i, table_.columns.type));
      if (rows_[i].unit.name.empty() && of_type) rows_[i].unit = *of_type;
    }
  }

  void find_decimal() {
    std::vector<std::string> texts;
    for (std::size_t i = 0; i < rows_.size(); ++i) {
      std::string_view number;
      split_relation(cell(i, table_.columns.target), number);
      texts.emplace_back(number);
    }
    table_.decimal = options_.decimal == "comma"   ? ','
                     : options_.decimal == "point" ? '.'
                                                   : find_decimal_mark(texts, table_.delimiter);
    if (table_.decimal != '\0') return;
    // "6,301" is a pIC50 and no thousands; 1,500 nM is either.
    if (rows_.empty() || rows_[0].unit.kind != Kind::kPotency) {
      user_error(
          "{}: the comma in '{}' may be a decimal mark or separate thousands; give --decimal "
          "comma or --decimal point",
          source_, table_.columns.target);
    }
    table_.decimal = ',';
  }

  void find_direction() {
    const bool has_scale = std::any_of(
        rows_.begin(), rows_.end(), [](const Row& row) { return row.unit.kind != Kind::kOther; });
    const bool concentration = std::any_of(rows_.begin(), rows_.end(), [](const Row& row) {
      return row.unit.kind == Kind::kConcentration;
    });
    table_.in_potency = has_scale;
    if (options_.direction != "auto") {
      // Of the column as written: a higher concentration is a lower potency.
      table_.higher_is_better = (options_.direction == "higher") != concentration;
      table_.direction_source = "--direction";
    } else if (has_scale) {
      table_.direction_source = concentration ? "low concentrations are potent"
                                              : "-log10 of a concentration grows with potency";
    } else if (!rows_.empty()) {
      user_error(
          "{}: nothing says whether higher or lower values of '{}' are better; give --direction "
          "higher or --direction lower (and --units, if they are concentrations)",
          source_, table_.columns.target);
    }
  }

  // Rows with more fields than the header, where a column that is needed may be another.
  void reject_unclear_rows() {
    std::size_t needed = 0;
    for (const std::string& column :
         {table_.columns.smiles, table_.columns.target, table_.columns.relation,
          table_.columns.unit, table_.columns.type, table_.columns.name, table_.columns.comment}) {
      if (!column.empty()) needed = std::max(needed, *csv_.find_column(column) + 1);
    }
    for (std::size_t i = 0; i < rows_.size() && !csv_.certain.empty(); ++i) {
      if (csv_.certain[i] >= needed) continue;
      rows_[i].reject("fields", cell(i, table_.columns.target),
                      "more fields than the header, and not clear which belongs to which column");
    }
  }

  void read_value(std::size_t i) {
    Row& row = rows_[i];
    const std::string& text = cell(i, table_.columns.target);
    const std::string& relation_text = cell(i, table_.columns.relation);
    std::string_view number;
    const Relation relation = read_relation(relation_text);
    if (split_relation(text, number) == Relation::kCensored || relation == Relation::kCensored) {
      row.reject("censored", relation == Relation::kCensored ? relation_text + " " + text : text,
                 "a bound, not a measured value");
      return;
    }
    if (relation == Relation::kUnknown) {
      row.reject("value", relation_text, "this relation is not known");
      return;
    }
    const std::string_view comment = trim(cell(i, table_.columns.comment));
    if (!comment.empty() && comment != "Manually validated") {
      row.reject("flagged", text, fmt::format("ChEMBL doubts the value: {}", comment));
      return;
    }
    const auto value = parse_decimal(number, table_.decimal);
    if (!value) {
      row.reject(
          "value", text,
          number.empty() ? "no value" : fmt::format("{} is not a number", table_.columns.target));
      return;
    }
    row.value = *value;
  }

  // Concentrations become p-units; a table without any is taken as it stands, in its commonest
  // unit.
  void settle_scale() {
    std::map<std::string, std::int64_t> units;
    for (const Row& row : rows_) units[row.unit.name] += row.in_use();
    std::string commonest;
    for (const auto& [unit, count] : units) {
      if (count > units[commonest]) commonest = unit;
    }
    std::set<std::string> used;
    for (std::size_t i = 0; i < rows_.size(); ++i) {
      Row& row = rows_[i];
      if (!row.in_use()) continue;
      table_.in_potency ? convert(row, i) : require_unit(row, commonest);
      if (row.in_use() && !row.unit.name.empty()) used.insert(row.unit.name);
    }
    table_.unit = join({used.begin(), used.end()});
    if (table_.in_potency) refuse_impossible();
  }

  void convert(Row& row, std::size_t i) {
    const std::string text = fmt::format("{} {}", trim(cell(i, table_.columns.target)),
                                         trim(cell(i, table_.columns.unit)));
    if (row.unit.kind == Kind::kOther) {
      row.reject("unit", text,
                 row.unit.name.empty()
                     ? "no unit"
                     : fmt::format("the unit '{}' is no molar concentration", row.unit.name));
      return;
    }
    const auto potency = to_potency(row.value, row.unit);
    if (!potency) {
      row.reject("value", text, "a concentration must be positive");
    } else if (*potency < kMinPotency || *potency > kMaxPotency) {
      row.reject("value", text,
                 fmt::format("gives {:.4g}, and -log10 of a molar concentration lies between {} "
                             "and {}",
                             *potency, kMinPotency, kMaxPotency));
      ++impossible_;
    } else {
      row.value = *potency;
    }
  }

  static void require_unit(Row& row, const std::string& unit) {
    if (row.unit.name == unit) return;
    row.reject("unit", row.unit.name, fmt::format("most values are in '{}'", unit));
  }

  void refuse_impossible() const {
    const auto in_use =
        std::count_if(rows_.begin(), rows_.end(), [](const Row& row) { return row.in_use(); });
    if (impossible_ <= in_use) return;
    user_error(
        "{}: {} of {} values of '{}' can be no -log10 of a molar concentration (between {} and "
        "{}); they are read in '{}' because of {}: say what they are with --units, for instance "
        "--units nM",
        source_, impossible_, in_use + impossible_, table_.columns.target, kMinPotency, kMaxPotency,
        rows_[0].unit.name, table_.unit_source);
  }

  void read_structure(std::size_t i) {
    Row& row = rows_[i];
    const std::string& text = cell(i, table_.columns.smiles);
    row.molecule = standardise(split_structure(text).structure);
    if (row.molecule.ok()) {
      row.scaffold = murcko_scaffold(*row.molecule.molecule);
      row.molecule.molecule.reset();  // large tables: the SMILES is enough from here on
    } else {
      row.reject("structure", shown_structure(text), row.molecule.reason);
    }
  }

  // Merges the rows of one molecule.
  void collect() {
    std::unordered_map<std::string, std::size_t> index_of;
    std::vector<std::vector<double>> values;
    for (std::size_t i = 0; i < rows_.size(); ++i) {
      Row& row = rows_[i];
      if (row.in_use() || row.kind == "structure") row.molecule.count_into(table_.counts);
      if (!row.in_use()) {
        table_.rejected.push_back(
            {numbers_[i], csv_.line_numbers[i], row.kind, row.text, row.reason});
        continue;
      }
      const auto [found, is_new] = index_of.try_emplace(row.molecule.smiles, values.size());
      if (is_new) {
        ActivityTable::Molecule molecule;
        molecule.smiles = row.molecule.smiles;
        molecule.scaffold = row.scaffold;
        table_.molecules.push_back(std::move(molecule));
        values.emplace_back();
      }
      ActivityTable::Molecule& molecule = table_.molecules[found->second];
      if (molecule.name.empty()) molecule.name = trim(cell(i, table_.columns.name));
      if (molecule.name.empty()) {
        molecule.name = split_structure(cell(i, table_.columns.smiles)).name;
      }
      molecule.rows.push_back(numbers_[i]);
      values[found->second].push_back(row.value);
      count_context(i);
    }
    for (std::size_t k = 0; k < values.size(); ++k) {
      const auto [low, high] = std::minmax_element(values[k].begin(), values[k].end());
      table_.molecules[k].lowest = *low;
      table_.molecules[k].highest = *high;
      table_.molecules[k].value = median(values[k]);
    }
  }

  void count_context(std::size_t i) {
    if (!table_.columns.type.empty()) {
      ++table_.types[std::string(trim(cell(i, table_.columns.type)))];
    }
    if (!table_.columns.assayed.empty()) {
      ++table_.assayed[std::string(trim(cell(i, table_.columns.assayed)))];
    }
  }

  const ActivityOptions& options_;
  std::string source_;
  CsvTable csv_;
  std::vector<std::int64_t> numbers_;  // of the rows in the file
  std::vector<Row> rows_;
  std::int64_t impossible_ = 0;  // potencies out of range
  ActivityTable table_;
};

}  // namespace

std::int64_t ActivityTable::num_rejected(const std::string& kind) const {
  return std::count_if(rejected.begin(), rejected.end(),
                       [&](const Rejected& row) { return row.kind == kind; });
}

std::int64_t ActivityTable::num_merged() const {
  std::int64_t merged = 0;
  for (const Molecule& molecule : molecules) {
    merged += static_cast<std::int64_t>(molecule.rows.size()) - 1;
  }
  return merged;
}

std::vector<std::int64_t> ActivityTable::conflicts(double spread) const {
  std::vector<std::int64_t> found;
  const auto spread_of = [&](std::int64_t i) { return molecules[i].highest - molecules[i].lowest; };
  for (std::int64_t i = 0; i < size(); ++i) {
    if (spread_of(i) > spread) found.push_back(i);
  }
  std::stable_sort(found.begin(), found.end(),
                   [&](std::int64_t a, std::int64_t b) { return spread_of(a) > spread_of(b); });
  return found;
}

ActivityTable read_activity_table(const std::filesystem::path& path,
                                  const ActivityOptions& options) {
  CsvTable table = read_whole(TableReader(path, options.columns.smiles));
  return Reader(std::move(table), "'" + path.string() + "'", options).read();
}

ActivityTable parse_activity_table(std::string_view text, const std::string& source,
                                   const ActivityOptions& options) {
  CsvTable table = read_whole(TableReader(text, source, options.columns.smiles));
  return Reader(std::move(table), source, options).read();
}

}  // namespace fragflow
