// The vocabulary file as plain data, before any chemistry is checked.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "src/chem/synthesis/reaction_list.hpp"
#include "src/chem/synthesis/synthon_plan.hpp"

namespace fragflow {

struct SlotSpec {
  int atom = 0;                    // index in the SMILES
  std::vector<std::string> types;  // empty: untyped
  bool must_fill = false;
};

// One use of a slot in an observed pattern: any slot of this atom that has the type ("": an untyped
// slot).
struct UseSpec {
  int atom = 0;
  std::string type;
  auto operator<=>(const UseSpec&) const = default;
};

struct FragmentSpec {
  std::string smiles;
  std::vector<SlotSpec> slots;
  std::vector<std::vector<UseSpec>> patterns;
  std::int64_t count = 0;
  // For a synthon: compounds to buy. Then one slot per atom at most, all of which must be used.
  std::vector<SynthonOrigin> origins;
};

struct VocabularySpec {
  std::vector<FragmentSpec> fragments;
  std::vector<std::pair<std::string, std::string>> joins;
  // The last fragment is a scaffold to start from, possibly equal to another. Not part of the file.
  bool ends_with_start = false;
  // Set: the fragments are synthons (docs/synthesis.md), and every one of them has origins.
  std::shared_ptr<const ReactionList> reactions;
  std::string made;  // how the file was made, a JSON object; "": unknown
};

// Reads both forms of the file (docs/vocabulary.md). Throws UserError naming source and entry for
// text that is not JSON, missing or unknown keys and wrong types.
VocabularySpec parse_vocabulary_json(const std::string& text, const std::string& source);

// The fragments of `first`, and those of `second` with a different molecule; the joins of both. A
// molecule in both keeps the slots and patterns of `first`.
VocabularySpec merge_vocabularies(const VocabularySpec& first, const VocabularySpec& second);

// One fragment per line, for readable diffs.
std::string vocabulary_json(const VocabularySpec& spec);

}  // namespace fragflow
