// Assembles a tree of fragments into a molecule.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "src/chem/parsed_molecule.hpp"
#include "src/chem/vocabulary.hpp"

namespace fragflow {

// One fragment of a tree. Node 0 is the root (parent -1); parents come before children. The join to
// the parent is a single bond between parent_site of the parent and site of this node.
struct FragmentNode {
  int fragment = 0;
  int parent = -1;
  int parent_site = 0;
  int site = 0;
};

// A finished molecule as written out. Empty if this failed: `reason` then says why.
struct Assembled {
  Assembled();
  ~Assembled();
  Assembled(Assembled&&) noexcept;
  Assembled& operator=(Assembled&&) noexcept;

  std::string smiles;  // canonical
  // Parsed from `smiles`, so that everything computed from it refers to exactly this text.
  std::unique_ptr<RDKit::RWMol> molecule;
  OpenSlots open_slots;
  std::string reason;

  ParsedMolecule parsed() const;
};

// Thread-safe after construction (holds one prepared molecule per fragment).
class Assembler {
 public:
  explicit Assembler(const Vocabulary& vocabulary);
  ~Assembler();
  Assembler(const Assembler&) = delete;
  Assembler& operator=(const Assembler&) = delete;

  // The sanitised molecule. Null if RDKit rejects it (reason then says why); never throws for bad
  // chemistry. nodes must not be empty and must respect site capacities.
  std::unique_ptr<RDKit::RWMol> molecule(std::span<const FragmentNode> nodes,
                                         std::string* reason = nullptr) const;

  // The molecule with a canonical SMILES that survives a round trip (written, parsed, sanitised,
  // written again: the same text).
  Assembled assemble(std::span<const FragmentNode> nodes) const;
  // Only the SMILES; empty if assembly fails.
  std::string smiles(std::span<const FragmentNode> nodes, std::string* reason = nullptr) const;

 private:
  // The fragments with the bonds between them, valences and rings, not sanitised. Throws RDKit's
  // MolSanitizeException if an atom has too many bonds.
  std::unique_ptr<RDKit::RWMol> join(std::span<const FragmentNode> nodes) const;
  // Whether RDKit finds the same rings and aromaticity in the fragment, alone and with its slots
  // filled, for any order of its atoms: then these properties of the fragment can be reused in
  // every molecule that contains it.
  bool reads_back(int fragment) const;
  // assemble() for such fragments. False if this shortcut does not suffice for the molecule.
  bool assemble_known(std::span<const FragmentNode> nodes, Assembled& result) const;
  // In the order of the atoms of join(nodes).
  OpenSlots open_slots(std::span<const FragmentNode> nodes) const;

  struct Implementation;
  std::unique_ptr<Implementation> implementation_;
};

}  // namespace fragflow
