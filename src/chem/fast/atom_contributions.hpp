// What atoms contribute to a sum that SMARTS patterns define (the first pattern whose first atom it
// matches decides), remembered by what lies within one bond of an atom, or within two where a
// pattern reaches so far. Molecules that are built from fragments have few such surroundings.
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
  // The patterns must outlive it. Those that do not decide by such surroundings (is_local()) make
  // it remember nothing.
  explicit AtomContributions(std::span<const RDKit::ROMol* const> patterns);

  bool is_local() const { return is_local_; }
  // The sum over the atoms of a molecule and then over their hydrogens, none of which may be an
  // atom of it; nothing unless all surroundings are known.
  std::optional<double> sum(const RDKit::ROMol& molecule);
  // What the atoms contribute to sum(): with_hydrogens is molecule with all hydrogens as atoms
  // after its own, and of_atom has a number for each of these.
  void learn(const RDKit::ROMol& molecule, const RDKit::ROMol& with_hydrogens,
             std::span<const double> of_atom);

 private:
  struct AtomClass {
    std::uint32_t id;
    bool is_deep;  // a pattern may look two bonds far from here
  };
  struct Contribution {
    double own, of_hydrogen;
  };

  // The classes of all atoms into classes_; false if one is not known.
  bool find_classes(const RDKit::ROMol& molecule);
  const std::u32string& surroundings(const RDKit::Atom& atom);

  bool is_local_ = true;
  std::vector<const RDKit::Atom*> deep_centres_;  // atoms of patterns
  std::unordered_map<std::uint64_t, AtomClass> class_of_key_;
  std::unordered_map<std::u32string, Contribution> known_;
  std::vector<AtomClass> classes_;  // of the molecule at hand
  std::vector<Contribution> found_;
  std::u32string text_;
  std::vector<std::u32string> branches_;
};

}  // namespace fragflow
