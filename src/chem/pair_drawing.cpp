#include "src/chem/pair_drawing.hpp"

#include <GraphMol/Depictor/RDDepictor.h>
#include <GraphMol/FMCS/FMCS.h>
#include <GraphMol/GraphMol.h>
#include <GraphMol/RingInfo.h>
#include <GraphMol/SmilesParse/SmilesParse.h>
#include <GraphMol/Substruct/SubstructMatch.h>

#include <algorithm>
#include <memory>

#include "src/chem/depiction.hpp"

namespace fragflow {
namespace {

// Steps of the search that RDKit reports, about a second of processor time.
constexpr int kMostReports = 6000;
// Fewer common atoms are coincidence.
constexpr int kFewestCommon = 4;

// Atom of the molecule for every atom of the common substructure; -1 if it is dropped.
using Match = std::vector<int>;

bool goes_on(const RDKit::MCSProgressData&, const RDKit::MCSParameters&, void* reports) {
  return ++*static_cast<int*>(reports) <= kMostReports;
}

std::unique_ptr<RDKit::ROMol> common_substructure(const RDKit::ROMol& first,
                                                  const RDKit::ROMol& second) {
  int reports = 0;
  RDKit::MCSParameters parameters;
  parameters.BondTyper = RDKit::MCSBondCompareOrder;
  parameters.AtomCompareParameters.RingMatchesRingOnly = true;
  parameters.BondCompareParameters.RingMatchesRingOnly = true;
  parameters.ProgressCallback = goes_on;
  parameters.ProgressCallbackUserData = &reports;
  const std::vector<RDKit::ROMOL_SPTR> both = {RDKit::ROMOL_SPTR(new RDKit::ROMol(first)),
                                               RDKit::ROMOL_SPTR(new RDKit::ROMol(second))};
  const std::string smarts = RDKit::findMCS(both, &parameters).SmartsString;
  if (smarts.empty()) return nullptr;
  return std::unique_ptr<RDKit::ROMol>(RDKit::SmartsToMol(smarts));
}

Match match_of(const RDKit::ROMol& molecule, const RDKit::ROMol& pattern) {
  RDKit::MatchVectType pairs;
  if (!RDKit::SubstructMatch(molecule, pattern, pairs)) return {};
  Match match(pairs.size());
  for (const auto& [query, atom] : pairs) match[query] = atom;
  return match;
}

// The search may match part of a five-membered ring with part of a six-membered one (requiring
// complete rings makes it many times slower): such atoms are dropped.
void drop_other_rings(const RDKit::ROMol& first, const RDKit::ROMol& second, Match& in_first,
                      Match& in_second) {
  const RDKit::RingInfo& rings = *first.getRingInfo();
  const RDKit::RingInfo& others = *second.getRingInfo();
  for (std::size_t query = 0; query < in_first.size(); ++query) {
    if (rings.minAtomRingSize(in_first[query]) != others.minAtomRingSize(in_second[query])) {
      in_first[query] = in_second[query] = -1;
    }
  }
}

// All unmatched atoms, and the bonds that touch one or that the pattern lacks.
Highlight rest_of(const RDKit::ROMol& molecule, const RDKit::ROMol& pattern, const Match& match) {
  std::vector<int> query_of(molecule.getNumAtoms(), -1);
  for (std::size_t query = 0; query < match.size(); ++query) {
    if (match[query] >= 0) query_of[match[query]] = static_cast<int>(query);
  }
  Highlight rest;
  for (std::size_t atom = 0; atom < query_of.size(); ++atom) {
    if (query_of[atom] < 0) rest.atoms.push_back(static_cast<int>(atom));
  }
  for (const RDKit::Bond* bond : molecule.bonds()) {
    const int a = query_of[bond->getBeginAtomIdx()], b = query_of[bond->getEndAtomIdx()];
    if (a < 0 || b < 0 || pattern.getBondBetweenAtoms(a, b) == nullptr) {
      rest.bonds.push_back(static_cast<int>(bond->getIdx()));
    }
  }
  return rest;
}

// Aligns the coordinates of the second molecule with the first's where both are equal.
void align(const RDKit::ROMol& first, RDKit::ROMol& second, const Match& in_first,
           const Match& in_second) {
  RDKit::MatchVectType pairs;
  for (std::size_t query = 0; query < in_first.size(); ++query) {
    if (in_first[query] >= 0) pairs.emplace_back(in_first[query], in_second[query]);
  }
  RDDepict::generateDepictionMatching2DStructure(second, first, pairs);
}

}  // namespace

PairDrawing depict_pair(const RDKit::ROMol& first, const RDKit::ROMol& second, int width,
                        int height) {
  RDKit::ROMol left(first), right(second);
  RDDepict::compute2DCoords(left);
  RDDepict::compute2DCoords(right);
  PairDrawing pair;
  Highlight of_left, of_right;
  const auto pattern = common_substructure(first, second);
  Match in_left, in_right;
  if (pattern) {
    in_left = match_of(left, *pattern);
    in_right = match_of(right, *pattern);
  }
  if (!in_left.empty() && !in_right.empty()) drop_other_rings(left, right, in_left, in_right);
  const auto common =
      static_cast<int>(std::count_if(in_left.begin(), in_left.end(), [](int a) { return a >= 0; }));
  if (common >= kFewestCommon && !in_right.empty()) {
    pair.common_atoms = common;
    of_left = rest_of(left, *pattern, in_left);
    of_right = rest_of(right, *pattern, in_right);
    align(left, right, in_left, in_right);
  }
  pair.first = depict_placed(left, of_left, width, height);
  pair.second = depict_placed(right, of_right, width, height);
  return pair;
}

}  // namespace fragflow
