// Determines which part of a salt, solvate or mixture is the compound.
#pragma once

#include <memory>

namespace RDKit {
class RWMol;
}

namespace fragflow {

// Categories of the parts of a SMILES, from the compound to what is never the compound.
enum class PartKind {
  kUnknown,     // not listed: assumed to be a compound
  kSmallAcid,   // benzoic, nicotinic, ...: a compound, or the counter-ion of one
  kCounterIon,  // tartaric acid, lysine, ...: a compound only next to parts of the kinds below
  kAuxiliary,   // meglumine, tetrabutylammonium, tosylate, ...
  kSolvent,     // solvents, inorganic acids and bases, metals
};

// The part that is the compound: among parts of the first kind of PartKind that occurs, one with
// carbon, the most heavy atoms, the largest mass of heavy atoms, the smallest canonical SMILES.
// Hydrogens never count. Solvents and inorganic ions are RDKit's list (its FragmentRemover), the
// rest is ours. `molecule` must have several connected parts and be sanitised. May throw RDKit's
// exceptions. Thread-safe.
std::unique_ptr<RDKit::RWMol> parent_of(const RDKit::RWMol& molecule);

// The kind of a molecule of one part.
PartKind kind_of_part(const RDKit::RWMol& part);

}  // namespace fragflow
