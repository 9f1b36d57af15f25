// What a worker says of one molecule.
#pragma once

#include <map>
#include <string>

namespace fragflow {

// A value always travels with the SMILES it belongs to, so that none can be given to another.
struct PoolRow {
  std::string smiles;                    // canonical, as it was sent
  std::map<std::string, double> values;  // by name of the output, finite; empty: not scored
  std::string failure;                   // why it was not scored; "" if it was
};

}  // namespace fragflow
