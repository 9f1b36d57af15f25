#include "src/chem/vocabulary.hpp"

#include <GraphMol/ROMol.h>
#include <GraphMol/RWMol.h>

#include <algorithm>
#include <map>
#include <set>

#include "src/base/check.hpp"
#include "src/base/file.hpp"
#include "src/chem/site_builder.hpp"
#include "src/chem/vocabulary_spec.hpp"

namespace fragflow {
namespace {

constexpr int kMaxTypes = 63;

// L1, L2, ..., L10: shorter names first, so that numbers are sorted numerically.
bool natural_less(const std::string& a, const std::string& b) {
  return a.size() != b.size() ? a.size() < b.size() : a < b;
}

std::vector<std::string> collect_type_names(const VocabularySpec& spec, const std::string& source) {
  std::set<std::string> names;
  for (const auto& [a, b] : spec.joins) {
    names.insert(a);
    names.insert(b);
  }
  if (names.size() > kMaxTypes) {
    user_error("{}: {} slot types; at most {} are possible", source, names.size(), kMaxTypes);
  }
  std::vector<std::string> sorted(names.begin(), names.end());
  std::sort(sorted.begin(), sorted.end(), natural_less);
  sorted.insert(sorted.begin(), "");
  return sorted;
}

int find_type(const std::vector<std::string>& names, const std::string& name) {
  return static_cast<int>(std::find(names.begin(), names.end(), name) - names.begin());
}

// Per type, the types it joins. Untyped slots join everything.
std::vector<TypeMask> make_partners(const VocabularySpec& spec,
                                    const std::vector<std::string>& names) {
  std::vector<TypeMask> partners(names.size(), kUntyped);
  partners[0] = ~TypeMask{0};
  for (const auto& [a, b] : spec.joins) {
    const int i = find_type(names, a);
    const int j = find_type(names, b);
    partners[i] |= TypeMask{1} << j;
    partners[j] |= TypeMask{1} << i;
  }
  return partners;
}

// Adds origins and plans of a synthon, with lists in the order of its sites.
void add_plans(const FragmentSpec& spec, const ReactionList& list, const std::string& where,
               Fragment& fragment) {
  if (spec.origins.empty()) user_error("{}: a synthon must have \"origins\"", where);
  if (fragment.sites.empty()) user_error("{}: a synthon must have a slot", where);
  std::vector<int> slot_of_site;
  for (const Site& site : fragment.sites) {
    const auto is_here = [&](const SlotSpec& slot) { return slot.atom == site.atom; };
    if (std::count_if(spec.slots.begin(), spec.slots.end(), is_here) != 1) {
      user_error("{}: a synthon must not have two slots on one atom", where);
    }
    slot_of_site.push_back(static_cast<int>(
        std::find_if(spec.slots.begin(), spec.slots.end(), is_here) - spec.slots.begin()));
  }
  std::vector<OriginSides> sides;
  for (const SynthonOrigin& origin : spec.origins) {
    sides.push_back(origin_sides(list, origin, slot_of_site, where));
    SynthonOrigin& ordered = fragment.origins.emplace_back(origin);
    ordered.last.clear();
    for (std::size_t s = 0; s < slot_of_site.size(); ++s) {
      ordered.roles[s] = origin.roles[slot_of_site[s]];
      if (!origin.groups.empty()) ordered.groups[s] = origin.groups[slot_of_site[s]];
      if (!origin.reactions.empty()) ordered.reactions[s] = origin.reactions[slot_of_site[s]];
      if (!origin.last.empty() && sides.back().may_be_last[s]) {
        ordered.last.push_back(static_cast<int>(s));
      }
    }
  }
  fragment.plans = make_plans(list, sides, fragment.automorphisms);
  if (fragment.plans.empty()) {
    user_error("{}: its groups compete: there is no order in which its slots can be used", where);
  }
}

}  // namespace

Vocabulary Vocabulary::load(const std::filesystem::path& path) {
  return parse(read_file(path), path.string());
}

Vocabulary Vocabulary::parse(const std::string& json_text, const std::string& source) {
  return from_spec(parse_vocabulary_json(json_text, source), source);
}

Vocabulary Vocabulary::from_spec(const VocabularySpec& spec, const std::string& source) {
  if (spec.fragments.empty()) user_error("{}: there are no fragments in it", source);
  Vocabulary vocabulary;
  vocabulary.type_names_ = collect_type_names(spec, source);
  vocabulary.partners_ = make_partners(spec, vocabulary.type_names_);
  vocabulary.reactions_ = spec.reactions;
  std::map<std::string, std::size_t> seen;
  for (std::size_t i = 0; i < spec.fragments.size(); ++i) {
    const std::string where =
        fmt::format("{}: fragment {} ({})", source, i, spec.fragments[i].smiles);
    BuiltFragment built = build_fragment(spec.fragments[i], vocabulary.type_names_, where);
    const auto [first, is_new] = seen.emplace(built.identity, i);
    const bool is_start = spec.ends_with_start && i + 1 == spec.fragments.size();
    if (!is_new && !is_start) {
      user_error("{}: duplicate of fragment {} ({}): the same molecule with the same slots", where,
                 first->second, spec.fragments[first->second].smiles);
    }
    if (spec.reactions) add_plans(spec.fragments[i], *spec.reactions, where, built.fragment);
    const int index = vocabulary.size();
    auto& blocks = vocabulary.block_of_.emplace_back();
    for (std::size_t site = 0; site < built.fragment.sites.size(); ++site) {
      const int orbit = built.fragment.site_orbit[site];
      if (orbit == static_cast<int>(site)) {
        blocks.push_back(static_cast<int>(vocabulary.blocks_.size()));
        vocabulary.blocks_.push_back({index, orbit});
      } else {
        blocks.push_back(blocks[orbit]);
      }
    }
    vocabulary.has_patterns_ |= !built.fragment.patterns.empty();
    vocabulary.fragments_.push_back(std::move(built.fragment));
  }
  return vocabulary;
}

TypeMask Vocabulary::partners(TypeMask types) const {
  TypeMask result = 0;
  for (std::size_t type = 0; type < partners_.size(); ++type) {
    if (types >> type & 1) result |= partners_[type];
  }
  return result;
}

std::vector<std::pair<int, int>> Vocabulary::joins() const {
  std::vector<std::pair<int, int>> pairs;
  for (int a = 1; a < num_types(); ++a) {
    for (int b = a; b < num_types(); ++b) {
      if (partners_[a] >> b & 1) pairs.emplace_back(a, b);
    }
  }
  return pairs;
}

std::vector<int> Vocabulary::isolated_fragments() const {
  TypeMask available = 0;
  for (const Fragment& fragment : fragments_) {
    for (const Site& site : fragment.sites) available |= site.types;
  }
  std::vector<int> isolated;
  for (int i = 0; i < size(); ++i) {
    const auto& sites = fragments_[i].sites;
    const bool joins_something = std::any_of(
        sites.begin(), sites.end(), [&](const Site& s) { return can_join(s.types, available); });
    if (!joins_something) isolated.push_back(i);
  }
  return isolated;
}

VocabularySpec Vocabulary::to_spec() const {
  VocabularySpec spec;
  for (const Fragment& fragment : fragments_) {
    FragmentSpec& out = spec.fragments.emplace_back();
    out.smiles = fragment.smiles;
    out.count = fragment.count;
    out.origins = fragment.origins;
    for (const Site& site : fragment.sites) {
      SlotSpec slot{site.atom, {}, site.must_fill};
      for (int type = 1; type < num_types(); ++type) {
        if (site.types >> type & 1) slot.types.push_back(type_names_[type]);
      }
      out.slots.insert(out.slots.end(), site.capacity, slot);
    }
    for (const Pattern& pattern : fragment.patterns) {
      // The automorphisms restore the other patterns of the orbit.
      if (!is_orbit_minimum(pattern, fragment.automorphisms)) continue;
      auto& uses = out.patterns.emplace_back();
      for (const PatternUse& use : pattern) {
        uses.push_back({fragment.sites[use.site].atom, type_names_[use.type]});
      }
    }
  }
  spec.reactions = reactions_;
  for (const auto& [a, b] : joins()) spec.joins.emplace_back(type_names_[a], type_names_[b]);
  return spec;
}

std::string Vocabulary::to_json() const { return vocabulary_json(to_spec()); }

}  // namespace fragflow
