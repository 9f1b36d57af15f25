// The contents of a structure cell: a SMILES, possibly followed by a CXSMILES extension or a name,
// a molblock, or an InChI.
#pragma once

#include <memory>
#include <string>
#include <string_view>

namespace RDKit {
class RWMol;
}

namespace fragflow {

struct StructureCell {
  std::string_view structure;  // for `standardise`
  std::string_view name;       // "" if nothing follows
};

// Splits a cell: "CCO ethanol", "CCO |r| ethanol", a whole molblock. Extensions are dropped.
StructureCell split_structure(std::string_view cell);

// An MDL connection table, V2000 or V3000; blank lines before its header may be missing.
bool is_molblock(std::string_view text);

// Sanitised, stereochemistry and charges as written. Null if it is not a complete molecule of at
// most kMaxHeavyAtoms (chem/standardise.hpp); reason says why.
std::unique_ptr<RDKit::RWMol> parse_molblock(std::string_view text, std::string& reason);

// Its SMILES; "" if parse_molblock returns null.
std::string smiles_of_molblock(std::string_view text);

// One line of at most 80 characters for messages.
std::string shown_structure(std::string_view cell);

}  // namespace fragflow
