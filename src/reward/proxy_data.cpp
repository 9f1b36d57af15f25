#include "src/reward/proxy_data.hpp"

#include <algorithm>
#include <numeric>
#include <utility>

#include "src/base/check.hpp"
#include "src/base/rng.hpp"

namespace fragflow {
namespace {

constexpr std::int64_t kFewestMolecules = 10;

ActivityTable read_as_it_stands(const std::filesystem::path& path, const std::string& smiles_column,
                                const std::string& target_column) {
  ActivityOptions options;
  options.columns.smiles = smiles_column;
  options.columns.target = target_column;
  options.units = "none";  // the proxy predicts the column's own values
  options.direction = "higher";
  return read_activity_table(path, options);
}

ProxyData::Bounds bounds_of(const ActivityTable& table) {
  ProxyData::Bounds bounds;
  for (const ActivityTable::Bound& bound : table.bounds) {
    bounds.smiles.push_back(bound.smiles);
    bounds.scaffolds.push_back(bound.scaffold);
    bounds.limits.push_back(bound.limit);
    bounds.above.push_back(bound.above ? 1 : 0);
    bounds.first_row.push_back(bound.rows.front());
  }
  return bounds;
}

// `count` of the numbers below size, in ascending order.
std::vector<std::int64_t> drawn_rows(std::int64_t size, std::int64_t count, std::uint64_t seed) {
  std::vector<std::int64_t> rows(size);
  std::iota(rows.begin(), rows.end(), std::int64_t{0});
  Rng rng(seed);
  for (std::int64_t i = 0; i < count; ++i) {
    std::swap(rows[i], rows[i + static_cast<std::int64_t>(rng.below(size - i))]);
  }
  rows.resize(count);
  std::sort(rows.begin(), rows.end());
  return rows;
}

template <typename Value>
std::vector<Value> picked(const std::vector<Value>& values, const std::vector<std::int64_t>& rows) {
  std::vector<Value> part;
  for (const std::int64_t row : rows) part.push_back(values[row]);
  return part;
}

}  // namespace

ProxyData::Bounds ProxyData::Bounds::subset(const std::vector<std::int64_t>& rows) const {
  return {picked(smiles, rows), picked(scaffolds, rows), picked(limits, rows), picked(above, rows),
          picked(first_row, rows)};
}

void ProxyData::negate() {
  for (double& target : targets) target = -target;
  for (double& limit : bounds.limits) limit = -limit;
  for (char& above : bounds.above) above = above != 0 ? 0 : 1;
}

ProxyData ProxyData::subset(const std::vector<std::int64_t>& rows) const {
  ProxyData part;
  part.smiles = picked(smiles, rows);
  part.targets = picked(targets, rows);
  part.scaffolds = picked(scaffolds, rows);
  part.first_row = picked(first_row, rows);
  return part;
}

ProxyData random_part(const ProxyData& data, std::int64_t size, std::uint64_t seed) {
  if (size >= data.size()) return data;
  ProxyData part = data.subset(drawn_rows(data.size(), size, mix_seed(seed, "part of a table")));
  const std::int64_t bounds = data.bounds.size() * size / data.size();
  part.bounds = data.bounds.subset(
      drawn_rows(data.bounds.size(), bounds, mix_seed(seed, "part of the bounds")));
  part.skipped = data.skipped;
  part.merged = data.merged;
  part.counts = data.counts;
  return part;
}

ProxyData proxy_data_of(const ActivityTable& table) {
  ProxyData data;
  data.bounds = bounds_of(table);
  for (const ActivityTable::Molecule& molecule : table.molecules) {
    data.smiles.push_back(molecule.smiles);
    data.targets.push_back(molecule.value);
    data.scaffolds.push_back(molecule.scaffold);
    data.first_row.push_back(molecule.rows.front());
  }
  return data;
}

ProxyData read_proxy_data(const std::filesystem::path& path, const std::string& smiles_column,
                          const std::string& target_column) {
  const ActivityTable table = read_as_it_stands(path, smiles_column, target_column);
  ProxyData data = proxy_data_of(table);
  data.merged = table.num_merged();
  data.counts = table.counts;
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

ProxyData::Bounds read_proxy_bounds(const std::filesystem::path& path,
                                    const std::string& smiles_column,
                                    const std::string& target_column) {
  return bounds_of(read_as_it_stands(path, smiles_column, target_column));
}

}  // namespace fragflow
