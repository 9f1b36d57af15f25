#include "src/chem/pieces.hpp"

#include <GraphMol/MolOps.h>
#include <GraphMol/RWMol.h>

#include "src/base/out_of_memory.hpp"
#include "src/chem/standardise.hpp"

namespace fragflow {
namespace {

// Copies atoms in the given order; replaces cut bonds by explicit hydrogens.
std::unique_ptr<RDKit::RWMol> copy_part(const RDKit::ROMol& whole, const std::vector<int>& atoms) {
  auto part = std::make_unique<RDKit::RWMol>();
  std::vector<int> position(whole.getNumAtoms(), -1);
  for (const int index : atoms) {
    const RDKit::Atom* original = whole.getAtomWithIdx(index);
    auto* atom = new RDKit::Atom(*original);
    atom->setNoImplicit(true);
    atom->setNumExplicitHs(original->getTotalNumHs());
    position[index] = static_cast<int>(part->addAtom(atom, /*updateLabel=*/false,
                                                     /*takeOwnership=*/true));
  }
  for (const RDKit::Bond* bond : whole.bonds()) {
    const int a = position[bond->getBeginAtomIdx()];
    const int b = position[bond->getEndAtomIdx()];
    if (a >= 0 && b >= 0) {
      part->addBond(a, b, bond->getBondType());
      part->getBondBetweenAtoms(a, b)->setIsAromatic(bond->getIsAromatic());
    } else if (a >= 0 || b >= 0) {
      RDKit::Atom* atom = part->getAtomWithIdx(a >= 0 ? a : b);
      atom->setNumExplicitHs(atom->getNumExplicitHs() + 1);
    }
  }
  return part;
}

}  // namespace

Piece capped_piece(const RDKit::ROMol& whole, const std::vector<int>& atoms) {
  Piece piece;
  try {
    const auto part = copy_part(whole, atoms);
    RDKit::MolOps::sanitizeMol(*part);
    piece.smiles = canonical_smiles(*part);
    const auto order =
        part->getProp<std::vector<unsigned>>(RDKit::common_properties::_smilesAtomOutputOrder);
    for (const unsigned index : order) piece.atoms.push_back(atoms[index]);
    piece.molecule = parse_smiles(piece.smiles);
    if (!piece.molecule || piece.molecule->getNumAtoms() != atoms.size()) piece.smiles.clear();
  } catch (const std::exception& error) {
    pass_on_out_of_memory(error);
    piece.smiles.clear();
  }
  return piece;
}

}  // namespace fragflow
