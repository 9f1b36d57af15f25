#include "src/reward/proxy_data.hpp"

#include <algorithm>
#include <numeric>
#include <utility>

#include "src/base/check.hpp"
#include "src/base/rng.hpp"
#include "src/chem/activity_table.hpp"

namespace fragflow {
namespace {

constexpr std::int64_t kFewestMolecules = 10;

}  // namespace

ProxyData ProxyData::subset(const std::vector<std::int64_t>& rows) const {
  ProxyData part;
  for (std::int64_t row : rows) {
    part.smiles.push_back(smiles[row]);
    part.targets.push_back(targets[row]);
    part.scaffolds.push_back(scaffolds[row]);
    part.first_row.push_back(first_row[row]);
  }
  return part;
}

ProxyData random_part(const ProxyData& data, std::int64_t size, std::uint64_t seed) {
  if (size >= data.size()) return data;
  std::vector<std::int64_t> rows(data.size());
  std::iota(rows.begin(), rows.end(), std::int64_t{0});
  Rng rng(mix_seed(seed, "part of a table"));
  for (std::int64_t i = 0; i < size; ++i) {
    std::swap(rows[i], rows[i + static_cast<std::int64_t>(rng.below(data.size() - i))]);
  }
  rows.resize(size);
  std::sort(rows.begin(), rows.end());
  ProxyData part = data.subset(rows);
  part.skipped = data.skipped;
  part.merged = data.merged;
  part.counts = data.counts;
  return part;
}

ProxyData read_proxy_data(const std::filesystem::path& path, const std::string& smiles_column,
                          const std::string& target_column) {
  ActivityOptions options;
  options.columns.smiles = smiles_column;
  options.columns.target = target_column;
  options.units = "none";  // what the column holds is what the proxy predicts
  options.direction = "higher";
  const ActivityTable table = read_activity_table(path, options);
  ProxyData data;
  data.merged = table.num_merged();
  data.counts = table.counts;
  for (const ActivityTable::Molecule& molecule : table.molecules) {
    data.smiles.push_back(molecule.smiles);
    data.targets.push_back(molecule.value);
    data.scaffolds.push_back(molecule.scaffold);
    data.first_row.push_back(molecule.rows.front());
  }
  for (const ActivityTable::Rejected& row : table.rejected) {
    data.skipped.push_back(
        {row.row, row.line, fmt::format("{} '{}': {}", row.kind, row.text, row.reason)});
  }
  if (data.size() < kFewestMolecules) {
    user_error("{}: {} usable molecules of {} rows; a proxy needs at least {}{}", path.string(),
               data.size(), table.rows, kFewestMolecules,
               data.skipped.empty()
                   ? ""
                   : fmt::format("; first bad row {} (line {}): {}", data.skipped[0].row,
                                 data.skipped[0].line, data.skipped[0].reason));
  }
  return data;
}

}  // namespace fragflow
