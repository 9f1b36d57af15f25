// Decides which form of an input molecule is used with a given run.
//
// Molecules are standardised when read: one neutral parent represents all its salts. However, a run
// whose fragments carry charges draws, scores and writes charged molecules. The rule: a molecule
// written exactly as the run would write it keeps its charges if the run's fragments can build it
// in this form; all others are standardised.
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
  // find: called for the run's environment when the first charged molecule occurs; null: the run
  // builds no molecules, and all are standardised.
  using FindEnvironment = std::function<std::shared_ptr<const FragmentTree>()>;
  explicit MoleculeForms(FindEnvironment find) : find_(std::move(find)) {}

  // Like canonical_batch, except for molecules that keep their charges. Parallel.
  std::vector<CanonicalText> canonical(std::span<const std::string> smiles,
                                       StandardiseCounts& counts);

 private:
  FindEnvironment find_;
  bool is_found_ = false;
  std::shared_ptr<const FragmentTree> environment_;
  std::optional<MoleculeTrees> trees_;
};

}  // namespace fragflow
