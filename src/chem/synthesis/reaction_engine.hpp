// The reactions, run by RDKit.
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

// Atoms of this isotope or a higher one stand for what a slot is joined to (slot_closing.hpp).
inline constexpr unsigned kPartnerIsotope = 1000;

class ReactionEngine {
 public:
  // Reads every SMARTS and runs every worked example: the reaction must give the one product that
  // the example says, and so must joining the two synthons. Throws UserError naming source and
  // entry. check_examples false: the examples are not run. list must outlive this object.
  ReactionEngine(const ReactionList& list, const std::string& source, bool check_examples = true);
  ~ReactionEngine();
  ReactionEngine(const ReactionEngine&) = delete;
  ReactionEngine& operator=(const ReactionEngine&) = delete;

  const ReactionList& list() const { return list_; }

  // The groups that the molecule holds; one of atoms of a partner (kPartnerIsotope) alone does not
  // count.
  GroupMask groups(const RDKit::ROMol& molecule) const;

  // What a role makes of a molecule, sanitised, with a dummy atom at the slot; distinct.
  std::vector<std::unique_ptr<RDKit::RWMol>> synthons(int role, const RDKit::ROMol& molecule) const;

  // Canonical SMILES of the distinct products, sorted. What RDKit refuses is left out.
  std::vector<std::string> products(int reaction, const RDKit::ROMol& first,
                                    const RDKit::ROMol& second) const;
  // Of SMILES; none where one of them is no molecule.
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

// The SMARTS without the numbers of its atoms.
std::string without_maps(const std::string& smarts);

}  // namespace fragflow
