#include "src/reward/atom_features.hpp"

#include <GraphMol/RWMol.h>

#include <algorithm>
#include <array>

#include "src/base/check.hpp"
#include "src/base/parallel.hpp"
#include "src/chem/standardise.hpp"

namespace fragflow {
namespace {

constexpr std::array<int, 11> kElements = {5, 6, 7, 8, 9, 14, 15, 16, 17, 35, 53};

int bond_class_of(const RDKit::Bond& bond) {
  switch (bond.getBondType()) {
    case RDKit::Bond::DOUBLE:
      return 1;
    case RDKit::Bond::TRIPLE:
      return 2;
    case RDKit::Bond::AROMATIC:
      return 3;
    default:
      return 0;
  }
}

int hybridisation_class(const RDKit::Atom& atom) {
  switch (atom.getHybridization()) {
    case RDKit::Atom::SP:
      return 0;
    case RDKit::Atom::SP2:
      return 1;
    case RDKit::Atom::SP3:
      return 2;
    default:
      return 3;
  }
}

void append_atom_features(const RDKit::ROMol& molecule, const RDKit::Atom& atom,
                          std::vector<std::int32_t>& columns) {
  int base = 0;
  const auto one_of = [&](int choice, int count) {
    columns.push_back(base + std::clamp(choice, 0, count - 1));
    base += count;
  };
  const auto flag = [&](bool on) {
    if (on) columns.push_back(base);
    ++base;
  };
  const auto element = std::find(kElements.begin(), kElements.end(), atom.getAtomicNum());
  one_of(static_cast<int>(element - kElements.begin()), kElements.size() + 1);
  one_of(static_cast<int>(atom.getDegree()), 6);
  one_of(std::clamp(atom.getFormalCharge(), -1, 1) + 1, 3);
  one_of(static_cast<int>(atom.getTotalNumHs()), 5);
  one_of(hybridisation_class(atom), 4);
  flag(atom.getIsAromatic());
  const RDKit::RingInfo& rings = *molecule.getRingInfo();
  const unsigned index = atom.getIdx();
  flag(rings.numAtomRings(index) > 0);
  bool other_size = rings.numAtomRings(index) > 0;
  for (unsigned size = 3; size <= 7; ++size) {
    const bool inside = rings.isAtomInRingOfSize(index, size);
    other_size = other_size && !inside;
    flag(inside);
  }
  flag(other_size);
  FRAGFLOW_DCHECK(base == kMpnnAtomFeatures, "{} feature columns", base);
}

}  // namespace

void append_bonds(const RDKit::ROMol& molecule, AtomGraph& graph) {
  for (const RDKit::Atom* atom : molecule.atoms()) {
    for (const RDKit::Bond* bond : molecule.atomBonds(atom)) {
      graph.neighbour.push_back(static_cast<std::int32_t>(bond->getOtherAtomIdx(atom->getIdx())));
      graph.bond_class.push_back(bond_class_of(*bond));
    }
    graph.neighbour_offset.push_back(static_cast<std::int32_t>(graph.neighbour.size()));
  }
  graph.molecule_offset.push_back(static_cast<std::int32_t>(molecule.getNumAtoms()));
}

AtomGraph mpnn_atom_graph(const RDKit::ROMol& molecule) {
  AtomGraph graph;
  append_bonds(molecule, graph);
  for (const RDKit::Atom* atom : molecule.atoms()) {
    append_atom_features(molecule, *atom, graph.feature_column);
    graph.feature_offset.push_back(static_cast<std::int32_t>(graph.feature_column.size()));
  }
  return graph;
}

std::vector<AtomGraph> mpnn_atom_graphs(std::span<const ParsedMolecule> molecules) {
  std::vector<AtomGraph> graphs(molecules.size());
  parallel_for(
      static_cast<std::int64_t>(molecules.size()),
      [&](std::int64_t i) { graphs[i] = mpnn_atom_graph(*molecules[i].molecule); }, kLongBodies);
  return graphs;
}

}  // namespace fragflow
