// What is in this folder gives RDKit's answers sooner; tests/chem compare them. A file is named
// after the function of RDKit that it equals (pattern_screen, which only leaves out searches that
// would find nothing, and atom_contributions and query_invariants, which calc_clogp and the screen
// use, have none). RDKit can do the work instead: to tell whether a difference is ours, or when
// another RDKit disagrees. Short cuts of a few lines elsewhere stay: aromatic rings for QED
// (qed.cpp), steps of sanitising that the text makes needless (standardise.cpp).
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace fragflow {

enum class Accelerator {
  kCalcClogp,
  kCalcNumRotatableBonds,
  kMolToSmiles,
  kPatternScreen,
  kSmilesToMol,
};

// The names of their files, in this order.
const std::vector<std::string>& accelerator_names();

// Whether it does the work, and not RDKit. True for all until use_rdkit_for().
bool is_used(Accelerator accelerator);

// names: "all", or some of accelerator_names() with commas between; "": none. The program takes
// them from the environment variable FRAGFLOW_USE_RDKIT. Throws UserError for other names. Not
// thread-safe.
void use_rdkit_for(std::string_view names);

}  // namespace fragflow
