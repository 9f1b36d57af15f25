// Faster functions with the same results as RDKit's; tests/chem compare them. A file is named after
// the RDKit function it equals (exceptions: pattern_screen, which only skips searches that would
// find nothing, and atom_contributions and query_invariants, used by calc_clogp and the screen).
// RDKit can do the work instead: to find out whether a difference is ours, or when another RDKit
// disagrees. Shortcuts of a few lines are elsewhere: aromatic rings for QED (qed.cpp), redundant
// steps of sanitising (standardise.cpp).
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

// Whether it replaces RDKit. True for all until use_rdkit_for().
bool is_used(Accelerator accelerator);

// names: "all", or some of accelerator_names(), comma-separated; "": none. The program reads them
// from the environment variable FRAGFLOW_USE_RDKIT. Throws UserError for other names. Not
// thread-safe.
void use_rdkit_for(std::string_view names);

}  // namespace fragflow
