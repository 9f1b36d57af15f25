#include "src/reward/molecule_forms.hpp"

#include <GraphMol/RWMol.h>

#include "src/base/parallel.hpp"
#include "src/base/text.hpp"
#include "src/chem/standardise.hpp"

namespace fragflow {
namespace {

// The text if it is a molecule as written by this program: canonical, without stereo or isotopes.
std::string own_text(std::string_view smiles) {
  const std::string text(trim(smiles));
  if (text.size() > kMaxSmilesLength || text.find('.') != text.npos) return "";
  const auto molecule = parse_smiles(text);
  return molecule && canonical_smiles(*molecule) == text ? text : "";
}

}  // namespace

std::vector<CanonicalText> MoleculeForms::canonical(std::span<const std::string> smiles,
                                                    StandardiseCounts& counts) {
  const auto size = static_cast<std::int64_t>(smiles.size());
  std::vector<Standardised> standardised(smiles.size());
  std::vector<std::string> charged(smiles.size());  // such texts that standardising would change
  parallel_for(size, [&](std::int64_t i) {
    standardised[i] = standardise(smiles[i]);
    standardised[i].molecule.reset();
    if (standardised[i].neutralised) charged[i] = own_text(smiles[i]);
  });
  bool is_any_charged = false;
  for (const std::string& text : charged) is_any_charged |= !text.empty();
  if (is_any_charged && !is_found_) {
    is_found_ = true;
    environment_ = find_();
    if (environment_) trees_.emplace(*environment_);
  }
  if (trees_) {
    parallel_for(
        size,
        [&](std::int64_t i) {
          if (charged[i].empty() || trees_->find(charged[i]).trees.empty()) return;
          standardised[i].smiles = std::move(charged[i]);
          standardised[i].neutralised = false;
        },
        /*chunk=*/1);
  }
  std::vector<CanonicalText> result;
  for (Standardised& molecule : standardised) {
    molecule.count_into(counts);
    result.push_back({std::move(molecule.smiles), std::move(molecule.reason)});
  }
  return result;
}

}  // namespace fragflow
