#include "src/chem/corpus_cuts.hpp"

#include <GraphMol/MolOps.h>
#include <GraphMol/RWMol.h>

#include <algorithm>
#include <map>

#include "src/base/check.hpp"
#include "src/chem/brics.hpp"
#include "src/chem/pieces.hpp"
#include "src/chem/standardise.hpp"

namespace fragflow {
namespace {

// Atoms of each part after the cuts, ascending.
std::vector<std::vector<int>> parts_after(const RDKit::ROMol& molecule,
                                          const std::vector<Cut>& cuts) {
  RDKit::RWMol copy(molecule);
  for (const Cut& cut : cuts) copy.removeBond(cut.atom_a, cut.atom_b);
  std::vector<std::vector<int>> parts;
  RDKit::MolOps::getMolFrags(copy, parts);
  return parts;
}

}  // namespace

std::string group_name(const RDKit::Atom& atom) {
  std::vector<std::string> multiple;
  for (const RDKit::Bond* bond : atom.getOwningMol().atomBonds(&atom)) {
    const auto type = bond->getBondType();
    if (type != RDKit::Bond::DOUBLE && type != RDKit::Bond::TRIPLE) continue;
    multiple.push_back((type == RDKit::Bond::DOUBLE ? "(=" : "(#") +
                       bond->getOtherAtom(&atom)->getSymbol() + ")");
  }
  std::sort(multiple.begin(), multiple.end());
  std::string name = atom.getSymbol();
  if (atom.getIsAromatic()) name[0] = static_cast<char>(std::tolower(name[0]));
  if (atom.getFormalCharge() != 0) name += fmt::format("{:+}", atom.getFormalCharge());
  for (const std::string& text : multiple) name += text;
  return name + "-H";
}

CutMolecule cut_molecule(const std::string& smiles) {
  CutMolecule result;
  const auto molecule = parse_smiles(smiles);
  if (!molecule) return result;
  for (const RDKit::Atom* atom : molecule->atoms()) {
    if (atom->getTotalNumHs() > 0) result.hydrogen_groups.insert(group_name(*atom));
  }
  const std::vector<Cut> cuts = brics_cuts(*molecule);
  std::map<int, std::vector<std::string>> types;  // per atom of the molecule
  for (const Cut& cut : cuts) {
    types[cut.atom_a].push_back(cut.type_a);
    types[cut.atom_b].push_back(cut.type_b);
    result.type_pairs.push_back(std::minmax(cut.type_a, cut.type_b));
  }
  for (const auto& atoms : parts_after(*molecule, cuts)) {
    const Piece piece = capped_piece(*molecule, atoms);
    if (piece.smiles.empty()) return result;
    CutPiece& out = result.pieces.emplace_back(CutPiece{piece.smiles, {}});
    for (std::size_t i = 0; i < piece.atoms.size(); ++i) {
      const auto found = types.find(piece.atoms[i]);
      if (found == types.end()) continue;
      for (const std::string& type : found->second) {
        out.pattern.push_back({static_cast<int>(i), type});
      }
    }
    std::sort(out.pattern.begin(), out.pattern.end());
  }
  result.ok = true;
  return result;
}

}  // namespace fragflow
