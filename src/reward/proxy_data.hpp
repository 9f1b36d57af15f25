// Activity tables as training data of proxies: one row per distinct molecule.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "src/chem/activity_table.hpp"
#include "src/chem/standardise.hpp"

namespace fragflow {

struct ProxyData {
  std::vector<std::string> smiles;      // canonical, standardised, distinct
  std::vector<double> targets;          // median over the molecule's rows
  std::vector<std::string> scaffolds;   // Bemis-Murcko; "" for molecules without rings
  std::vector<std::int64_t> first_row;  // 1-based data row of the first occurrence

  // Bounds on the target of molecules without a measurement. At most one bound of either kind per
  // molecule; the columns are parallel.
  struct Bounds {
    std::vector<std::string> smiles, scaffolds;  // as above; none of those above
    std::vector<double> limits;
    std::vector<char> above;  // 1: the target is above its limit; 0: below
    std::vector<std::int64_t> first_row;

    std::int64_t size() const { return static_cast<std::int64_t>(smiles.size()); }
    Bounds subset(const std::vector<std::int64_t>& rows) const;
  };
  Bounds bounds;

  struct Skipped {
    std::int64_t row = 0;  // 1-based data row (the header is not counted)
    std::size_t line = 0;  // 1-based line of the file
    std::string reason;    // the problem, with the offending text
  };
  std::vector<Skipped> skipped;
  std::int64_t merged = 0;  // rows merged into the row of the same molecule
  StandardiseCounts counts;

  std::int64_t size() const { return static_cast<std::int64_t>(smiles.size()); }
  // Negates targets and limits, and swaps the sides of the bounds.
  void negate();
  // The given rows, without bounds, skipped, merged and counts.
  ProxyData subset(const std::vector<std::int64_t>& rows) const;
};

// At most `size` molecules, drawn at random without replacement and kept in order, with the same
// fraction of the bounds; `skipped`, `merged` and `counts` stay those of all. A function of the
// arguments.
ProxyData random_part(const ProxyData& data, std::int64_t size, std::uint64_t seed);

// The molecules and bounds of a table, in its order.
ProxyData proxy_data_of(const ActivityTable& table);

// Reads a CSV (src/chem/activity_table.hpp), values unchanged. Rows with unreadable SMILES or
// target, and bounds of measured molecules, are skipped and listed. Throws UserError for a missing
// column (naming the existing ones) and if fewer than 10 molecules are left.
ProxyData read_proxy_data(const std::filesystem::path& path, const std::string& smiles_column,
                          const std::string& target_column);

// The bounds of a table that may contain nothing else, for ProxyData::bounds.
ProxyData::Bounds read_proxy_bounds(const std::filesystem::path& path,
                                    const std::string& smiles_column,
                                    const std::string& target_column);

}  // namespace fragflow
