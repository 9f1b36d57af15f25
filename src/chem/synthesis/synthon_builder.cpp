#include "src/chem/synthesis/synthon_builder.hpp"

#include <GraphMol/GraphMol.h>
#include <GraphMol/MolOps.h>

#include <algorithm>
#include <bit>
#include <limits>
#include <numeric>
#include <set>

#include "src/base/check.hpp"
#include "src/base/parallel.hpp"
#include "src/chem/synthesis/synthon_key.hpp"

namespace fragflow {
namespace {

constexpr const char* kNoPartner = "no partner: no other block takes the reactions it needs";

// A synthon that may enter the vocabulary.
struct Candidate {
  FragmentSpec fragment;
  std::vector<SynthonPlan> plans;
};

std::vector<int> counting(std::size_t size) {
  std::vector<int> numbers(size);
  std::iota(numbers.begin(), numbers.end(), 0);
  return numbers;
}

std::vector<SynthonPlan> plans_of(const ReactionList& list, const FragmentSpec& fragment) {
  std::vector<OriginSides> sides;
  for (const SynthonOrigin& origin : fragment.origins) {
    sides.push_back(origin_sides(list, origin, counting(fragment.slots.size()), fragment.smiles));
  }
  std::vector<std::uint8_t> identity(fragment.slots.size());
  std::iota(identity.begin(), identity.end(), std::uint8_t{0});
  return make_plans(list, sides, {identity});
}

// Sides taken by synthons of one slot that keep nothing, of reactions with such a synthon at both
// sides (as required by RouteRules).
SideMask capped_sides(const std::map<std::string, Candidate>& candidates) {
  SideMask caps, both;
  for (const auto& [key, candidate] : candidates) {
    if (candidate.fragment.slots.size() != 1) continue;
    for (const SynthonPlan& plan : candidate.plans) {
      if (plan.kept == 0) caps |= plan.sites[0];
    }
  }
  for (std::size_t bit = 0; bit < caps.size(); ++bit) {
    if (caps.test(bit) && caps.test(partner_bit(static_cast<int>(bit)))) both.set(bit);
  }
  return both;
}

bool has_partners(const Candidate& candidate, const SideMask& sides) {
  return std::any_of(candidate.plans.begin(), candidate.plans.end(), [&](const SynthonPlan& plan) {
    return std::all_of(plan.sites.begin(), plan.sites.end(),
                       [&](const SideMask& site) { return (site & sides).any(); });
  });
}

double price_for_order(const SynthonOrigin& origin) {
  return origin.price.value_or(std::numeric_limits<double>::infinity());
}

// Adds the types of the blocks' roles at each slot, and the pairs of types that react.
void add_types(const ReactionList& list, VocabularySpec& spec) {
  std::set<std::string> used;
  for (FragmentSpec& fragment : spec.fragments) {
    set_slot_types(list, fragment);
    for (const SlotSpec& slot : fragment.slots) used.insert(slot.types.begin(), slot.types.end());
  }
  std::set<std::pair<std::string, std::string>> joins;
  for (const Reaction& reaction : list.reactions) {
    joins.insert(
        std::minmax(list.roles[reaction.roles[0]].type, list.roles[reaction.roles[1]].type));
  }
  spec.joins.assign(joins.begin(), joins.end());
}

}  // namespace

SynthonBuilder::SynthonBuilder(const ReactionEngine& engine, BlockLimits limits)
    : engine_(engine), maker_(engine), limits_(std::move(limits)) {}

std::string SynthonBuilder::outside_limits(const Standardised& block) const {
  if (static_cast<int>(block.molecule->getNumHeavyAtoms()) > limits_.max_heavy_atoms) {
    return fmt::format("more than {} heavy atoms", limits_.max_heavy_atoms);
  }
  for (const RDKit::Atom* atom : block.molecule->atoms()) {
    if (std::find(limits_.elements.begin(), limits_.elements.end(), atom->getSymbol()) ==
        limits_.elements.end()) {
      return "an element that is not allowed";
    }
    if (atom->getNumRadicalElectrons() > 0) return "a radical";
  }
  return RDKit::MolOps::getFormalCharge(*block.molecule) == 0 ? "" : "a charge";
}

std::vector<std::string> SynthonBuilder::add(const std::vector<CatalogueBlock>& blocks) {
  struct Made {
    std::string smiles, reason;
    MadeSynthons made;
  };
  std::vector<Made> results(blocks.size());
  parallel_for(static_cast<std::int64_t>(blocks.size()), [&](std::int64_t i) {
    const Standardised block = standardise(blocks[i].structure);
    results[i].smiles = block.smiles;
    results[i].reason = block.ok() ? outside_limits(block) : kUnreadableBlock;
    if (!results[i].reason.empty()) return;
    results[i].made = maker_.make(*block.molecule);
    results[i].reason = results[i].made.reason;
  });
  std::vector<std::string> reasons;
  for (std::size_t i = 0; i < blocks.size(); ++i) {
    Made& result = results[i];
    reasons.push_back(result.reason);
    ++counts_.blocks;
    const auto [seen, is_new] = seen_.try_emplace(result.smiles, result.reason.empty());
    if (result.smiles.empty()) {
      refuse(result.reason);
      continue;
    }
    counts_.distinct += is_new;
    if (!is_new) {
      refuse("the same compound as another block");
      if (!seen->second) continue;
    } else if (!result.reason.empty()) {
      refuse(result.reason);
    }
    if (is_new) {
      for (GroupMask rest = result.made.groups; rest != 0; rest &= rest - 1) {
        ++counts_.groups[engine_.list().groups[std::countr_zero(rest)].name];
      }
    }
    if (!result.reason.empty()) continue;
    for (const MadeSynthon& synthon : result.made.synthons) {
      std::vector<SynthonOrigin> origins = synthon.origins;
      for (SynthonOrigin& origin : origins) {
        origin.smiles = result.smiles;
        origin.name = blocks[i].name;
        origin.price = blocks[i].price;
      }
      auto& of_block = blocks_[result.smiles];
      const auto known = std::find_if(of_block.begin(), of_block.end(), [&](const auto& entry) {
        return entry.first == synthon.key;
      });
      if (known == of_block.end()) {
        of_block.emplace_back(synthon.key, std::move(origins));
      } else if (price_for_order(origins[0]) < price_for_order(known->second[0])) {
        known->second = std::move(origins);
      }
    }
  }
  return reasons;
}

VocabularySpec SynthonBuilder::vocabulary() {
  const auto complete = [&](const std::string& key, Candidate& candidate) {
    FragmentSpec fragment = fragment_of_key(key);
    if (fragment.smiles.empty()) return false;
    fragment.origins = std::move(candidate.fragment.origins);
    std::stable_sort(fragment.origins.begin(), fragment.origins.end(),
                     [](const SynthonOrigin& a, const SynthonOrigin& b) {
                       return std::tuple(price_for_order(a), a.name, a.smiles) <
                              std::tuple(price_for_order(b), b.name, b.smiles);
                     });
    candidate.fragment = std::move(fragment);
    candidate.plans = plans_of(engine_.list(), candidate.fragment);
    return !candidate.plans.empty();
  };
  const ReactionList& list = engine_.list();
  std::map<std::string, Candidate> candidates;
  for (const auto& [smiles, synthons] : blocks_) {
    for (const auto& [key, origins] : synthons) {
      auto& all = candidates[key].fragment.origins;
      all.insert(all.end(), origins.begin(), origins.end());
    }
  }
  for (auto entry = candidates.begin(); entry != candidates.end();) {
    const bool is_usable = complete(entry->first, entry->second);
    entry = is_usable ? std::next(entry) : candidates.erase(entry);
  }
  for (bool has_changed = true; has_changed;) {
    const SideMask sides = capped_sides(candidates);
    has_changed = std::erase_if(candidates, [&](const auto& entry) {
                    return !has_partners(entry.second, sides);
                  }) > 0;
  }
  counts_.used = 0;
  for (const auto& [smiles, synthons] : blocks_) {
    const bool is_used = std::any_of(synthons.begin(), synthons.end(), [&](const auto& entry) {
      return candidates.contains(entry.first);
    });
    counts_.used += is_used;
    if (!is_used) refuse(kNoPartner);
  }
  VocabularySpec spec;
  spec.reactions = std::make_shared<ReactionList>(list);
  for (auto& [key, candidate] : candidates) spec.fragments.push_back(std::move(candidate.fragment));
  add_types(list, spec);
  return spec;
}

}  // namespace fragflow
