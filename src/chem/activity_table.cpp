#include "src/chem/activity_table.hpp"

#include <GraphMol/RWMol.h>

#include <algorithm>
#include <optional>
#include <set>

#include "src/base/check.hpp"
#include "src/base/decimal.hpp"
#include "src/base/parallel.hpp"
#include "src/base/text.hpp"
#include "src/chem/activity_cell.hpp"
#include "src/chem/activity_meaning.hpp"
#include "src/chem/activity_merge.hpp"
#include "src/chem/activity_name.hpp"
#include "src/chem/activity_rows.hpp"
#include "src/chem/descriptors.hpp"
#include "src/chem/molar_mass.hpp"
#include "src/chem/structure_text.hpp"
#include "src/chem/table_reader.hpp"

namespace fragflow {
namespace {

using Kind = ActivityUnit::Kind;

class Reader {
 public:
  Reader(CsvTable csv, std::string source, const ActivityOptions& options)
      : options_(options), source_(std::move(source)), csv_(std::move(csv)) {
    FoundColumns found =
        find_activity_columns(csv_, options.columns, source_, options.units == "auto");
    table_.columns = std::move(found.names);
    table_.remarks = csv_.remarks;
    table_.notes = std::move(found.notes);
    places_ = found.places;
    target_ = csv_.header[places_.target];
    table_.delimiter = csv_.delimiter;
    kept_ = keep_rows(csv_, places_, options.where, source_);
    table_.filtered = kept_.filtered;
    if (!kept_.note.empty()) table_.notes.push_back(kept_.note);
    table_.rows = static_cast<std::int64_t>(csv_.rows.size()) + table_.filtered;
    rows_.resize(csv_.rows.size());
    for (std::size_t i = 0; i < rows_.size(); ++i) {
      rows_[i].cell = split_cell(cell(i, places_.target));
    }
  }

  ActivityTable read() {
    find_decimal();
    reject_unclear_rows();
    for (std::size_t i = 0; i < rows_.size(); ++i) {
      if (rows_[i].in_use()) read_value(i);
    }
    find_units();
    find_direction();
    const bool weighed = std::any_of(rows_.begin(), rows_.end(), [](const ActivityRow& row) {
      return row.unit.kind == Kind::kMass;
    });
    if (weighed) read_structures();
    settle_scale();
    if (!weighed) read_structures();
    collect();
    return std::move(table_);
  }

 private:
  const std::string& cell(std::size_t row, std::optional<std::size_t> column) const {
    static const std::string none;
    return column ? csv_.rows[row][*column] : none;
  }

  // Determines the meaning of the values and the unit of each, and whether this is possible.
  void find_units() {
    const std::vector<double> values = values_in_use();
    std::vector<std::string_view> texts;
    std::size_t with_unit = 0;
    for (std::size_t i = 0; i < rows_.size(); ++i) {
      const ActivityRow& row = rows_[i];
      with_unit += row.is_measured() && !row.cell.unit.empty() ? 1 : 0;
      if (row.kind == "value" && !trim(cell(i, places_.target)).empty()) {
        texts.push_back(trim(cell(i, places_.target)));
      }
    }
    refuse_classes(texts, values, options_.units == "none", source_, target_);
    ActivityQuestion question{source_, target_, options_.units, values, kept_.unit_row};
    question.has_unit_column = places_.unit.has_value();
    question.has_unit_in_cells = 2 * with_unit > values.size();
    meaning_ = find_meaning(question);
    table_.unit_source = meaning_.reason;
    if (meaning_.is_percentage) {
      table_.notes.push_back(fmt::format(
          "'{}' is a percentage by its name, no concentration: learned as it stands.", target_));
    }
    if (!meaning_.unit && places_.unit && options_.units == "auto") {
      table_.unit_source = fmt::format("the column '{}'{}", table_.columns.unit,
                                       meaning_.decades == 0 ? "" : ", and logarithms by name");
    }
    if (with_unit > 0) {
      table_.notes.push_back(
          fmt::format("{} of {} values have their unit behind them.", with_unit, values.size()));
    }
    for (std::size_t i = 0; i < rows_.size(); ++i) rows_[i].unit = unit_of(i);
  }

