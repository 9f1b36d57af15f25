#include "src/chem/activity_columns.hpp"

#include <algorithm>
#include <cctype>
#include <functional>
#include <span>

#include "src/base/check.hpp"
#include "src/base/text.hpp"
#include "src/chem/activity_units.hpp"
#include "src/chem/structure_column.hpp"

namespace fragflow {
namespace {

// Lower case, letters and digits only: "Standard Value" and "standard_value" are one name.
std::string key_of(std::string_view name) {
  std::string key;
  for (const char c : name) {
    const auto byte = static_cast<unsigned char>(c);
    if (std::isalnum(byte)) key += static_cast<char>(std::tolower(byte));
  }
  return key;
}

// Accepts the columns of one rank; ranks are tried in turn.
using Rank = std::function<bool(const std::string& name)>;

Rank one_of(std::vector<std::string> keys) {
  return [keys = std::move(keys)](const std::string& name) {
    return std::find(keys.begin(), keys.end(), key_of(name)) != keys.end();
  };
}

// The columns of the first rank that has any.
std::vector<std::string> candidates(const CsvTable& table, std::span<const Rank> ranks) {
  for (const Rank& accepts : ranks) {
    std::vector<std::string> found;
    std::copy_if(table.header.begin(), table.header.end(), std::back_inserter(found), accepts);
    if (!found.empty()) return found;
  }
  return {};
}

std::string quoted(const std::vector<std::string>& names) {
  std::string text;
  for (const std::string& name : names) text += (text.empty() ? "'" : ", '") + name + "'";
  return text;
}

void find_required(const CsvTable& table, std::string& column, std::span<const Rank> ranks,
                   const char* option, const char* what, const std::string& source) {
  if (!column.empty()) {
    table.column(column, source);
    return;
  }
  const std::vector<std::string> found = candidates(table, ranks);
  if (found.empty()) {
    user_error("{}: no column is known to hold {}; name it with {}; the columns are: {}", source,
               what, option, join(table.header));
  }
  if (found.size() > 1) {
    user_error("{}: several columns may hold {}: {}; choose one with {}", source, what,
               quoted(found), option);
  }
  column = found.front();
}

// The first column of the first rank that has any; "" if none has.
void find_optional(const CsvTable& table, std::string& column, std::span<const Rank> ranks,
                   const std::string& source) {
  if (!column.empty()) {
    table.column(column, source);
    return;
  }
  const std::vector<std::string> found = candidates(table, ranks);
  if (!found.empty()) column = found.front();
}

std::vector<Rank> structure_names() {
  std::vector<Rank> ranks;
  for (int rank = 0; rank < kStructureRanks; ++rank) {
    ranks.push_back([rank](const std::string& name) { return structure_rank(name) == rank; });
  }
  return ranks;
}

bool is_potency_name(const std::string& name) {
  const auto unit = unit_in_name(name);
  return unit && unit->kind == ActivityUnit::Kind::kPotency;
}

}  // namespace

std::size_t find_smiles_column(const CsvTable& table, const std::string& given,
                               const std::string& source) {
  std::string name = given;
  find_required(table, name, structure_names(), "--smiles", "the structures (SMILES)", source);
  return table.column(name, source);
}

ActivityColumns find_activity_columns(const CsvTable& table, ActivityColumns columns,
                                      const std::string& source) {
  const std::vector<Rank> target = {one_of({"pchemblvalue"}), is_potency_name,
                                    one_of({"standardvalue"}), names_concentration,
                                    one_of({"activity", "value", "potency"})};
  const std::vector<Rank> relation = {
      one_of({"standardrelation"}),
      one_of({"relation", "standardoperator", "operator", "qualifier", "modifier"})};
  const std::vector<Rank> unit = {one_of({"standardunits", "standardunit"}),
                                  one_of({"units", "unit"})};
  const std::vector<Rank> type = {one_of({"standardtype"}),
                                  one_of({"activitytype", "measurementtype", "endpoint", "type"})};
  const std::vector<Rank> name = {
      one_of({"moleculechemblid", "compoundchemblid"}),
      one_of({"name", "compoundname", "compoundid", "moleculename", "compound", "compoundkey"}),
      one_of({"id"})};
  const std::vector<Rank> comment = {one_of({"datavaliditycomment"})};
  const std::vector<Rank> assayed = {one_of({"targetchemblid"}), one_of({"targetname"})};
  find_required(table, columns.smiles, structure_names(), "--smiles", "the structures (SMILES)",
                source);
  find_required(table, columns.target, target, "--target", "the activity", source);
  find_optional(table, columns.relation, relation, source);
  find_optional(table, columns.unit, unit, source);
  find_optional(table, columns.type, type, source);
  find_optional(table, columns.name, name, source);
  find_optional(table, columns.comment, comment, source);
  find_optional(table, columns.assayed, assayed, source);
  return columns;
}

}  // namespace fragflow
