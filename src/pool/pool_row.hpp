// What a worker says of one molecule.
#pragma once

#include <map>
#include <string>
#include <vector>

namespace fragflow {

// A value always travels with the SMILES it belongs to, so that none can be given to another.
struct PoolRow {
  std::string smiles;                    // canonical, as it was sent
  std::map<std::string, double> values;  // by name of the output, finite; empty: not scored
  std::string failure;                   // why it was not scored; "" if it was
};

// Why rows are no answer for a batch, "" if they are: one row for each of its molecules, each with
// finite values of the same outputs or a failure.
std::string what_does_not_fit(const std::vector<std::string>& smiles,
                              const std::vector<PoolRow>& rows);

}  // namespace fragflow
