// All trees by which an environment can build a given molecule.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "envs/fragment_tree.hpp"
#include "src/chem/decomposition.hpp"

namespace fragflow {

class MoleculeTrees {
 public:
  // environment must outlive this object.
  explicit MoleculeTrees(const FragmentTree& environment);

  struct Result {
    // Terminal states that assemble to the molecule: canonical, distinct, reachable, sorted.
    std::vector<State> trees;
    bool complete = true;  // false: a limit stopped the search, and trees may be missing
    std::string reason;    // why there is no tree, or which limit was reached
  };

  // Expects a SMILES as written by `standardise`. Thread-safe.
  Result find(std::string_view canonical_smiles) const;

 private:
  const FragmentTree& environment_;
  Decomposer decomposer_;
  DecompositionLimits limits_;
};

}  // namespace fragflow
