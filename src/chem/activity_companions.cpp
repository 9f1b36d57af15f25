#include "src/chem/activity_companions.hpp"

#include <algorithm>
#include <array>
#include <functional>
#include <set>
#include <string_view>

#include "src/base/check.hpp"
#include "src/base/decimal.hpp"
#include "src/base/statistics.hpp"
#include "src/base/text.hpp"
#include "src/chem/activity_cell.hpp"
#include "src/chem/activity_name.hpp"
#include "src/chem/activity_units.hpp"

namespace fragflow {
namespace {

using Stem = std::set<std::string>;

// Criteria for columns of relations, or of units.
struct Family {
  const char *what, *option;
  std::vector<std::string_view> words;  // of names
  std::string_view standard;            // ChEMBL's name, as a key
  std::function<bool(std::string_view cell)> holds;
  std::function<bool(std::string_view cell)> informs;  // a cell that is informative
  const char* content;                                 // readable: what all cells are
};

bool is_relation(std::string_view cell) {
  return read_relation(cell) != Relation::kUnknown && !trim(cell).empty();
}

const Family& relations() {
  static const Family family = {"the relations",
                                "--relation",
                                {"relation", "relations", "qualifier", "modifier", "operator",
                                 "prefix", "sign", "rel", "op", "qual", "censored", "inequality"},
                                "standardrelation",
                                is_relation,
                                [](std::string_view cell) { return is_bound(read_relation(cell)); },
                                "relations such as < and >"};
  return family;
}

bool is_unit(std::string_view cell) {
  const auto kind = parse_activity_unit(cell).kind;
  return kind == ActivityUnit::Kind::kConcentration || kind == ActivityUnit::Kind::kMass;
}

const Family& units() {
  static const Family family = {"the units",     "--unit-column", {"unit", "units", "uom"},
                                "standardunits", is_unit,         is_unit,
                                "units"};
  return family;
}

struct Candidate {
  std::size_t column = 0;
  bool named = false;
  Stem stem;
};

bool is_named(const Family& family, const std::string& name) {
  const std::vector<std::string> words = words_of_name(name);
  return std::any_of(words.begin(), words.end(), [&](const std::string& word) {
    return std::find(family.words.begin(), family.words.end(), word) != family.words.end();
  });
}

// The words of a name that describe the measured quantity: "Kinase X: IC50 (uM) modifier" gives
// kinase, x, ic50.
Stem stem_of(const std::string& name) {
  static constexpr std::array<std::string_view, 14> kSaysNothing = {
      "value", "mean", "median", "avg", "average", "log",    "log10",
      "ln",    "neg",  "m",      "%",   "data",    "result", "of"};
  Stem stem;
  for (std::string& word : words_of_name(name)) {
    const bool silent =
        std::find(kSaysNothing.begin(), kSaysNothing.end(), word) != kSaysNothing.end() ||
        is_unit(word) || is_named(relations(), word) || is_named(units(), word);
    if (silent) continue;
    if (word.starts_with('p') && is_activity_quantity(word.substr(1))) word.erase(0, 1);
    stem.insert(std::move(word));
  }
  return stem;
}

bool is_part_of(const Stem& part, const Stem& whole) {
  return std::includes(whole.begin(), whole.end(), part.begin(), part.end());
}

bool holds_numbers(const CsvTable& table, std::size_t column) {
  constexpr std::size_t kJudged = 200;
  std::size_t numbers = 0, texts = 0;
  for (const auto& row : table.rows) {
    if (trim(row[column]).empty()) continue;
    ++(holds_number(split_cell(row[column])) ? numbers : texts);
    if (numbers + texts == kJudged) break;
  }
  return numbers > texts;
}

class Finder {
 public:
  Finder(const CsvTable& table, const ActivityColumnPlaces& places, const Family& family)
      : table_(table),
        target_(places.target),
        family_(family),
        target_stem_(stem_of(table.header[places.target])) {
    for (std::size_t column = 0; column < table.header.size(); ++column) {
      if (column != places.smiles && column != target_) consider(column);
    }
  }

  std::optional<std::size_t> find(const std::string& source, std::vector<std::string>& notes) {
    for (const auto& [reason, accepts] : reasons()) {
      std::vector<Candidate> found;
      std::copy_if(candidates_.begin(), candidates_.end(), std::back_inserter(found), accepts);
      if (found.empty()) continue;
      require_agreement(found, source);
      note(found.front(), reason, notes);
      return found.front().column;
    }
    return {};
  }

