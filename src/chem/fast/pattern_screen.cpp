#include "src/chem/fast/pattern_screen.hpp"

#include <GraphMol/QueryAtom.h>
#include <GraphMol/QueryBond.h>
#include <GraphMol/ROMol.h>
#include <GraphMol/SmilesParse/SmartsWrite.h>

#include <algorithm>
#include <map>
#include <numeric>
#include <optional>
#include <string>
#include <tuple>

#include "src/base/check.hpp"
#include "src/chem/fast/fast_chemistry.hpp"
#include "src/chem/fast/query_invariants.hpp"

namespace fragflow {
namespace {

// Bounds the memory of the cached classes; when exceeded the cache is cleared.
constexpr std::size_t kMaxBondClasses = 1 << 14;

// False only if the query cannot match, whatever its unknown parts evaluate to.
template <typename Query, typename Object>
bool may_match(const Query& query, const Object& object) {
  if (reads_only_the_invariant(query)) return query.Match(&object);
  const auto child_may = [&](const auto& child) { return may_match(*child, object); };
  const std::string description = query.getDescription();
  if (query.getNegation()) return true;
  if (description == "AtomAnd" || description == "BondAnd") {
    return std::all_of(query.beginChildren(), query.endChildren(), child_may);
  }
  if (description == "AtomOr" || description == "BondOr") {
    return std::any_of(query.beginChildren(), query.endChildren(), child_may);
  }
  return true;
}

// Equal texts mean equal queries if every part is known; other queries are identified by their
// address.
template <typename Object>
std::string query_text(const Object& object, const std::string& smarts) {
  const bool is_plain = object.hasQuery() && reads_only_the_invariant(*object.getQuery());
  return is_plain ? smarts : fmt::format("{}", static_cast<const void*>(&object));
}

template <typename Requirement>
void require(std::vector<Requirement>& requirements, std::size_t feature) {
  for (Requirement& requirement : requirements) {
    if (requirement.feature == feature) {
      ++requirement.count;
      return;
    }
  }
  requirements.push_back({feature, 1});
}

}  // namespace

PatternScreen::PatternScreen(std::span<const RDKit::ROMol* const> patterns)
    : all_(patterns.size()) {
  std::iota(all_.begin(), all_.end(), 0);
  std::map<std::string, std::size_t> atom_index;
  std::map<std::tuple<std::size_t, std::string, std::size_t>, std::size_t> bond_index;
  for (const RDKit::ROMol* pattern : patterns) {
    Pattern& result = patterns_.emplace_back();
    std::vector<std::size_t> feature_of_atom;
    for (const RDKit::Atom* atom : pattern->atoms()) {
      const std::string text = query_text(
          *atom, RDKit::SmartsWrite::GetAtomSmarts(static_cast<const RDKit::QueryAtom*>(atom)));
      const auto [entry, is_new] = atom_index.try_emplace(text, atom_features_.size());
      if (is_new) atom_features_.push_back(atom);
      feature_of_atom.push_back(entry->second);
      require(result.atoms, entry->second);
    }
    for (const RDKit::Bond* bond : pattern->bonds()) {
      const std::string text = query_text(
          *bond, RDKit::SmartsWrite::GetBondSmarts(static_cast<const RDKit::QueryBond*>(bond)));
      const auto [low, high] = std::minmax(feature_of_atom[bond->getBeginAtomIdx()],
                                           feature_of_atom[bond->getEndAtomIdx()]);
      const auto [entry, is_new] = bond_index.try_emplace({low, text, high}, bond_features_.size());
      if (is_new) bond_features_.push_back({bond, low, high});
      require(result.bonds, entry->second);
    }
  }
  atom_counts_.resize(atom_features_.size());
  bond_counts_.resize(bond_features_.size());
}

const PatternScreen::AtomClass* PatternScreen::class_of(const RDKit::Atom& atom) {
  const std::optional<std::uint64_t> key = atom_invariant(atom);
  if (!key) return nullptr;
  const auto [entry, is_new] = atom_classes_.try_emplace(*key);
  AtomClass& result = entry->second;
  if (is_new) {
    result.id = static_cast<std::uint32_t>(atom_classes_.size());
    result.may_match.resize(atom_features_.size());
    for (std::size_t k = 0; k < atom_features_.size(); ++k) {
      const RDKit::Atom& feature = *atom_features_[k];
      if (feature.hasQuery() && !may_match(*feature.getQuery(), atom)) continue;
      result.may_match[k] = true;
      result.features.push_back(k);
    }
  }
  return &result;
}

const std::vector<std::size_t>& PatternScreen::features_of(const RDKit::Bond& bond,
                                                           const AtomClass& begin,
                                                           const AtomClass& end) {
  const auto [low, high] = std::minmax(begin.id, end.id);
  const std::uint64_t key = (std::uint64_t{low} << 28 | high) << 8 | bond_invariant(bond);
  const auto [entry, is_new] = bond_classes_.try_emplace(key);
  std::vector<std::size_t>& result = entry->second;
  if (is_new) {
    for (std::size_t k = 0; k < bond_features_.size(); ++k) {
      const auto& [feature, a, b] = bond_features_[k];
      const bool ends_match =
          (begin.may_match[a] && end.may_match[b]) || (begin.may_match[b] && end.may_match[a]);
      if (!ends_match) continue;
      if (feature->hasQuery() && !may_match(*feature->getQuery(), bond)) continue;
      result.push_back(k);
    }
  }
  return result;
}

bool PatternScreen::may_occur(const Pattern& pattern) const {
  const auto enough = [](const std::vector<int>& counts) {
    return [&counts](const Requirement& r) { return counts[r.feature] >= r.count; };
  };
  return std::all_of(pattern.bonds.begin(), pattern.bonds.end(), enough(bond_counts_)) &&
         std::all_of(pattern.atoms.begin(), pattern.atoms.end(), enough(atom_counts_));
}

std::span<const int> PatternScreen::candidates(const RDKit::ROMol& molecule) {
  if (!is_used(Accelerator::kPatternScreen)) return all_;
  if (bond_classes_.size() > kMaxBondClasses) {
    bond_classes_.clear();
    atom_classes_.clear();
  }
  std::fill(atom_counts_.begin(), atom_counts_.end(), 0);
  std::fill(bond_counts_.begin(), bond_counts_.end(), 0);
  classes_.clear();
  for (const RDKit::Atom* atom : molecule.atoms()) {
    const AtomClass* found = class_of(*atom);
    if (found == nullptr) return all_;
    classes_.push_back(found);
    for (const std::size_t feature : found->features) ++atom_counts_[feature];
  }
  for (const RDKit::Bond* bond : molecule.bonds()) {
    const AtomClass& begin = *classes_[bond->getBeginAtomIdx()];
    const AtomClass& end = *classes_[bond->getEndAtomIdx()];
    for (const std::size_t feature : features_of(*bond, begin, end)) ++bond_counts_[feature];
  }
  candidates_.clear();
  for (std::size_t p = 0; p < patterns_.size(); ++p) {
    if (may_occur(patterns_[p])) candidates_.push_back(static_cast<int>(p));
  }
  return candidates_;
}

}  // namespace fragflow
