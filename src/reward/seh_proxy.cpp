#include "src/reward/seh_proxy.hpp"

#include <GraphMol/RWMol.h>

#include <algorithm>
#include <functional>
#include <limits>

#include "src/base/parallel.hpp"
#include "src/reward/atom_features.hpp"

namespace fragflow {
namespace {

constexpr int kOtherElement = 5, kAromatic = 9, kFirstHybridisation = 10, kFirstAtomicNumber = 14;
constexpr int kLastAtomicNumber = 56;

int element_column(int atomic_number) {
  switch (atomic_number) {
    case 1:
      return 0;
    case 6:
      return 1;
    case 7:
      return 2;
    case 8:
      return 3;
    case 9:
      return 4;
    default:
      return kOtherElement;
  }
}

}  // namespace

SehMolecule seh_molecule(const RDKit::ROMol& molecule, const OpenSlots* open_slots) {
  SehMolecule result;
  AtomGraph& graph = result.graph;
  append_bonds(molecule, graph);
  const bool none_open =
      open_slots != nullptr &&
      std::all_of(open_slots->of_atom.begin(), open_slots->of_atom.end(), std::logical_not<>());
  const auto is_flagged = [&](unsigned atom) {
    if (open_slots == nullptr) return false;
    return none_open ? atom == 0 : open_slots->of_atom[atom] > 0;
  };
  for (const RDKit::Atom* atom : molecule.atoms()) {
    const int number = atom->getAtomicNum();
    graph.feature_column.push_back(element_column(number));
    if (atom->getIsAromatic()) graph.feature_column.push_back(kAromatic);
    const int hybridisation =
        static_cast<int>(atom->getHybridization()) - static_cast<int>(RDKit::Atom::SP);
    if (hybridisation >= 0 && hybridisation < 3) {
      graph.feature_column.push_back(kFirstHybridisation + hybridisation);
    }
    if (number >= 1 && number <= kLastAtomicNumber) {
      graph.feature_column.push_back(kFirstAtomicNumber + number - 1);
    }
    if (is_flagged(atom->getIdx())) graph.feature_column.push_back(kSehFlagColumn);
    graph.feature_offset.push_back(static_cast<std::int32_t>(graph.feature_column.size()));
    result.num_hydrogens.push_back(
        static_cast<float>(atom->getTotalNumHs(/*includeNeighbors=*/true)));
  }
  return result;
}

std::vector<ProxyModel::Prediction> SehProxy::predict_parsed(
    std::span<const ParsedMolecule> molecules) {
  std::vector<SehMolecule> graphs(molecules.size());
  parallel_for(
      static_cast<std::int64_t>(molecules.size()),
      [&](std::int64_t i) {
        graphs[i] =
            seh_molecule(*molecules[i].molecule, open_slots_ ? molecules[i].open_slots : nullptr);
      },
      kLongBodies);
  std::vector<const SehMolecule*> pointers;
  for (const SehMolecule& molecule : graphs) pointers.push_back(&molecule);
  std::vector<Prediction> predictions;
  for (double score : network_.scores(pointers)) predictions.push_back({score, 0});
  for (std::size_t i = 0; i < molecules.size(); ++i) {
    if (open_slots_ && molecules[i].open_slots == nullptr) {
      predictions[i].mean = std::numeric_limits<double>::quiet_NaN();
    }
  }
  return predictions;
}

}  // namespace fragflow
