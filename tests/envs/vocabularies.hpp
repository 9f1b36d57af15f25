// Small vocabularies that the environment tests share.
#pragma once

#include "src/chem/vocabulary.hpp"

namespace fragflow::test {

inline Vocabulary make_vocabulary(const char* json) { return Vocabulary::parse(json, "test"); }

// Benzene, C, CO and tetrahydropyran: rings with symmetry and head-to-tail repeats.
inline constexpr const char* kRings = R"([
  ["c1ccccc1", [0, 1, 2, 3, 4, 5]], ["C", [0]], ["CO", [0, 1]],
  ["C1CCOCC1", [0, 1, 2, 4, 5]]])";

// C, O and N with one slot for each hydrogen: equal slots on one atom.
inline constexpr const char* kAtoms = R"([["C", [0, 0, 0, 0]], ["O", [0, 0]], ["N", [0, 0, 0]]])";

// kAtoms with a type of its own for each slot, all of which may join: equal slots are not merged.
inline constexpr const char* kAtomsUnmerged = R"({"fragments": [
  {"smiles": "C", "slots": [{"atom": 0, "types": ["a"]}, {"atom": 0, "types": ["b"]},
                            {"atom": 0, "types": ["c"]}, {"atom": 0, "types": ["d"]}]},
  {"smiles": "O", "slots": [{"atom": 0, "types": ["a"]}, {"atom": 0, "types": ["b"]}]},
  {"smiles": "N", "slots": [{"atom": 0, "types": ["a"]}, {"atom": 0, "types": ["b"]},
                            {"atom": 0, "types": ["c"]}]}],
  "joins": [["a", "a"], ["a", "b"], ["a", "c"], ["a", "d"], ["b", "b"], ["b", "c"], ["b", "d"],
            ["c", "c"], ["c", "d"], ["d", "d"]]})";

// Small pieces of chains: one molecule is made by several trees.
inline constexpr const char* kAmbiguous = R"([["C", [0, 0, 0, 0]], ["CC", [0, 0, 0, 1, 1, 1]],
  ["CO", [0, 0, 0, 1]], ["O", [0, 0]]])";

// A chain fragment, a branching one and one without slots.
inline constexpr const char* kMixed = R"([["CO", [0, 1]], ["CC", [0, 0, 0, 1, 1, 1]], ["O=C=O", []],
  ["c1ccccc1", [0, 1, 3]]])";

// Types as lists, an untyped slot, patterns on symmetric and asymmetric fragments. A piperazine
// whose two nitrogens were never both seen as "amine"; a carbon whose two slots may not be both
// "ether"; an ethane that may carry any two uses.
inline constexpr const char* kTyped = R"({"fragments": [
  {"smiles": "C1CNCCN1", "slots": [{"atom": 2, "types": ["amine", "amide"]},
                                   {"atom": 5, "types": ["amine", "amide"]}],
   "patterns": [[[2, "amine"], [5, "amide"]], [[2, "amide"], [5, "amide"]]]},
  {"smiles": "CO", "slots": [{"atom": 0, "types": ["alkyl", "benzyl"]},
                             {"atom": 0, "types": ["alkyl", "benzyl"]},
                             {"atom": 1, "types": ["ether"]}],
   "patterns": [[[0, "alkyl"], [0, "benzyl"], [1, "ether"]], [[0, "benzyl"], [0, "benzyl"]]]},
  {"smiles": "C", "slots": [{"atom": 0, "types": ["alkyl"]}, {"atom": 0, "types": ["alkyl"]},
                            {"atom": 0, "types": ["ether", "alkyl"]}]},
  {"smiles": "C=O", "slots": [{"atom": 0, "types": ["acyl"]}, 0]},
  {"smiles": "c1ccccc1", "slots": [0, {"atom": 1, "types": ["aryl"]},
                                   {"atom": 3, "types": ["aryl"]}]}],
  "joins": [["amine", "alkyl"], ["amine", "benzyl"], ["amide", "acyl"], ["ether", "alkyl"],
            ["ether", "aryl"], ["benzyl", "aryl"], ["acyl", "aryl"]]})";

}  // namespace fragflow::test
