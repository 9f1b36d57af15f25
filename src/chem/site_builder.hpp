// From the plain description of a fragment to sites, symmetries and patterns, with every check.
#pragma once

#include <string>
#include <vector>

#include "src/chem/vocabulary.hpp"
#include "src/chem/vocabulary_spec.hpp"

namespace fragflow {

struct BuiltFragment {
  Fragment fragment;
  // Equal for two fragments iff they are the same molecule with the same slots, however the atoms
  // are numbered.
  std::string identity;
};

// type_names[0] is "". Throws UserError starting with `where`.
BuiltFragment build_fragment(const FragmentSpec& spec, const std::vector<std::string>& type_names,
                             const std::string& where);

// True if no automorphism maps the pattern to a smaller one.
bool is_orbit_minimum(const Pattern& pattern,
                      const std::vector<std::vector<std::uint8_t>>& automorphisms);

}  // namespace fragflow