  // The unit after the number; otherwise that of the column, or the one given for the value.
  ActivityUnit unit_of(std::size_t i) const {
    ActivityUnit unit;
    if (rows_[i].of_concentration) {
      if (const auto named = unit_in_name(csv_.header[*places_.concentration])) {
        unit = *named;
      } else {
        unit = unit_beside(cell(i, places_.concentration_unit), cell(i, places_.type), 0);
      }
      return unit_with_own(unit, rows_[i].cell.unit, true);
    }
    if (meaning_.unit) {
      unit = *meaning_.unit;
    } else if (!meaning_.is_percentage && options_.units == "auto" && places_.unit) {
      unit = unit_beside(cell(i, places_.unit), cell(i, places_.type), meaning_.decades);
    }
    const bool has_scale = unit.kind != Kind::kOther || options_.units == "auto";
    return unit_with_own(unit, rows_[i].cell.unit, has_scale && !meaning_.is_percentage);
  }

  void find_decimal() {
    std::vector<std::string> texts;
    for (const ActivityRow& row : rows_) texts.emplace_back(row.cell.number);
    table_.decimal = options_.decimal == "comma"   ? ','
                     : options_.decimal == "point" ? '.'
                                                   : find_decimal_mark(texts, table_.delimiter);
    if (table_.decimal != '\0') return;
    // "6,301" as a pIC50 or a logarithm has no thousands; 1,500 nM may have.
    const ActivityName::Role role = read_activity_name(target_).role;
    const bool is_logarithm =
        options_.units == "p" ||
        (options_.units == "auto" &&
         (role == ActivityName::Role::kPotency || role == ActivityName::Role::kLogarithm));
    if (rows_.empty() || !is_logarithm) {
      user_error(
          "{}: the comma in '{}' may be a decimal mark or separate thousands; give --decimal "
          "comma or --decimal point",
          source_, target_);
    }
    table_.decimal = ',';
  }

  void find_direction() {
    std::int64_t falling = 0, scaled = 0;
    for (const ActivityRow& row : rows_) {
      if (row.unit.kind == Kind::kOther || row.of_concentration) continue;
      ++scaled;
      falling += row.unit.falls() ? 1 : 0;
    }
    const bool falls = 2 * falling > scaled;
    table_.in_potency = scaled > 0;
    if (options_.direction == "none") return;
    if (options_.direction != "auto") {
      // For the column as written: a higher concentration is a lower potency.
      table_.higher_is_better = (options_.direction == "higher") != falls;
      table_.direction_source = "--direction";
    } else if (scaled > 0) {
      table_.direction_source =
          falls ? "low concentrations are potent" : "-log10 of a concentration grows with potency";
    } else if (meaning_.is_percentage) {
      user_error(
          "{}: '{}' is a percentage by its name, no concentration, and nothing says whether higher "
          "or lower values of '{}' are better; give --direction higher (as for inhibition) or "
          "--direction lower (as for remaining activity); the values are learned as they stand",
          source_, target_, target_);
    } else if (!rows_.empty()) {
      const std::string suit = fitting_units(values_in_use());
      user_error(
          "{}: nothing says whether higher or lower values of '{}' are better; give --direction "
          "higher or --direction lower (and --units, if they are concentrations{})",
          source_, target_,
          is_general_activity_name(target_) && !suit.empty() ? ": they would suit " + suit : "");
    }
  }

  std::vector<double> values_in_use() const {
    std::vector<double> values;
    for (const ActivityRow& row : rows_) {
      if (row.is_measured()) values.push_back(row.value);
    }
    return values;
  }

  // Rejects rows with more fields than the header if a required column is uncertain.
  void reject_unclear_rows() {
    std::size_t needed = std::max(places_.smiles, places_.target) + 1;
    for (const std::optional<std::size_t> column :
         {places_.relation, places_.unit, places_.type, places_.name, places_.comment}) {
      if (column) needed = std::max(needed, *column + 1);
    }
    for (std::size_t i = 0; i < rows_.size() && !csv_.certain.empty(); ++i) {
      if (csv_.certain[i] >= needed) continue;
      rows_[i].reject("fields", cell(i, places_.target),
                      "more fields than the header, and not clear which belongs to which column");
    }
  }