 private:
  using Reason = std::pair<std::string, std::function<bool(const Candidate&)>>;

  // By descending weight.
  std::vector<Reason> reasons() const {
    return {{"its name is that of the activity",
             [&](const Candidate& c) { return !c.stem.empty() && c.stem == target_stem_; }},
            {"its name shares that of the activity",
             [&](const Candidate& c) {
               return !c.stem.empty() && !target_stem_.empty() &&
                      (is_part_of(c.stem, target_stem_) || is_part_of(target_stem_, c.stem));
             }},
            {"it stands beside the activity",
             [&](const Candidate& c) { return is_beside(c.column) && !belongs_elsewhere(c); }},
            {"ChEMBL calls it so",
             [&](const Candidate& c) {
               return key_of_name(table_.header[c.column]) == family_.standard &&
                      key_of_name(table_.header[target_]) != "value";  // beside "standard_value"
             }},
            {"no other column has its name",
             [&](const Candidate& c) { return !belongs_elsewhere(c); }}};
  }

  void consider(std::size_t column) {
    std::size_t filled = 0, fitting = 0, informing = 0;
    const bool named = is_named(family_, table_.header[column]);
    for (const auto& row : table_.rows) {
      const std::string_view cell = trim(row[column]);
      if (cell.empty()) continue;
      ++filled;
      const bool fits = family_.holds(cell);
      if (!fits && !named) return;
      fitting += fits ? 1 : 0;
      informing += fits && family_.informs(cell) ? 1 : 0;
    }
    Stem stem = stem_of(table_.header[column]);
    // Units of other amounts are units too ("%", "hr").
    const bool any_unit = &family_ == &units() && (stem.empty() || stem == Stem{"standard"});
    const bool accepted = named ? any_unit || 2 * fitting >= filled : informing > 0;
    if (accepted) candidates_.push_back({column, named, std::move(stem)});
  }

  // Before the activity; after it only if it does not precede another numeric column.
  bool is_beside(std::size_t column) const {
    if (column + 1 == target_) return &family_ == &relations() || !is_candidate(target_ + 1);
    if (column != target_ + 1) return false;
    if (&family_ == &units()) return true;  // units follow their values
    const bool of_next =
        column + 1 < table_.header.size() && holds_numbers(table_, column + 1) && target_ > 0;
    return !(of_next && is_candidate(target_ - 1));
  }

  bool is_candidate(std::size_t column) const {
    return std::any_of(candidates_.begin(), candidates_.end(),
                       [&](const Candidate& c) { return c.column == column; });
  }

  // "Ki qualifier" next to "Ki (nM)" does not apply to IC50.
  bool belongs_elsewhere(const Candidate& candidate) const {
    if (candidate.stem.empty()) return false;
    for (const std::string& word : candidate.stem) {
      if (is_activity_quantity(word)) return !target_stem_.contains(word);
    }
    for (std::size_t column = 0; column < table_.header.size(); ++column) {
      if (column == target_ || column == candidate.column || is_candidate(column)) continue;
      if (stem_of(table_.header[column]) == candidate.stem && holds_numbers(table_, column)) {
        return true;
      }
    }
    return false;
  }

  void require_agreement(const std::vector<Candidate>& found, const std::string& source) const {
    std::vector<std::string> names;
    bool agree = true;
    for (const Candidate& candidate : found) {
      names.push_back(quoted_column(table_, candidate.column));
      agree = agree && same_content(table_, candidate.column, found.front().column);
    }
    if (agree) return;
    user_error("{}: several columns may hold {} of '{}': {}; choose one with {} '#{}'", source,
               family_.what, table_.header[target_], join(names), family_.option,
               found.front().column + 1);
  }

  void note(const Candidate& found, const std::string& reason,
            std::vector<std::string>& notes) const {
    const std::string& name = table_.header[found.column];
    const std::string key = key_of_name(name);
    // A name without further words needs no explanation.
    if (found.named && (found.stem.empty() || key == family_.standard)) return;
    notes.push_back(
        fmt::format("Column {} has {} of the activity: {}{}.", quoted_column(table_, found.column),
                    family_.what, reason,
                    found.named ? "" : fmt::format(", and it holds {} only", family_.content)));
  }

