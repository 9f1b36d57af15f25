// Which form of a molecule counts where a run is at hand.
//
// Molecules are standardised when they are read: one neutral parent stands for all its salts. A run
// whose fragments carry charges draws, scores and writes molecules with charges, though. The rule:
// a molecule in the text that the run itself would write keeps its charges if the run's fragments
// build it so; every other one is standardised.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "envs/fragment_tree.hpp"
#include "src/chem/canonical_batch.hpp"
#include "src/reward/molecule_trees.hpp"

namespace fragflow {

class MoleculeForms {
 public:
  // find: the run's environment, asked for when the first charged molecule comes; null: it builds
  // no molecules, and all are standardised.
  using FindEnvironment = std::function<std::shared_ptr<const FragmentTree>()>;
  explicit MoleculeForms(FindEnvironment find) : find_(std::move(find)) {}

  // As canonical_batch, but for the molecules that keep their charges. Parallel.
  std::vector<CanonicalText> canonical(std::span<const std::string> smiles,
                                       StandardiseCounts& counts);

 private:
  FindEnvironment find_;
  bool is_found_ = false;
  std::shared_ptr<const FragmentTree> environment_;
  std::optional<MoleculeTrees> trees_;
};

}  // namespace fragflow
