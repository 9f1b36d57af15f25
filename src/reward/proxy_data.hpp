// Activity tables as proxies learn from them: one row per distinct molecule.
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
  std::vector<double> targets;          // median over the rows of the molecule
  std::vector<std::string> scaffolds;   // Bemis-Murcko; "" for molecules without rings
  std::vector<std::int64_t> first_row;  // 1-based data row where the molecule first occurs

  // What molecules without a measurement are known by: that the target is above or below a limit.
  // One of either kind for a molecule; the columns are parallel.
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
    std::string reason;    // what was wrong, with the offending text
  };
  std::vector<Skipped> skipped;
  std::int64_t merged = 0;  // rows that joined the row of the same molecule
  StandardiseCounts counts;

  std::int64_t size() const { return static_cast<std::int64_t>(smiles.size()); }
  // Turns the sign of targets and limits, and with it the sides of the bounds.
  void negate();
  // The given rows; bounds, skipped, merged and counts stay behind.
  ProxyData subset(const std::vector<std::int64_t>& rows) const;
};

// So many of the molecules (all, if there are fewer), drawn at random without replacement, in their
// order, and as large a fraction of the bounds; `skipped`, `merged` and `counts` are those of all.
// A function of the arguments.
ProxyData random_part(const ProxyData& data, std::int64_t size, std::uint64_t seed);

// The molecules and bounds of a table, in its order.
ProxyData proxy_data_of(const ActivityTable& table);

// Reads a CSV (src/chem/activity_table.hpp), values as they stand. Rows whose SMILES or target
// cannot be read, and bounds of measured molecules, are skipped and listed. Throws UserError for a
// missing column (naming the columns there are) and if fewer than 10 molecules are left.
ProxyData read_proxy_data(const std::filesystem::path& path, const std::string& smiles_column,
                          const std::string& target_column);

// The bounds of a table that need hold nothing else, for ProxyData::bounds.
ProxyData::Bounds read_proxy_bounds(const std::filesystem::path& path,
                                    const std::string& smiles_column,
                                    const std::string& target_column);

}  // namespace fragflow
