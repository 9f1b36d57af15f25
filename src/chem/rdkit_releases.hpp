// Differences between the RDKit releases in Debian: 2022.09 in Debian 12, 2025.03 in Debian 13.
// They are distinguished by their features, since Debian's RDKit version header contains no
// version.
#pragma once

#include <GraphMol/Atom.h>
#include <GraphMol/MolOps.h>
#include <GraphMol/RWMol.h>
#include <GraphMol/RingInfo.h>

namespace fragflow {

// RDKit 2025.03 refuses some valences that 2022.09 accepts (six bonds of neutral silicon), and its
// MolToSmiles crashes where memory runs out.
template <typename Atom = RDKit::Atom>
constexpr bool is_rdkit_of_2025() {
  return requires { Atom::ValenceType::EXPLICIT; };
}

template <typename Atom>
int explicit_valence(const Atom& atom) {
  if constexpr (is_rdkit_of_2025<Atom>()) {
    return static_cast<int>(atom.getValence(Atom::ValenceType::EXPLICIT));
  } else {
    return atom.getExplicitValence();
  }
}

template <typename Atom>
int implicit_valence(const Atom& atom) {
  if constexpr (is_rdkit_of_2025<Atom>()) {
    return static_cast<int>(atom.getValence(Atom::ValenceType::IMPLICIT));
  } else {
    return atom.getImplicitValence();
  }
}

// Empty ring information marked as from symmetrizeSSSR(): RDKit 2025.03 ignores and discards other
// kinds.
template <typename Rings>
void start_rings(Rings& rings) {
  rings.reset();
  if constexpr (requires { rings.getRingType(); }) {
    constexpr int kSymmetrizedSssr = 2;  // of RDKit::FIND_RING_TYPE
    rings.initialize(static_cast<decltype(rings.getRingType())>(kSymmetrizedSssr));
  } else {
    rings.initialize();
  }
}

// Sanitises. update_explicit_count: removed hydrogen
// atoms are counted at the atoms that bore them.
inline void remove_hydrogen_atoms(RDKit::RWMol& molecule, bool update_explicit_count = false) {
  RDKit::MolOps::RemoveHsParameters parameters;
  parameters.updateExplicitCount = update_explicit_count;
  RDKit::MolOps::removeHs(molecule, parameters, /*sanitize=*/true);
}

}  // namespace fragflow
