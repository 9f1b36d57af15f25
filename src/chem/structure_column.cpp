#include "src/chem/structure_column.hpp"

#include <algorithm>
#include <cctype>
#include <string>
#include <vector>

namespace fragflow {
namespace {

const std::vector<std::vector<std::string_view>>& known_names() {
  static const std::vector<std::vector<std::string_view>> names = {
      {"smiles"},
      {"canonicalsmiles", "isomericsmiles", "ligandsmiles", "compoundsmiles", "moleculesmiles",
       "rdkitsmiles", "cxsmiles", "smilesstring", "smilescode", "smilesstructure"},
      {"smi", "structure", "mol", "molecule"},
      {"molblock", "molfile", "molstructure", "ctab", "inchi", "standardinchi", "stdinchi",
       "inchistring", "ligandinchi"}};
  return names;
}

// Lower case, letters and digits only: "Canonical SMILES" and "canonical_smiles" become equal.
std::string key_of(std::string_view name) {
  std::string key;
  for (const char c : name) {
    const auto byte = static_cast<unsigned char>(c);
    if (std::isalnum(byte)) key += static_cast<char>(std::tolower(byte));
  }
  return key;
}

}  // namespace

std::optional<int> structure_rank(std::string_view name) {
  const std::string key = key_of(name);
  for (std::size_t rank = 0; rank < known_names().size(); ++rank) {
    const auto& names = known_names()[rank];
    if (std::find(names.begin(), names.end(), key) != names.end()) return static_cast<int>(rank);
  }
  if (key.ends_with("smiles")) return 1;
  return {};
}

}  // namespace fragflow
