// Parses the text of an InChI ("InChI=1S/C2H6O/c1-2-3/h3H,2H2,1H3"):
// layers between slashes, first the formula, then connections,
// hydrogens, charges. S. Heller et al., J. Cheminform. 7, 23 (2015).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace fragflow {

// Whether the text starts like an InChI.
bool is_inchi(std::string_view text);

// Whether it has layers of stereochemistry or isotopes.
bool inchi_has_stereo(std::string_view text);
bool inchi_has_isotopes(std::string_view text);

// Atoms that share hydrogens, counted from 0 through all parts: "(H,4,5)" of the layer /h.
using MobileGroup = std::vector<unsigned>;

struct InchiLayers {
  std::string main;        // without stereochemistry and isotopes
  std::int64_t atoms = 0;  // all but hydrogens
  std::vector<MobileGroup> mobile;
};

// For a standard InChI, or another of version 1 without fixed hydrogens and metal bonds. Empty,
// with a reason, if the layers are invalid or inconsistent: each part must be connected, its
// numbers must be those of its atoms and its hydrogens those of its formula. (Old versions of the
// library terminate the program for invalid texts.)
std::optional<InchiLayers> read_inchi_layers(std::string_view text, std::string& reason);

}  // namespace fragflow
