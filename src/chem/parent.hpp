// Which part of a salt, solvate or mixture is the compound.
#pragma once

#include <memory>

namespace RDKit {
class RWMol;
}

namespace fragflow {

// What a part of a SMILES is known as, from the compound to what is never one.
enum class PartKind {
  kUnknown,     // not listed: taken for a compound
  kSmallAcid,   // benzoic, nicotinic, ...: a compound, or the counter-ion of one
  kCounterIon,  // tartaric acid, lysine, ...: a compound only beside what follows
  kAuxiliary,   // meglumine, tetrabutylammonium, tosylate, ...
  kSolvent,     // solvents, inorganic acids and bases, metals
};

// The part that is the compound: the first kind of PartKind that is there, of those parts one with
// carbon, the most heavy atoms, the largest mass of heavy atoms, the smallest canonical SMILES.
// Hydrogens never count. What is a solvent or an inorganic ion is RDKit's list (its
// FragmentRemover), the rest ours. `molecule` has several connected parts and is sanitised. May
// throw RDKit's exceptions. Thread-safe.
std::unique_ptr<RDKit::RWMol> parent_of(const RDKit::RWMol& molecule);

// The kind of a molecule of one part.
PartKind kind_of_part(const RDKit::RWMol& part);

}  // namespace fragflow
