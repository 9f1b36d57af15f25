// Caches the contributions of atoms to a sum defined by SMARTS patterns (the first pattern whose
// first atom matches the atom decides). The key is everything within one bond of the atom, or two
// if a pattern reaches so far. Molecules built from fragments have few distinct environments.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <unordered_map>
#include <vector>

namespace RDKit {
class Atom;
class ROMol;
}  // namespace RDKit

namespace fragflow {

// One object per thread.
class AtomContributions {
 public:
  // The patterns must outlive it. If some pattern is not decided by such environments (is_local()),
  // nothing is cached.
  explicit AtomContributions(std::span<const RDKit::ROMol* const> patterns);

  bool is_local() const { return is_local_; }
  // The sum over the atoms of a molecule and their hydrogens, none of which may be an explicit
  // atom; empty unless all environments are cached.
  std::optional<double> sum(const RDKit::ROMol& molecule);
  // Caches contributions for sum(): with_hydrogens is molecule with all hydrogens appended as
  // atoms, and of_atom has a number for each of its atoms.
  void learn(const RDKit::ROMol& molecule, const RDKit::ROMol& with_hydrogens,
             std::span<const double> of_atom);

 private:
  struct AtomClass {
    std::uint32_t id;
    bool is_deep;  // a pattern may reach two bonds from here
  };
  struct Contribution {
    double own, of_hydrogen;
  };

  // Fills classes_ with the classes of all atoms; false if one is not cached.
  bool find_classes(const RDKit::ROMol& molecule);
  const std::u32string& surroundings(const RDKit::Atom& atom);

  bool is_local_ = true;
  std::vector<const RDKit::Atom*> deep_centres_;  // atoms of patterns
  std::unordered_map<std::uint64_t, AtomClass> class_of_key_;
  std::unordered_map<std::u32string, Contribution> known_;
  std::vector<AtomClass> classes_;  // of the current molecule
  std::vector<Contribution> found_;
  std::u32string text_;
  std::vector<std::u32string> branches_;
};

}  // namespace fragflow