  // The relation in the cell and that of the relation column; for a p-unit that of the underlying
  // concentration, if only that is given.
  Relation read_bound(std::size_t i) {
    ActivityRow& row = rows_[i];
    const Relation beside = read_relation(cell(i, places_.relation));
    if (row.cell.number.empty() && places_.concentration) {
      const ActivityCell behind = split_cell(cell(i, places_.concentration));
      const Relation relation =
          joined(behind.relation, places_.relation_of_concentration ? beside : Relation::kEqual);
      if (is_bound(relation) && !behind.number.empty()) {
        row.cell = behind;
        row.of_concentration = true;
        return relation;
      }
    }
    return joined(row.cell.relation, places_.relation_of_concentration ? turned(beside) : beside);
  }

  static Relation joined(Relation a, Relation b) {
    if (b == Relation::kEqual || a == b) return a;
    return a == Relation::kEqual ? b : Relation::kUnknown;
  }

  void read_value(std::size_t i) {
    ActivityRow& row = rows_[i];
    const std::string& relation_text = cell(i, places_.relation);
    row.relation = read_bound(i);
    const std::string& number_text =
        cell(i, row.of_concentration ? *places_.concentration : places_.target);
    const std::string text =
        is_bound(read_relation(relation_text)) ? relation_text + " " + number_text : number_text;
    if (row.relation == Relation::kUnknown) {
      row.relation = Relation::kEqual;
      const bool known = read_relation(relation_text) != Relation::kUnknown;
      row.reject("value", known ? text : relation_text,
                 known ? "a relation that contradicts itself" : "this relation is not known");
      return;
    }
    if (is_bound(row.relation)) {
      row.written = fmt::format("{} {}", trim(relation_text), trim(number_text));
    }
    const std::string_view comment = trim(cell(i, places_.comment));
    if (!comment.empty() && comment != "Manually validated") {
      row.reject("flagged", text, fmt::format("ChEMBL doubts the value: {}", comment));
      return;
    }
    const auto value = parse_decimal(row.cell.number, table_.decimal);
    if (!value) {
      row.reject("value", text,
                 is_bound(row.relation)    ? "a bound, and its limit is not a number"
                 : row.cell.number.empty() ? "no value"
                                           : fmt::format("{} is not a number", target_));
      return;
    }
    row.value = *value;
  }

  // Converts concentrations to p-units; a table without any is left as it is, in its most frequent
  // unit.
  void settle_scale() {
    std::map<std::string, std::int64_t> units;
    for (const ActivityRow& row : rows_) units[row.unit.name] += row.is_measured();
    std::string commonest;
    for (const auto& [unit, count] : units) {
      if (count > units[commonest]) commonest = unit;
    }
    std::set<std::string> used;
    for (std::size_t i = 0; i < rows_.size(); ++i) {
      ActivityRow& row = rows_[i];
      if (!row.in_use()) continue;
      table_.in_potency || row.of_concentration ? convert(row, i) : require_unit(row, commonest);
      if (row.is_measured() && !row.unit.name.empty()) used.insert(row.unit.name);
    }
    table_.unit = join({used.begin(), used.end()});
    if (table_.in_potency) refuse_impossible();
  }

  void convert(ActivityRow& row, std::size_t i) {
    const std::string text =
        fmt::format("{} {}", trim(cell(i, places_.target)), trim(cell(i, places_.unit)));
    if (row.unit.kind == Kind::kOther) {
      row.reject("unit", text,
                 row.unit.name.empty()
                     ? "no unit"
                     : fmt::format("the unit '{}' is no molar concentration", row.unit.name));
      return;
    }
    const auto potency = to_potency(row.value, row.unit, row.molar_mass);
    if (row.unit.kind == Kind::kMass && row.molar_mass <= 0) {
      row.reject("unit", text, "the molar mass of the salt cannot be told");
    } else if (!potency) {
      row.reject("value", text, "a concentration must be positive");
      impossible_ += is_bound(row.relation) ? 0 : 1;
    } else if (*potency < kMinPotency || *potency > kMaxPotency) {
      row.reject("value", text,
                 fmt::format("gives {:.4g}, and -log10 of a molar concentration lies between {} "
                             "and {}",
                             *potency, kMinPotency, kMaxPotency));
      impossible_ += is_bound(row.relation) ? 0 : 1;
    } else {
      row.value = *potency;
      if (row.unit.falls()) row.relation = turned(row.relation);
    }
  }

