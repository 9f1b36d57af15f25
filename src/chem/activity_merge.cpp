#include "src/chem/activity_merge.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <unordered_map>

#include "src/base/statistics.hpp"

namespace fragflow {
namespace {

// Index of each compound in table.molecules.
using MoleculeIndex = std::unordered_map<std::string, std::size_t>;

MoleculeIndex merge_measured(const std::vector<ActivityRow>& rows, ActivityTable& table) {
  MoleculeIndex index_of;
  for (const ActivityRow& row : rows) {
    if (!row.is_measured()) continue;
    const auto [found, is_new] = index_of.try_emplace(row.molecule.smiles, table.molecules.size());
    if (is_new) {
      ActivityTable::Molecule molecule;
      molecule.smiles = row.molecule.smiles;
      molecule.scaffold = row.scaffold;
      table.molecules.push_back(std::move(molecule));
    }
    ActivityTable::Molecule& molecule = table.molecules[found->second];
    if (molecule.name.empty()) molecule.name = row.name;
    molecule.rows.push_back(row.number);
    molecule.values.push_back(row.value);
  }
  for (ActivityTable::Molecule& molecule : table.molecules) {
    const auto [low, high] = std::minmax_element(molecule.values.begin(), molecule.values.end());
    molecule.lowest = *low;
    molecule.highest = *high;
    molecule.value = median(molecule.values);
  }
  return index_of;
}

void reject_beside_measured(ActivityRow& row, double value) {
  const bool above = row.relation == Relation::kAbove;
  const bool contradicts = above ? value < row.value : value > row.value;
  row.reject("censored", row.written,
             fmt::format("a bound, and the compound was measured: {:.4g}{}", value,
                         contradicts ? fmt::format(", which the bound ({} {:.4g}) contradicts",
                                                   above ? ">" : "<", row.value)
                                     : ""));
}

void merge_bounds(std::vector<ActivityRow>& rows, const MoleculeIndex& measured,
                  ActivityTable& table) {
  std::map<std::pair<std::string, bool>, std::size_t> index_of;
  for (ActivityRow& row : rows) {
    if (!row.in_use() || row.is_measured()) continue;
    const auto other = measured.find(row.molecule.smiles);
    if (other != measured.end()) {
      reject_beside_measured(row, table.molecules[other->second].value);
      continue;
    }
    const bool above = row.relation == Relation::kAbove;
    const auto [found, is_new] =
        index_of.try_emplace({row.molecule.smiles, above}, table.bounds.size());
    if (is_new) {
      table.bounds.push_back({row.molecule.smiles, row.scaffold, "", row.value, above, {}});
    }
    ActivityTable::Bound& bound = table.bounds[found->second];
    bound.limit = above ? std::max(bound.limit, row.value) : std::min(bound.limit, row.value);
    if (bound.name.empty()) bound.name = row.name;
    bound.rows.push_back(row.number);
  }
}

}  // namespace

void merge_rows(std::vector<ActivityRow>& rows, ActivityTable& table) {
  for (const ActivityRow& row : rows) {
    if (row.in_use() || row.kind == "structure") row.molecule.count_into(table.counts);
  }
  merge_bounds(rows, merge_measured(rows, table), table);
  for (const ActivityRow& row : rows) {
    if (row.in_use()) continue;
    table.rejected.push_back({row.number, row.line, row.kind, row.text, row.reason});
  }
}

}  // namespace fragflow
