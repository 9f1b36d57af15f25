// The fragment trees that assemble to a given molecule.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "src/chem/assembly.hpp"
#include "src/chem/vocabulary.hpp"

namespace fragflow {

class FragmentMatcher;

struct DecompositionLimits {
  int max_fragments = 16;
  std::int64_t max_steps = 500'000;  // search steps; about a microsecond each, a few when matching
  std::int64_t max_trees = 10'000;
};

struct Decomposition {
  std::vector<std::vector<FragmentNode>> trees;
  bool complete = true;  // false: a limit stopped the search, and trees may be missing
  std::string reason;    // why there is no tree, or which limit was reached
};

// Thread-safe after construction; keeps a reference to the vocabulary.
class Decomposer {
 public:
  explicit Decomposer(const Vocabulary& vocabulary);
  ~Decomposer();
  Decomposer(const Decomposer&) = delete;
  Decomposer& operator=(const Decomposer&) = delete;

  // Expects a SMILES as written by `standardise`. Finds every tree of at most max_fragments
  // fragments that assembles to the molecule by cuts of its single bonds outside rings, one for
  // each choice of cuts, fragments and sites (sites up to Aut(fragment)). For a symmetric molecule
  // a tree may be listed once per embedding: canonicalise to compare. The types at the two ends of
  // a join may join, and the sites a fragment uses fit one of its patterns; whether types can be
  // chosen consistently for the whole tree is decided by the environment.
  Decomposition decompose(std::string_view smiles, const DecompositionLimits& limits = {}) const;

 private:
  const Vocabulary* vocabulary_;
  std::unique_ptr<FragmentMatcher> matcher_;
};

}  // namespace fragflow
