#include "src/chem/fast/query_invariants.hpp"

#include <GraphMol/ROMol.h>
#include <GraphMol/RingInfo.h>

#include <iterator>

#include "src/chem/rdkit_releases.hpp"

namespace fragflow {
namespace {

constexpr const char* kKnownQueries[] = {"AtomNull",
                                         "AtomAtomicNum",
                                         "AtomType",
                                         "AtomIsAromatic",
                                         "AtomIsAliphatic",
                                         "AtomExplicitDegree",
                                         "AtomTotalDegree",
                                         "AtomHCount",
                                         "AtomImplicitHCount",
                                         "AtomHasImplicitH",
                                         "AtomFormalCharge",
                                         "AtomNegativeFormalCharge",
                                         "AtomInRing",
                                         "AtomInNRings",
                                         "AtomMinRingSize",
                                         "AtomRingBondCount",
                                         "AtomTotalValence",
                                         "AtomExplicitValence",
                                         "AtomImplicitValence",
                                         "AtomHybridization",
                                         "AtomIsotope",
                                         "BondNull",
                                         "BondOrder",
                                         "BondInRing",
                                         "SingleOrAromaticBond",
                                         "DoubleOrAromaticBond",
                                         "SingleOrDoubleBond",
                                         "SingleOrDoubleOrAromaticBond"};

}  // namespace

bool is_known_query(const std::string& description) {
  return std::find(std::begin(kKnownQueries), std::end(kKnownQueries), description) !=
         std::end(kKnownQueries);
}

bool is_compound_query(const std::string& description) {
  constexpr const char* kCompounds[] = {"AtomAnd", "BondAnd", "AtomOr",
                                        "BondOr",  "AtomXor", "BondXor"};
  return std::find(std::begin(kCompounds), std::end(kCompounds), description) !=
         std::end(kCompounds);
}

std::optional<std::uint64_t> atom_invariant(const RDKit::Atom& atom) {
  const RDKit::ROMol& molecule = atom.getOwningMol();
  const RDKit::RingInfo& rings = *molecule.getRingInfo();
  std::uint64_t key = 0;
  bool fits = true;
  const auto append = [&](int value, int bits) {
    fits = fits && value >= 0 && value < (1 << bits);
    key = key << bits | static_cast<std::uint64_t>(value);
  };
  append(atom.getAtomicNum(), 8);
  append(atom.getIsAromatic(), 1);
  append(atom.getFormalCharge() + 8, 4);
  append(static_cast<int>(atom.getTotalNumHs(/*includeNeighbors=*/true)), 4);
  append(static_cast<int>(atom.getTotalNumHs(/*includeNeighbors=*/false)), 4);
  append(static_cast<int>(atom.getDegree()), 4);
  append(static_cast<int>(rings.numAtomRings(atom.getIdx())), 4);
  append(static_cast<int>(rings.minAtomRingSize(atom.getIdx())), 6);
  append(RDKit::queryAtomRingBondCount(&atom), 4);
  append(explicit_valence(atom), 5);
  append(implicit_valence(atom), 5);
  append(static_cast<int>(atom.getHybridization()), 4);
  append(static_cast<int>(atom.getIsotope()), 9);
  return fits ? std::optional(key) : std::nullopt;
}

std::uint32_t bond_invariant(const RDKit::Bond& bond) {
  const bool in_ring = bond.getOwningMol().getRingInfo()->numBondRings(bond.getIdx()) > 0;
  return static_cast<std::uint32_t>(bond.getBondType()) << 2 |
         static_cast<std::uint32_t>(bond.getIsAromatic()) << 1 | (in_ring ? 1 : 0);
}

}  // namespace fragflow
