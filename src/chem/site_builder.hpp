// Converts the plain description of a fragment to sites, symmetries and patterns, with all checks.
#pragma once

#include <string>
#include <vector>

#include "src/chem/vocabulary.hpp"
#include "src/chem/vocabulary_spec.hpp"

namespace RDKit {
class Atom;
}

namespace fragflow {

struct BuiltFragment {
  Fragment fragment;
  // Equal for two fragments iff they are the same molecule with the same slots, for any numbering
  // of the atoms.
  std::string identity;
};

// type_names[0] is "". Throws UserError starting with `where`.
BuiltFragment build_fragment(const FragmentSpec& spec, const std::vector<std::string>& type_names,
                             const std::string& where);

// True if no automorphism maps the pattern to a smaller one.
bool is_orbit_minimum(const Pattern& pattern,
                      const std::vector<std::vector<std::uint8_t>>& automorphisms);

// Published vocabularies omit the hydrogens of O=S=O and O=PO: with the first join such sulfur or
// phosphorus changes to its next valence, two higher. 2 for such atoms, 0 for all others.
unsigned omitted_hydrogens(const RDKit::Atom& atom);

}  // namespace fragflow
