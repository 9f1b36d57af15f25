// Runs the reactions by RDKit.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "src/chem/synthesis/reaction_list.hpp"

namespace RDKit {
class ROMol;
class RWMol;
}  // namespace RDKit

namespace fragflow {

// Atoms with this isotope or a higher one represent the partner at a slot (slot_closing.hpp).
inline constexpr unsigned kPartnerIsotope = 1000;

class ReactionEngine {
 public:
  // Parses every SMARTS and runs every worked example: the reaction must give exactly the product
  // in the example, and so must joining the two synthons. Throws UserError naming source and entry.
  // check_examples false: the examples are not run. list must outlive this object.
  ReactionEngine(const ReactionList& list, const std::string& source, bool check_examples = true);
  ~ReactionEngine();
  ReactionEngine(const ReactionEngine&) = delete;
  ReactionEngine& operator=(const ReactionEngine&) = delete;

  const ReactionList& list() const { return list_; }

  // The groups in the molecule; a group made only of partner atoms (kPartnerIsotope) does not
  // count.
  GroupMask groups(const RDKit::ROMol& molecule) const;

  // The distinct synthons that a role makes of a molecule, sanitised; the slot is a dummy atom.
  std::vector<std::unique_ptr<RDKit::RWMol>> synthons(int role, const RDKit::ROMol& molecule) const;

  // Canonical SMILES of the distinct products, sorted. Products that RDKit rejects are dropped.
  std::vector<std::string> products(int reaction, const RDKit::ROMol& first,
                                    const RDKit::ROMol& second) const;
  // From SMILES; empty if one of them is not a molecule.
  std::vector<std::string> products(int reaction, const std::string& first,
                                    const std::string& second) const;

 private:
  void run_examples(const std::string& source) const;
  std::string joined_synthons(const Reaction& reaction, const std::array<std::string, 3>& example,
                              const std::string& where) const;

  struct Compiled;
  const ReactionList& list_;
  std::unique_ptr<Compiled> compiled_;
};

// The SMARTS without atom map numbers.
std::string without_maps(const std::string& smarts);

}  // namespace fragflow
