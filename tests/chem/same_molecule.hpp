// Everything of a molecule as text, but for the order in which its rings were found.
#pragma once

#include <GraphMol/MolOps.h>
#include <GraphMol/MolPickler.h>
#include <GraphMol/RWMol.h>
#include <GraphMol/RingInfo.h>

#include <algorithm>
#include <string>
#include <vector>

#include "src/chem/rdkit_releases.hpp"

namespace fragflow {

inline std::vector<std::vector<int>> sorted_rings(std::vector<std::vector<int>> rings) {
  for (std::vector<int>& ring : rings) std::sort(ring.begin(), ring.end());
  std::sort(rings.begin(), rings.end());
  return rings;
}

inline std::string whole_molecule(const RDKit::ROMol& molecule) {
  std::string text;
  for (const auto* rings :
       {&molecule.getRingInfo()->atomRings(), &molecule.getRingInfo()->bondRings()}) {
    for (const std::vector<int>& ring : sorted_rings(*rings)) {
      for (const int index : ring) text += std::to_string(index) + ' ';
      text += '\n';
    }
  }
  for (const RDKit::Atom* atom : molecule.atoms()) {
    text += std::to_string(explicit_valence(*atom)) + '.' +
            std::to_string(implicit_valence(*atom)) + ' ';
  }
  RDKit::RWMol copy(molecule);
  copy.getRingInfo()->reset();
  RDKit::MolOps::symmetrizeSSSR(copy);
  std::string pickle;
  RDKit::MolPickler::pickleMol(copy, pickle);
  return text + pickle;
}

}  // namespace fragflow
