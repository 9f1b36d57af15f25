// A worker's result for one molecule.
#pragma once

#include <map>
#include <string>
#include <vector>

namespace fragflow {

// Values are always sent with their SMILES, so that they cannot be assigned to another molecule.
struct PoolRow {
  std::string smiles;                    // canonical, as it was sent
  std::map<std::string, double> values;  // by name of the output, finite; empty: not scored
  std::string failure;                   // why it was not scored; "" if it was
};

// Why rows are not a valid answer for a batch, "" if they are: one row per molecule, each with
// finite values of the same outputs or a failure.
std::string what_does_not_fit(const std::vector<std::string>& smiles,
                              const std::vector<PoolRow>& rows);

}  // namespace fragflow