  const CsvTable& table_;
  std::size_t target_;
  const Family& family_;
  Stem target_stem_;
  std::vector<Candidate> candidates_;
};

bool is_standard_value(const CsvTable& table, std::size_t column) {
  return key_of_name(table.header[column]) == "standardvalue";
}

std::optional<std::size_t> concentration_behind(const CsvTable& table,
                                                const ActivityColumnPlaces& places) {
  const Stem target = stem_of(table.header[places.target]);
  std::vector<std::size_t> of_quantity, in_unit;
  for (std::size_t column = 0; column < table.header.size(); ++column) {
    if (column == places.smiles || column == places.target || !holds_numbers(table, column)) {
      continue;
    }
    if (is_standard_value(table, column)) return column;
    const ActivityName name = read_activity_name(table.header[column]);
    if (name.role != ActivityName::Role::kConcentration) continue;
    if (name.quantity && stem_of(table.header[column]) == target) of_quantity.push_back(column);
    if (name.unit) in_unit.push_back(column);
  }
  if (of_quantity.size() == 1) return of_quantity.front();
  if (of_quantity.empty() && in_unit.size() == 1) return in_unit.front();
  return {};
}

// Whether more bounds of the relation column are plausible as bounds of the concentrations than of
// the p-units.
bool suit_concentrations(const CsvTable& table, const ActivityColumnPlaces& places) {
  struct Bound {
    Relation relation;
    std::optional<double> potency;
  };
  std::vector<Bound> bounds;
  std::vector<double> measured;
  for (const auto& row : table.rows) {
    const Relation relation = read_relation(row[*places.relation]);
    const ActivityCell cell = split_cell(row[places.target]);
    auto potency = parse_decimal(cell.number, '.');
    if (!potency) potency = parse_decimal(cell.number, ',');
    if (is_bound(relation)) {
      bounds.push_back({relation, potency});
    } else if (potency) {
      measured.push_back(*potency);
    }
  }
  if (bounds.empty() || measured.empty()) return false;
  const double middle = median(measured);
  std::int64_t votes = 0;
  for (const Bound& bound : bounds) {
    const bool weak = !bound.potency || *bound.potency < middle;
    votes += !bound.potency || (bound.relation == Relation::kAbove) == weak ? 1 : -1;
  }
  return votes > 0;
}

}  // namespace

std::optional<std::size_t> find_relation_column(const CsvTable& table,
                                                const ActivityColumnPlaces& places,
                                                const std::string& source,
                                                std::vector<std::string>& notes) {
  return Finder(table, places, relations()).find(source, notes);
}

void find_concentration(const CsvTable& table, ActivityColumnPlaces& places,
                        std::vector<std::string>& notes) {
  if (read_activity_name(table.header[places.target]).role != ActivityName::Role::kPotency) return;
  places.concentration = concentration_behind(table, places);
  if (places.concentration && is_standard_value(table, *places.concentration)) {
    for (std::size_t column = 0; column < table.header.size(); ++column) {
      if (key_of_name(table.header[column]) == units().standard) places.concentration_unit = column;
    }
  }
  if (!places.relation) return;
  const std::string& name = table.header[*places.relation];
  const std::vector<std::string> words = words_of_name(name);
  if (std::any_of(words.begin(), words.end(), is_potency_quantity)) return;
  if (key_of_name(name) == relations().standard) {
    places.relation_of_concentration = true;  // ChEMBL's relations belong to Standard Value
  } else if (places.concentration) {
    places.relation_of_concentration =
        std::any_of(words.begin(), words.end(), is_activity_quantity) ||
        suit_concentrations(table, places);
    if (places.relation_of_concentration) {
      notes.push_back(fmt::format(
          "The relations in {} are read as those of {}: > means a lower {}.",
          quoted_column(table, *places.relation), quoted_column(table, *places.concentration),
          quoted_column(table, places.target)));
    }
  }
}

std::optional<std::size_t> find_unit_column(const CsvTable& table,
                                            const ActivityColumnPlaces& places,
                                            const std::string& source,
                                            std::vector<std::string>& notes) {
  return Finder(table, places, units()).find(source, notes);
}

}  // namespace fragflow
