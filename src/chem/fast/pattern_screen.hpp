// Which of many SMARTS patterns can occur in a molecule at all: a cheap necessary condition, so
// that substructure searches run only for the few remaining patterns.
//
// A pattern can occur only if each of its bonds is matched by some bond of the molecule and, if it
// has the same bond several times, by as many; the same holds for isolated atoms. Atoms that agree
// in element, charge, hydrogens, ring membership and so on match the same pattern atoms; there are
// few such classes, and the results are cached for each.
#pragma once

#include <cstdint>
#include <span>
#include <unordered_map>
#include <vector>

namespace RDKit {
class Atom;
class Bond;
class ROMol;
}  // namespace RDKit

namespace fragflow {

// Caches results: use one object per thread.
class PatternScreen {
 public:
  // The patterns must outlive the screen.
  explicit PatternScreen(std::span<const RDKit::ROMol* const> patterns);

  // Indices, ascending, of the patterns that may occur, including every pattern that does. The
  // molecule must be sanitised. The result is valid until the next call.
  std::span<const int> candidates(const RDKit::ROMol& molecule);

 private:
  // A feature is an atom or a bond (with its two ends) required by patterns.
  struct BondFeature {
    const RDKit::Bond* bond;
    std::size_t begin_atom, end_atom;  // positions in atom_features_
  };
  struct Requirement {
    std::size_t feature;
    int count;
  };
  struct Pattern {
    std::vector<Requirement> atoms, bonds;
  };
  struct AtomClass {
    std::uint32_t id;
    std::vector<bool> may_match;        // per atom feature
    std::vector<std::size_t> features;  // indices of features that may match
  };

  const AtomClass* class_of(const RDKit::Atom& atom);
  const std::vector<std::size_t>& features_of(const RDKit::Bond& bond, const AtomClass& begin,
                                              const AtomClass& end);
  bool may_occur(const Pattern& pattern) const;

  std::vector<Pattern> patterns_;
  std::vector<const RDKit::Atom*> atom_features_;
  std::vector<BondFeature> bond_features_;
  std::vector<int> all_;
  std::unordered_map<std::uint64_t, AtomClass> atom_classes_;
  std::unordered_map<std::uint64_t, std::vector<std::size_t>> bond_classes_;
  // For the current molecule: how many of its atoms and bonds may match each feature.
  std::vector<int> atom_counts_, bond_counts_;
  std::vector<const AtomClass*> classes_;
  std::vector<int> candidates_;
};

}  // namespace fragflow
