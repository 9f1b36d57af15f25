// What stands where a structure is expected: a SMILES, perhaps with a CXSMILES extension or a name
// behind it, a molblock, an InChI.
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

// Of a cell: "CCO ethanol", "CCO |r| ethanol", a whole molblock. Extensions are left out.
StructureCell split_structure(std::string_view cell);

// A connection table of MDL, V2000 or V3000; blank lines before its header may be missing.
bool is_molblock(std::string_view text);

// Sanitised, stereochemistry and charges as written. Null if it is none or no whole molecule of at
// most kMaxHeavyAtoms (chem/standardise.hpp); reason says why.
std::unique_ptr<RDKit::RWMol> parse_molblock(std::string_view text, std::string& reason);

// Its SMILES; "" where parse_molblock gives null.
std::string smiles_of_molblock(std::string_view text);

// One line of at most 80 characters for messages.
std::string shown_structure(std::string_view cell);

}  // namespace fragflow