  static void require_unit(ActivityRow& row, const std::string& unit) {
    if (row.unit.name == unit) return;
    row.reject(
        "unit", row.unit.name,
        unit.empty() ? "most values have no unit" : fmt::format("most values are in '{}'", unit));
  }

  void refuse_impossible() const {
    const auto in_use = std::count_if(rows_.begin(), rows_.end(),
                                      [](const ActivityRow& row) { return row.is_measured(); });
    if (impossible_ <= in_use) return;
    std::vector<double> values;  // including rejected ones
    for (const ActivityRow& row : rows_) {
      const auto value = parse_decimal(row.cell.number, table_.decimal);
      if (value) values.push_back(*value);
    }
    const std::string others = fitting_units(values);
    user_error(
        "{}: {} of {} values of '{}' can be no -log10 of a molar concentration (between {} and "
        "{}); they are read in '{}' because of {}{}",
        source_, impossible_, in_use + impossible_, target_, kMinPotency, kMaxPotency,
        rows_[0].unit.name, table_.unit_source,
        others.empty() ? ": name another column with --target, or take them as they stand with "
                         "--units none and --direction"
                       : ": say what they are with " + others);
  }

  void read_structures() {
    parallel_for(static_cast<std::int64_t>(rows_.size()), [&](std::int64_t i) {
      if (rows_[i].in_use()) read_structure(i);
    });
  }

  void read_structure(std::size_t i) {
    ActivityRow& row = rows_[i];
    const std::string& text = cell(i, places_.smiles);
    const std::string_view structure = split_structure(text).structure;
    row.molecule = standardise(structure);
    if (row.molecule.ok()) {
      row.scaffold = murcko_scaffold(*row.molecule.molecule);
      if (row.unit.kind == Kind::kMass) row.molar_mass = mass_as_weighed(row.molecule, structure);
      row.molecule.molecule.reset();  // large tables: the SMILES is enough from here on
    } else {
      row.reject("structure", shown_structure(text), row.molecule.reason);
    }
  }

  std::string name_of(std::size_t i) const {
    const std::string name(trim(cell(i, places_.name)));
    return name.empty() ? std::string(split_structure(cell(i, places_.smiles)).name) : name;
  }

  void collect() {
    for (std::size_t i = 0; i < rows_.size(); ++i) {
      ActivityRow& row = rows_[i];
      row.number = kept_.numbers[i];
      row.line = csv_.line_numbers[i];
      if (row.in_use()) row.name = name_of(i);
      if (row.is_measured()) count_context(i);
    }
    merge_rows(rows_, table_);
  }

  void count_context(std::size_t i) {
    if (places_.type) ++table_.types[std::string(trim(cell(i, places_.type)))];
    if (places_.assayed) ++table_.assayed[std::string(trim(cell(i, places_.assayed)))];
  }

  const ActivityOptions& options_;
  std::string source_, target_;  // the file, the column of the activity
  CsvTable csv_;
  ActivityColumnPlaces places_;
  KeptRows kept_;
  ActivityMeaning meaning_;
  std::vector<ActivityRow> rows_;
  std::int64_t impossible_ = 0;  // values outside the range of potencies
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

std::int64_t ActivityTable::num_bound_rows() const {
  std::int64_t count = 0;
  for (const Bound& bound : bounds) count += static_cast<std::int64_t>(bound.rows.size());
  return count;
}

std::int64_t ActivityTable::num_bounded_molecules() const {
  std::set<std::string_view> distinct;
  for (const Bound& bound : bounds) distinct.insert(bound.smiles);
  return static_cast<std::int64_t>(distinct.size());
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
  return activity_table_of(read_whole(TableReader(path, options.columns.smiles)),
                           "'" + path.string() + "'", options);
}

ActivityTable parse_activity_table(std::string_view text, const std::string& source,
                                   const ActivityOptions& options) {
  return activity_table_of(read_whole(TableReader(text, source, options.columns.smiles)), source,
                           options);
}

ActivityTable activity_table_of(CsvTable cells, const std::string& source,
                                const ActivityOptions& options) {
  return Reader(std::move(cells), source, options).read();
}

}  // namespace fragflow
