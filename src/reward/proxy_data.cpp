#include "src/reward/proxy_data.hpp"

#include <GraphMol/RWMol.h>

#include <algorithm>
#include <unordered_map>

#include "src/base/check.hpp"
#include "src/base/csv.hpp"
#include "src/base/parallel.hpp"
#include "src/base/text.hpp"
#include "src/chem/descriptors.hpp"

namespace fragflow {
namespace {

constexpr std::int64_t kFewestMolecules = 10;

double median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  const std::size_t middle = values.size() / 2;
  return values.size() % 2 == 1 ? values[middle] : 0.5 * (values[middle - 1] + values[middle]);
}

struct ReadRow {
  Standardised molecule;
  std::string scaffold;
  std::optional<double> target;
};

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

ProxyData read_proxy_data(const std::filesystem::path& path, const std::string& smiles_column,
                          const std::string& target_column) {
  const CsvTable table = read_csv(path);
  const std::size_t smiles_at = table.column(smiles_column, path.string());
  const std::size_t target_at = table.column(target_column, path.string());
  std::vector<ReadRow> rows(table.rows.size());
  parallel_for(static_cast<std::int64_t>(rows.size()), [&](std::int64_t i) {
    rows[i].molecule = standardise(table.rows[i][smiles_at]);
    rows[i].target = parse_double(table.rows[i][target_at]);
    if (rows[i].molecule.ok()) rows[i].scaffold = murcko_scaffold(*rows[i].molecule.molecule);
  });

  ProxyData data;
  std::unordered_map<std::string, std::int64_t> index_of;
  std::vector<std::vector<double>> values;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const ReadRow& row = rows[i];
    const auto number = static_cast<std::int64_t>(i) + 1;
    row.molecule.count_into(data.counts);
    if (!row.molecule.ok() || !row.target) {
      const std::string reason =
          row.molecule.ok()
              ? fmt::format("{} '{}' is not a number", target_column, table.rows[i][target_at])
              : fmt::format("SMILES '{}': {}", table.rows[i][smiles_at], row.molecule.reason);
      data.skipped.push_back({number, table.line_numbers[i], reason});
      continue;
    }
    const auto [found, is_new] = index_of.try_emplace(row.molecule.smiles, data.size());
    if (is_new) {
      data.smiles.push_back(row.molecule.smiles);
      data.scaffolds.push_back(row.scaffold);
      data.first_row.push_back(number);
      values.emplace_back();
    } else {
      ++data.merged;
    }
    values[found->second].push_back(*row.target);
  }
  for (std::vector<double>& measured : values) data.targets.push_back(median(std::move(measured)));
  if (data.size() < kFewestMolecules) {
    user_error("{}: {} usable molecules of {} rows; a proxy needs at least {}{}", path.string(),
               data.size(), rows.size(), kFewestMolecules,
               data.skipped.empty()
                   ? ""
                   : fmt::format("; first bad row {} (line {}): {}", data.skipped[0].row,
                                 data.skipped[0].line, data.skipped[0].reason));
  }
  return data;
}

}  // namespace fragflow
