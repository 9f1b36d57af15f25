// From a catalogue of building blocks to a vocabulary of synthons.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "src/chem/standardise.hpp"
#include "src/chem/synthesis/synthon_maker.hpp"
#include "src/chem/vocabulary_spec.hpp"

namespace fragflow {

// Why a block is refused that is no molecule.
inline constexpr const char* kUnreadableBlock = "not a molecule that can be read";

struct CatalogueBlock {
  std::string structure;  // for `standardise`
  std::string name;
  std::optional<double> price;
};

struct BlockLimits {
  int max_heavy_atoms = 20;
  std::vector<std::string> elements = {"C", "N", "O", "S", "F", "Cl", "Br", "I", "B"};
};

struct BuildCounts {
  std::int64_t blocks = 0, distinct = 0, used = 0;
  std::map<std::string, std::int64_t> refused;  // by reason
  std::map<std::string, std::int64_t> groups;   // blocks that hold the group
};

// Collects blocks, some at a time; equal ones are one, at the lower price.
class SynthonBuilder {
 public:
  // engine must outlive it.
  SynthonBuilder(const ReactionEngine& engine, BlockLimits limits);

  // In parallel; the result does not depend on the number of threads. Returns for each block why
  // nothing can be made of it, "" if something can; a block that came before is counted as refused
  // and has the answer of the first.
  std::vector<std::string> add(const std::vector<CatalogueBlock>& blocks);

  // Synthons sorted by key, origins by price and name. Synthons that nothing can join are left out
  // (their blocks are refused). Empty if there are none.
  VocabularySpec vocabulary();
  const BuildCounts& counts() const { return counts_; }

 private:
  // By key, of one block.
  using Synthons = std::vector<std::pair<std::string, std::vector<SynthonOrigin>>>;
  void refuse(const std::string& reason) { ++counts_.refused[reason]; }
  std::string outside_limits(const Standardised& block) const;

  const ReactionEngine& engine_;
  SynthonMaker maker_;
  BlockLimits limits_;
  BuildCounts counts_;
  std::map<std::string, Synthons> blocks_;  // by canonical SMILES, those that are used
  std::map<std::string, bool> seen_;
};

}  // namespace fragflow
