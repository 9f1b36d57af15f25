#include "src/chem/activity_columns.hpp"

#include <algorithm>
#include <cctype>
#include <functional>
#include <set>
#include <span>

#include "src/base/check.hpp"
#include "src/base/text.hpp"
#include "src/chem/activity_cell.hpp"
#include "src/chem/activity_companions.hpp"
#include "src/chem/activity_name.hpp"
#include "src/chem/inchi_layers.hpp"
#include "src/chem/standardise.hpp"
#include "src/chem/structure_column.hpp"
#include "src/chem/structure_text.hpp"

namespace fragflow {
namespace {

using Role = ActivityName::Role;
using Columns = std::vector<std::size_t>;

// Number of rows by which a column is judged.
constexpr std::size_t kJudgedRows = 2000, kJudgedStructures = 30;

// Accepts the columns of one rank; ranks are tried in turn.
using Rank = std::function<bool(const std::string& name)>;

Rank one_of(std::vector<std::string> keys) {
  return [keys = std::move(keys)](const std::string& name) {
    return std::find(keys.begin(), keys.end(), key_of_name(name)) != keys.end();
  };
}

Rank of_role(Role role) {
  return [role](const std::string& name) { return read_activity_name(name).role == role; };
}

bool is_quantity(const std::string& name) {
  const ActivityName read = read_activity_name(name);
  return (read.role == Role::kConcentration || read.role == Role::kLogarithm) && read.quantity;
}

// "exp_mean [nM]": a unit that is rarely used for anything else.
bool is_in_activity_unit(const std::string& name) {
  const ActivityName read = read_activity_name(name);
  return (read.role == Role::kConcentration || read.role == Role::kLogarithm) && read.unit &&
         (read.unit->name == "nM" || read.unit->name == "uM");
}

bool is_error_or_count(const std::string& name) {
  const Role role = read_activity_name(name).role;
  return role == Role::kSpread || role == Role::kCount;
}

const std::vector<Rank>& target_ranks() {
  static const std::vector<Rank> ranks = {
      one_of({"pchemblvalue"}), of_role(Role::kPotency),    one_of({"standardvalue"}), is_quantity,
      is_in_activity_unit,      of_role(Role::kPercentage), is_general_activity_name};
  return ranks;
}

Columns columns_of(const CsvTable& table, const Rank& accepts) {
  Columns found;
  for (std::size_t i = 0; i < table.header.size(); ++i) {
    if (accepts(table.header[i])) found.push_back(i);
  }
  return found;
}

struct Content {
  std::size_t texts = 0, numbers = 0;  // cells that are not blank
};

Content content_of(const CsvTable& table, std::size_t column) {
  Content content;
  for (std::size_t i = 0; i < std::min(table.rows.size(), kJudgedRows); ++i) {
    const ActivityCell cell = split_cell(table.rows[i][column]);
    if (cell.number.empty() && trim(table.rows[i][column]).empty()) continue;
    ++(holds_number(cell) ? content.numbers : content.texts);
  }
  return content;
}

bool holds_texts(const CsvTable& table, std::size_t column) {
  const Content content = content_of(table, column);
  return content.texts > content.numbers;
}

// Without columns that only repeat an earlier one.
Columns distinct(const CsvTable& table, const Columns& columns) {
  Columns kept;
  for (const std::size_t column : columns) {
    const bool repeats = std::any_of(kept.begin(), kept.end(), [&](std::size_t earlier) {
      return key_of_name(table.header[earlier]) == key_of_name(table.header[column]) &&
             same_content(table, earlier, column);
    });
    if (!repeats) kept.push_back(column);
  }
  return kept;
}

std::string quoted(const CsvTable& table, const Columns& columns) {
  std::vector<std::string> names;
  for (const std::size_t column : columns) names.push_back(quoted_column(table, column));
  return join(names);
}

// Columns of one rank; if only some are numeric, those. Errors and counts have no rank.
Columns targets_of_rank(const CsvTable& table, const Rank& rank) {
  const Columns found = columns_of(table, rank);
  Columns numeric;
  std::copy_if(found.begin(), found.end(), std::back_inserter(numeric),
               [&](std::size_t column) { return !holds_texts(table, column); });
  return distinct(table, numeric.empty() ? found : numeric);
}

// The candidates of the first rank in which one is numeric; otherwise of the first rank that has
// any.
Columns find_targets(const CsvTable& table) {
  Columns first;
  for (const Rank& rank : target_ranks()) {
    const Columns found = targets_of_rank(table, rank);
    if (first.empty()) first = found;
    const bool filled = std::any_of(found.begin(), found.end(), [&](std::size_t column) {
      return content_of(table, column).numbers > 0 && !holds_texts(table, column);
    });
    if (filled) return found;
  }
  return first;
}

// Columns that RDKit can read almost completely, without those of InChI if there are others. "CN"
// and "C1" may be SMILES or names: short texts do not count.
Columns readable_structures(const CsvTable& table) {
  Columns found, of_inchi;
  for (std::size_t column = 0; column < table.header.size(); ++column) {
    std::size_t seen = 0, readable = 0, characters = 0, inchis = 0;
    std::set<std::string_view> distinct_texts;
    for (const auto& row : table.rows) {
      const std::string_view text = trim(row[column]);
      if (text.empty()) continue;
      ++seen;
      characters += text.size();
      inchis += is_inchi(text) ? 1 : 0;
      distinct_texts.insert(text);
      readable += standardise(split_structure(text).structure).ok() ? 1 : 0;
      if (seen == kJudgedStructures || readable + 3 < seen) break;
    }
    if (seen > 0 && readable * 10 >= seen * 9 && characters >= 6 * seen &&
        distinct_texts.size() * 2 > seen) {
      (inchis * 2 > seen ? of_inchi : found).push_back(column);
    }
  }
  return found.empty() ? of_inchi : found;
}

Columns find_structures(const CsvTable& table, std::vector<std::string>& notes) {
  for (int rank = 0; rank < kStructureRanks; ++rank) {
    const Columns found = distinct(table, columns_of(table, [rank](const std::string& name) {
                                     return structure_rank(name) == rank;
                                   }));
    if (!found.empty()) return found;
  }
  const Columns found = readable_structures(table);
  if (found.size() == 1) {
    notes.push_back(fmt::format("Column {} has the structures: what it holds are structures.",
                                quoted_column(table, found.front())));
  }
  return found;
}

std::size_t only_one(const CsvTable& table, const Columns& found, const char* option,
                     const char* what, const std::string& source) {
  if (found.empty()) {
    Columns passed_over;
    if (option == std::string_view("--target")) passed_over = columns_of(table, is_error_or_count);
    user_error("{}: no column is known to hold {}; name it with {}; the columns are: {}{}", source,
               what, option, join(table.header),
               passed_over.empty()
                   ? ""
                   : fmt::format(" ({}: by name an error or a count)", quoted(table, passed_over)));
  }
  if (found.size() > 1) {
    const bool by_number = table.header[found[0]] == table.header[found[1]];
    user_error("{}: several columns may hold {}: {}; choose one with {}{}", source, what,
               quoted(table, found), option,
               by_number ? fmt::format(", by its number: {} '#{}'", option, found[0] + 1) : "");
  }
  return found.front();
}

std::size_t find_structure(const CsvTable& table, const std::string& given,
                           const std::string& source, std::vector<std::string>& notes) {
  if (!given.empty()) return choose_column(table, given, "--smiles", source);
  return only_one(table, find_structures(table, notes), "--smiles", "the structures (SMILES)",
                  source);
}

std::size_t find_target(const CsvTable& table, const std::string& given, const std::string& source,
                        std::vector<std::string>& notes) {
  if (!given.empty()) return choose_column(table, given, "--target", source);
  const std::size_t target =
      only_one(table, find_targets(table), "--target", "the activity", source);
  Columns passed_over;
  for (const std::size_t column : columns_of(table, is_error_or_count)) {
    if (content_of(table, column).numbers > 0) passed_over.push_back(column);
  }
  if (!passed_over.empty()) {
    notes.push_back(fmt::format("By name an error or a count, and no activity: {}.",
                                quoted(table, passed_over)));
  }
  return target;
}

// The first column of the first rank that has any.
std::optional<std::size_t> find_optional(const CsvTable& table, const std::string& given,
                                         const std::vector<Rank>& ranks, const char* option,
                                         const std::string& source) {
  if (!given.empty()) return choose_column(table, given, option, source);
  for (const Rank& rank : ranks) {
    const Columns found = columns_of(table, rank);
    if (!found.empty()) return found.front();
  }
  return {};
}

// Columns of units are not searched for if the name states the meaning of the values.
bool may_need_units(const std::string& target) {
  const ActivityName read = read_activity_name(target);
  return read.role != Role::kPotency && read.role != Role::kPercentage && !read.unit;
}

// "#4": 3
std::optional<std::size_t> place_of_number(const std::string& wanted) {
  if (wanted.size() < 2 || wanted.size() > 8 || wanted[0] != '#') return {};
  std::size_t number = 0;
  for (const char c : wanted.substr(1)) {
    if (std::isdigit(static_cast<unsigned char>(c)) == 0) return {};
    number = 10 * number + static_cast<std::size_t>(c - '0');
  }
  return number - 1;  // "#0" becomes an index beyond every table
}

ActivityColumns names_of(const CsvTable& table, const ActivityColumnPlaces& places) {
  const auto name = [&](std::optional<std::size_t> column) {
    if (!column) return std::string();
    const std::string& text = table.header[*column];
    const auto count = std::count(table.header.begin(), table.header.end(), text);
    return count > 1 ? fmt::format("#{} {}", *column + 1, text) : text;
  };
  return {name(places.smiles), name(places.target), name(places.relation), name(places.unit),
          name(places.type),   name(places.name),   name(places.comment),  name(places.assayed)};
}

}  // namespace

std::string key_of_name(std::string_view name) {
  std::string key;
  for (const char c : name) {
    const auto byte = static_cast<unsigned char>(c);
    if (std::isalnum(byte)) key += static_cast<char>(std::tolower(byte));
  }
  return key;
}

bool is_general_activity_name(const std::string& name) {
  static const Rank accepts =
      one_of({"activity", "value", "potency", "affinity", "y", "label", "standardvalue"});
  return accepts(name);
}

std::string quoted_column(const CsvTable& table, std::size_t column) {
  const std::string& name = table.header[column];
  const bool twice = std::count(table.header.begin(), table.header.end(), name) > 1;
  return twice ? fmt::format("'{}' (#{})", name, column + 1) : fmt::format("'{}'", name);
}

bool same_content(const CsvTable& table, std::size_t a, std::size_t b) {
  return std::all_of(table.rows.begin(), table.rows.end(),
                     [&](const auto& row) { return trim(row[a]) == trim(row[b]); });
}

std::size_t choose_column(const CsvTable& table, const std::string& wanted,
                          const std::string& option, const std::string& source) {
  const Columns found = columns_of(table, [&](const std::string& name) { return name == wanted; });
  if (found.empty()) {
    const auto place = place_of_number(wanted);
    if (!place) return table.column(wanted, source);
    if (*place < table.header.size()) return *place;
    user_error("{}: there is no column {}; the columns are #1 to #{}", source, wanted,
               table.header.size());
  }
  const bool same = std::all_of(found.begin(), found.end(), [&](std::size_t column) {
    return same_content(table, found.front(), column);
  });
  if (!same) {
    user_error("{}: several columns have the name '{}': {}; choose one by its number: {} '#{}'",
               source, wanted, quoted(table, found), option, found.front() + 1);
  }
  return found.front();
}

std::size_t find_smiles_column(const CsvTable& table, const std::string& given,
                               const std::string& source) {
  std::vector<std::string> notes;
  return find_structure(table, given, source, notes);
}

FoundColumns find_activity_columns(const CsvTable& table, const ActivityColumns& given,
                                   const std::string& source, bool needs_units) {
  static const std::vector<Rank> type = {
      one_of({"standardtype"}), one_of({"activitytype", "measurementtype", "endpoint", "type"})};
  static const std::vector<Rank> name = {
      one_of({"moleculechemblid", "compoundchemblid"}),
      one_of({"name", "compoundname", "compoundid", "moleculename", "compound", "compoundkey"}),
      one_of({"id"})};
  static const std::vector<Rank> comment = {one_of({"datavaliditycomment"})};
  static const std::vector<Rank> assayed = {one_of({"targetchemblid"}), one_of({"targetname"})};
  FoundColumns found;
  ActivityColumnPlaces& places = found.places;
  places.smiles = find_structure(table, given.smiles, source, found.notes);
  places.target = find_target(table, given.target, source, found.notes);
  places.relation = given.relation.empty()
                        ? find_relation_column(table, places, source, found.notes)
                        : choose_column(table, given.relation, "--relation", source);
  find_concentration(table, places, found.notes);
  if (!given.unit.empty()) {
    places.unit = choose_column(table, given.unit, "--unit-column", source);
  } else if (needs_units && may_need_units(table.header[places.target])) {
    places.unit = find_unit_column(table, places, source, found.notes);
  }
  places.type = find_optional(table, given.type, type, "the type", source);
  places.name = find_optional(table, given.name, name, "--name", source);
  places.comment = find_optional(table, given.comment, comment, "the comment", source);
  places.assayed = find_optional(table, given.assayed, assayed, "what was tested", source);
  found.names = names_of(table, places);
  return found;
}

}  // namespace fragflow
