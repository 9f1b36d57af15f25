#include "src/chem/brics.hpp"

#include <GraphMol/ChemTransforms/MolFragmenter.h>
#include <GraphMol/ROMol.h>
#include <GraphMol/Substruct/SubstructMatch.h>

#include <algorithm>
#include <map>
#include <utility>

#include "src/chem/bridges.hpp"

namespace fragflow {
namespace {

using BondTypes = std::vector<RDKit::MolFragmenter::FragmenterBondType>;

BondTypes make_bond_types() {
  BondTypes types;
  RDKit::MolFragmenter::constructBRICSBondTypes(types);
  std::erase_if(types, [](const auto& type) { return type.bondType != RDKit::Bond::SINGLE; });
  return types;
}

}  // namespace

std::vector<Cut> brics_cuts(const RDKit::ROMol& molecule) {
  thread_local const BondTypes types = make_bond_types();
  const std::vector<int> cuttable = cuttable_bonds(molecule);
  std::map<int, Cut> cuts;  // a bond gets the first type that matches
  for (const auto& type : types) {
    RDKit::SubstructMatchParameters parameters;
    parameters.uniquify = false;
    parameters.maxMatches = 10000;
    for (const auto& match : RDKit::SubstructMatch(molecule, *type.query, parameters)) {
      int a = match[0].second, b = match[1].second;
      int type_a = type.atom1Type, type_b = type.atom2Type;
      if (a > b) {  // normalises the direction: the smaller atom comes first
        std::swap(a, b);
        std::swap(type_a, type_b);
      }
      const int bond = static_cast<int>(molecule.getBondBetweenAtoms(a, b)->getIdx());
      if (!std::binary_search(cuttable.begin(), cuttable.end(), bond)) continue;
      cuts.emplace(bond,
                   Cut{bond, a, b, "L" + std::to_string(type_a), "L" + std::to_string(type_b)});
    }
  }
  std::vector<Cut> result;
  for (auto& [bond, cut] : cuts) result.push_back(std::move(cut));
  return result;
}

}  // namespace fragflow
