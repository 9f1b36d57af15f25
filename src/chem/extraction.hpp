// Extracts a fragment vocabulary from a corpus: BRICS cuts, frequent pieces, slots and patterns.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "src/chem/vocabulary_spec.hpp"

namespace fragflow {

struct ExtractionOptions {
  int max_fragments = 100;
  int min_count = 5;          // molecules of the corpus that contain the fragment
  int max_atoms = 16;         // heavy atoms of a fragment with a ring
  int max_chain_atoms = 6;    // heavy atoms of a fragment without a ring
  int max_joins = 3;          // joins of a pattern; patterns with more are not kept
  int min_pattern_count = 3;  // molecules that show a pattern
  int min_join_count = 10;    // cuts with an unordered pair of types
  std::vector<std::string> elements = {"C", "N", "O", "F", "S", "Cl", "Br"};
  bool drop_charged = true;     // fragments with a net charge
  bool drop_alerts = true;      // patterns with a BRENK alert once methyl fills their slots ...
  double alert_fraction = 0.1;  // ... unless at least this fraction of the corpus has the fragment
  double rare_fraction = 0.02;  // slots whose hydrogen-capped group is rarer must be filled
};

struct ExtractionResult {
  VocabularySpec vocabulary;  // fragments by descending count, ties by SMILES
  std::int64_t molecules = 0;
  std::int64_t distinct_pieces = 0;  // before selection
  std::int64_t rings = 0, linkers = 0, substituents = 0;
  std::map<std::string, std::int64_t> dropped;  // reason -> pieces with enough molecules
  // Number of molecules all of whose BRICS pieces, with their used slots, are in the vocabulary: a
  // lower bound on what can be built, since coarser cuts are not tried.
  std::int64_t covered = 0;
  // Hydrogen-capped groups behind must_fill marks -> fraction of the corpus that contains them.
  std::map<std::string, double> group_fractions;
  // Unordered type pairs of all cuts -> how often.
  std::map<std::pair<std::string, std::string>, std::int64_t> type_pairs;
};

// smiles: as written by `standardise`. weights: how many molecules each one counts as in counts of
// fragments, patterns and joins (at least 1; empty: 1 each), to keep rare pieces of important
// molecules. Runs in parallel; the result does not depend on the number of threads. Throws
// UserError if nothing can be kept.
ExtractionResult extract_vocabulary(const std::vector<std::string>& smiles,
                                    const ExtractionOptions& options,
                                    std::vector<std::int64_t> weights = {});

}  // namespace fragflow
