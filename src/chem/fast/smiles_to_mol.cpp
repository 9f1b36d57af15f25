#include "src/chem/fast/smiles_to_mol.hpp"

#include <GraphMol/GraphMol.h>
#include <GraphMol/MolOps.h>
#include <GraphMol/SmilesParse/SmilesParse.h>
#include <GraphMol/SmilesParse/SmilesWrite.h>

#include <numeric>
#include <set>

#include "src/chem/plain_bonds.hpp"
#include "src/chem/rdkit_releases.hpp"
#include "src/chem/standardise.hpp"

namespace fragflow {
namespace {

// Everything that RDKit's ranks and text depend on. Hydrogens on aromatic nitrogen and phosphorus
// are written if they are explicit.
bool is_same_atom(const RDKit::Atom& a, const RDKit::Atom& b) {
  return a.getAtomicNum() == b.getAtomicNum() && a.getDegree() == b.getDegree() &&
         a.getFormalCharge() == b.getFormalCharge() && a.getIsAromatic() == b.getIsAromatic() &&
         a.getTotalNumHs() == b.getTotalNumHs() && a.getTotalValence() == b.getTotalValence() &&
         a.getNumRadicalElectrons() == b.getNumRadicalElectrons() &&
         (!a.getIsAromatic() || a.getNumExplicitHs() == b.getNumExplicitHs());
}

// Whether atom i of `read` equals atom_of[i] of `made` for all i, and likewise their bonds.
bool is_same_molecule(const RDKit::ROMol& read, const RDKit::ROMol& made,
                      const std::vector<unsigned>& atom_of) {
  if (read.getNumAtoms() != made.getNumAtoms() || read.getNumBonds() != made.getNumBonds()) {
    return false;
  }
  for (const RDKit::Atom* atom : read.atoms()) {
    if (!is_same_atom(*atom, *made.getAtomWithIdx(atom_of[atom->getIdx()]))) return false;
  }
  for (const RDKit::Bond* bond : read.bonds()) {
    const RDKit::Bond* other =
        made.getBondBetweenAtoms(atom_of[bond->getBeginAtomIdx()], atom_of[bond->getEndAtomIdx()]);
    if (other == nullptr || other->getBondType() != bond->getBondType() ||
        other->getIsAromatic() != bond->getIsAromatic()) {
      return false;
    }
  }
  return true;
}

std::vector<unsigned> inverse(const std::vector<unsigned>& permutation) {
  std::vector<unsigned> result(permutation.size());
  for (unsigned i = 0; i < permutation.size(); ++i) result[permutation[i]] = i;
  return result;
}

// RDKit makes explicit hydrogens of aromatic atoms implicit when it rearranges double bonds.
void copy_hydrogen_marks(const RDKit::ROMol& from, const std::vector<unsigned>& atom_of,
                         RDKit::ROMol& to) {
  for (RDKit::Atom* atom : to.atoms()) {
    if (!atom->getIsAromatic() || atom->getNumExplicitHs() == 0) continue;
    atom->setNoImplicit(from.getAtomWithIdx(atom_of[atom->getIdx()])->getNoImplicit());
    atom->updatePropertyCache();
  }
}

void copy_rings(const RDKit::ROMol& from, const std::vector<unsigned>& atom_in_to,
                RDKit::ROMol& to) {
  RDKit::RingInfo& rings = *to.getRingInfo();
  start_rings(rings);
  for (std::vector<int> atoms : from.getRingInfo()->atomRings()) {
    for (int& atom : atoms) atom = static_cast<int>(atom_in_to[atom]);
    std::vector<int> bonds;
    for (std::size_t i = 0; i < atoms.size(); ++i) {
      const int next = atoms[(i + 1) % atoms.size()];
      bonds.push_back(static_cast<int>(to.getBondBetweenAtoms(atoms[i], next)->getIdx()));
    }
    rings.addRing(atoms, bonds);
  }
}

// The text is determined by ranks, atoms and bonds. So it is the same if atoms of equal rank are
// the same with the same bonds between them.
bool is_written_the_same(const RDKit::ROMol& read, const RDKit::ROMol& made,
                         const WrittenSmiles& written) {
  const std::vector<unsigned> ranks = canonical_ranks(read);
  const std::vector<unsigned> of_rank = inverse(written.ranks);
  std::vector<unsigned> atom_of;
  for (const unsigned rank : ranks) atom_of.push_back(of_rank[rank]);
  return atom_of == written.order || is_same_molecule(read, made, atom_of);
}

bool is_plain(const RDKit::ROMol& molecule) {
  for (const RDKit::Atom* atom : molecule.atoms()) {
    if (atom->getAtomicNum() <= 1 || atom->getAtomMapNum() != 0 || atom->getIsotope() != 0) {
      return false;
    }
  }
  return has_only_plain_bonds(molecule);
}

// The rings as sets of atoms.
std::multiset<std::set<unsigned>> rings_of(const RDKit::ROMol& molecule,
                                           const std::vector<unsigned>& new_index) {
  std::multiset<std::set<unsigned>> rings;
  for (const std::vector<int>& ring : molecule.getRingInfo()->atomRings()) {
    std::set<unsigned> atoms;
    for (const int atom : ring) atoms.insert(new_index[atom]);
    rings.insert(std::move(atoms));
  }
  return rings;
}

bool is_read_back_from(int first_atom, const RDKit::ROMol& molecule) {
  const std::string text = RDKit::MolToSmiles(molecule, /*doIsomericSmiles=*/false,
                                              /*doKekule=*/false, /*rootedAtAtom=*/first_atom);
  const auto read = parse_smiles(text);
  if (!read) return false;
  const auto order =
      molecule.getProp<std::vector<unsigned>>(RDKit::common_properties::_smilesAtomOutputOrder);
  std::vector<unsigned> same(order.size());
  std::iota(same.begin(), same.end(), 0u);
  return is_same_molecule(*read, molecule, order) &&
         rings_of(*read, order) == rings_of(molecule, same);
}

}  // namespace

bool is_read_back(const RDKit::ROMol& molecule) {
  return is_plain(molecule) && is_read_back_from(-1, molecule);
}

bool is_read_back_from_every_atom(const RDKit::ROMol& molecule) {
  for (unsigned a = 0; a < molecule.getNumAtoms(); ++a) {
    if (!is_read_back_from(static_cast<int>(a), molecule)) return false;
  }
  return is_read_back(molecule);
}

std::unique_ptr<RDKit::RWMol> read_back(const WrittenSmiles& written, const RDKit::ROMol& made) {
  RDKit::SmilesParserParams parameters;
  parameters.allowCXSMILES = parameters.parseName = false;
  parameters.sanitize = parameters.removeHs = false;
  prepare_rdkit();
  std::unique_ptr<RDKit::RWMol> read(RDKit::SmilesToMol(written.text, parameters));
  if (!read) return nullptr;
  // RDKit's sanitising, without perception of rings and aromaticity.
  RDKit::MolOps::cleanUp(*read);
  read->updatePropertyCache();
  RDKit::MolOps::assignRadicals(*read);
  if (!is_same_molecule(*read, made, written.order)) return nullptr;
  // Rings first: RDKit 2025.03 needs them to count hydrogens.
  copy_rings(made, inverse(written.order), *read);
  copy_hydrogen_marks(made, written.order, *read);
  RDKit::MolOps::setConjugation(*read);
  RDKit::MolOps::setHybridization(*read);
  if (!is_written_the_same(*read, made, written)) return nullptr;
  return read;
}

}  // namespace fragflow
