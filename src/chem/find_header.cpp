#include "src/chem/find_header.hpp"

#include <algorithm>
#include <array>
#include <cctype>

#include "src/base/csv.hpp"
#include "src/base/csv_records.hpp"
#include "src/base/text.hpp"
#include "src/chem/standardise.hpp"
#include "src/chem/structure_column.hpp"
#include "src/chem/structure_text.hpp"

namespace fragflow {
namespace {

// Number of records searched for the header.
constexpr std::size_t kSearched = 30;
// A header after # has a lower priority than any other.
constexpr int kBehindComment = 100;
// Rows used to detect a column of structures without a name; minimum letters in the first.
constexpr std::size_t kRowsWithoutHeader = 20, kShortestStructure = 3;

struct Found {
  int rank = 0;
  HeaderPlace place;
  std::size_t position = 0;  // in the sample, of the header
};

std::optional<int> rank_of(std::string_view name, const std::string& smiles_column) {
  // "#2" is a column number, not a name.
  if (smiles_column.empty() || smiles_column[0] == '#') return structure_rank(trim(name));
  if (trim(name) == smiles_column) return 0;
  return {};
}

// Lowest rank of the cells; `first` replaces the first of them.
std::optional<int> rank_of(const std::vector<std::string>& fields, std::string_view first,
                           const std::string& smiles_column) {
  std::optional<int> best = rank_of(first, smiles_column);
  for (std::size_t c = 1; c < fields.size(); ++c) {
    const std::optional<int> rank = rank_of(fields[c], smiles_column);
    if (rank && (!best || *rank < *best)) best = rank;
  }
  return best;
}

std::optional<Found> find_with(std::string_view sample, char delimiter,
                               const std::string& smiles_column) {
  std::optional<Found> best;
  CsvRecords records(sample, delimiter);
  std::vector<std::string> fields;
  std::size_t line = 0, position = 0;
  for (std::size_t above = 0; above < kSearched; position = records.position()) {
    if (!records.next(fields, line)) break;
    if (is_blank_record(fields)) continue;
    std::string_view first = trim(fields[0]);
    const bool is_comment = first.starts_with('#');
    if (is_comment) first.remove_prefix(1);
    const std::optional<int> rank = rank_of(fields, first, smiles_column);
    const int total = rank.value_or(0) + (is_comment ? kBehindComment : 0);
    if (rank && (!best || total < best->rank)) {
      best = {total, {delimiter, above, is_comment, {}}, position};
    }
    ++above;
  }
  return best;
}

// The sample after the comments at its start; adds their number to `records`.
std::string_view behind_comments(std::string_view sample, std::size_t& records) {
  for (std::string_view text = sample; !text.empty();) {
    const std::size_t end = std::min(text.find('\n'), text.size() - 1) + 1;
    const std::string_view line = trim(text.substr(0, end));
    if (!line.empty() && !line.starts_with('#')) return text;
    records += line.empty() ? 0 : 1;
    text.remove_prefix(end);
  }
  records = 0;  // there is nothing but comments
  return sample;
}

// The column whose cells are structures in at least four fifths of the first rows.
std::optional<std::size_t> structures_without_header(std::string_view text, char delimiter) {
  CsvRecords records(text, delimiter);
  std::vector<std::string> fields;
  std::vector<std::size_t> structures;
  std::size_t line = 0, rows = 0;
  while (rows < kRowsWithoutHeader && records.next(fields, line) && records.closed()) {
    if (is_blank_record(fields)) continue;
    if (rows++ == 0) structures.resize(fields.size());
    for (std::size_t c = 0; c < std::min(structures.size(), fields.size()); ++c) {
      const std::string_view structure = split_structure(fields[c]).structure;
      const bool ok =
          structure.size() >= (rows == 1 ? kShortestStructure : 1) && standardise(structure).ok();
      if (rows == 1 && !ok) structures[c] = 0;
      structures[c] += ok && (rows == 1 || structures[c] > 0);
    }
  }
  const auto best = std::max_element(structures.begin(), structures.end());
  if (best == structures.end() || *best == 0 || *best * 5 < rows * 4) return {};
  return static_cast<std::size_t>(best - structures.begin());
}

HeaderPlace place_without_name(std::string_view sample, std::string_view whole,
                               const std::string& smiles_column) {
  HeaderPlace place;
  const std::string_view text = behind_comments(sample, place.records_above);
  const char named = named_delimiter(whole);
  place.delimiter = named != '\0' ? named : find_delimiter(text);
  if (smiles_column.empty()) {
    place.structure_without_header = structures_without_header(text, place.delimiter);
  }
  return place;
}

std::string lower(std::string_view text) {
  std::string result(text);
  for (char& c : result) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return result;
}

std::string_view without_brackets(std::string_view text) {
  text = trim(text);
  const bool in_brackets = text.size() > 2 && ((text.front() == '(' && text.back() == ')') ||
                                               (text.front() == '[' && text.back() == ']'));
  return in_brackets ? trim(text.substr(1, text.size() - 2)) : text;
}

}  // namespace

HeaderPlace find_header(std::string_view whole, const std::string& smiles_column) {
  std::string_view sample = whole;
  const char named = named_delimiter(whole);
  if (named != '\0') sample.remove_prefix(std::min(whole.find('\n'), whole.size() - 1) + 1);
  std::optional<Found> best;
  bool best_splits = false;
  for (const char delimiter : kDelimiters) {
    if (named != '\0' && delimiter != kDelimiters[0]) break;  // only the named one
    const auto found = find_with(sample, named != '\0' ? named : delimiter, smiles_column);
    if (!found) continue;
    const bool splits = find_delimiter(sample.substr(found->position)) == delimiter;
    if (!best || splits > best_splits || (splits == best_splits && found->rank < best->rank)) {
      best = found;
      best_splits = splits;
    }
  }
  return best ? best->place : place_without_name(sample, whole, smiles_column);
}

bool is_unit_word(std::string_view text) {
  constexpr std::array<std::string_view, 36> kUnits = {"nm",
                                                       "um",
                                                       "\xC2\xB5m",
                                                       "\xCE\xBCm",
                                                       "mm",
                                                       "pm",
                                                       "fm",
                                                       "m",
                                                       "%",
                                                       "mol/l",
                                                       "nmol/l",
                                                       "umol/l",
                                                       "mmol/l",
                                                       "pmol/l",
                                                       "ug/ml",
                                                       "\xC2\xB5g/ml",
                                                       "\xCE\xBCg/ml",
                                                       "ng/ml",
                                                       "mg/ml",
                                                       "pg/ml",
                                                       "g/l",
                                                       "mg/l",
                                                       "g/mol",
                                                       "da",
                                                       "h",
                                                       "min",
                                                       "s",
                                                       "ml/min/kg",
                                                       "mg/kg",
                                                       "1/s",
                                                       "s-1",
                                                       "\xC2\xB0"
                                                       "c",
                                                       "kcal/mol",
                                                       "kj/mol",
                                                       "-log m",
                                                       "log m"};
  const std::string unit = lower(trim(text));
  return std::find(kUnits.begin(), kUnits.end(), unit) != kUnits.end();
}

bool holds_units_only(const std::vector<std::string>& fields) {
  std::size_t units = 0;
  for (const std::string& field : fields) {
    const std::string_view text = without_brackets(field);
    if (text.empty() || text == "-") continue;
    if (!is_unit_word(text)) return false;
    ++units;
  }
  return units > 0;
}

}  // namespace fragflow
