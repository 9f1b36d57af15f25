#include <GraphMol/RWMol.h>

#include <set>
#include <utility>

#include "src/chem/standardise.hpp"
#include "src/chem/vocabulary_spec.hpp"

namespace fragflow {
namespace {

// Identifies the molecule of a fragment; the text itself if RDKit rejects it (reported when the
// vocabulary is built).
std::string identity(const FragmentSpec& fragment) {
  const auto molecule = parse_smiles(fragment.smiles);
  return molecule ? canonical_smiles(*molecule) : fragment.smiles;
}

}  // namespace

VocabularySpec merge_vocabularies(const VocabularySpec& first, const VocabularySpec& second) {
  VocabularySpec merged = first;
  std::set<std::string> present;
  for (const FragmentSpec& fragment : first.fragments) present.insert(identity(fragment));
  for (const FragmentSpec& fragment : second.fragments) {
    if (!present.contains(identity(fragment))) merged.fragments.push_back(fragment);
  }
  const auto sorted = [](std::pair<std::string, std::string> join) {
    if (join.second < join.first) std::swap(join.first, join.second);
    return join;
  };
  std::set<std::pair<std::string, std::string>> joins;
  for (const auto& join : first.joins) joins.insert(sorted(join));
  for (const auto& join : second.joins) {
    if (joins.insert(sorted(join)).second) merged.joins.push_back(join);
  }
  return merged;
}

}  // namespace fragflow
