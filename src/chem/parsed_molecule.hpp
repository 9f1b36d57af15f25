// Molecules parsed once, for several computations.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

namespace RDKit {
class ROMol;
class RWMol;
}  // namespace RDKit

namespace fragflow {

// The unused slots of a fragment tree, on the atoms of its molecule.
struct OpenSlots {
  std::vector<std::uint8_t> of_atom;  // number of open slots per atom
  int must_fill = 0;                  // open slots that must be filled in a finished molecule
};

struct ParsedMolecule {
  const std::string* smiles = nullptr;  // canonical
  const RDKit::ROMol* molecule = nullptr;
  const OpenSlots* open_slots = nullptr;  // null for a molecule that is not from a tree
};

// Owns the molecules of many canonical SMILES, parsed in parallel.
class ParsedBatch {
 public:
  // The texts must outlive the batch.
  explicit ParsedBatch(std::span<const std::string> canonical_smiles);
  ~ParsedBatch();
  ParsedBatch(const ParsedBatch&) = delete;
  ParsedBatch& operator=(const ParsedBatch&) = delete;

  // In the order of the texts, without those that RDKit rejects.
  std::span<const ParsedMolecule> molecules() const { return molecules_; }
  // Why RDKit rejects text i; "" if it does not.
  const std::string& reason(std::size_t i) const { return reasons_[i]; }
  // Throws InternalError, naming the text, if any is rejected: for texts that were parsed before.
  std::span<const ParsedMolecule> all() const;

 private:
  std::span<const std::string> texts_;
  std::vector<std::unique_ptr<RDKit::RWMol>> owned_;
  std::vector<std::string> reasons_;
  std::vector<ParsedMolecule> molecules_;
};

}  // namespace fragflow
