#include "src/chem/fragment_matcher.hpp"

#include <GraphMol/RWMol.h>

#include <algorithm>

#include "src/base/check.hpp"
#include "src/chem/site_builder.hpp"
#include "src/chem/standardise.hpp"

namespace fragflow {
namespace {

constexpr std::size_t kMaxMaps = 200000;

std::vector<std::uint64_t> sorted(std::vector<std::uint64_t> labels) {
  std::sort(labels.begin(), labels.end());
  return labels;
}

// Whether uses [at, ...) can be matched to distinct elements of the pattern outside `taken`.
bool can_match(const std::vector<Site>& sites, const std::vector<int>& uses, std::size_t at,
               const Pattern& pattern, std::uint64_t taken) {
  if (at == uses.size()) return true;
  for (std::size_t i = 0; i < pattern.size(); ++i) {
    if (taken >> i & 1 || pattern[i].site != uses[at]) continue;
    if ((sites[uses[at]].types >> pattern[i].type & 1) == 0) continue;
    if (can_match(sites, uses, at + 1, pattern, taken | std::uint64_t{1} << i)) return true;
  }
  return false;
}

bool fits_a_pattern(const Fragment& fragment, const std::vector<int>& uses) {
  return fragment.patterns.empty() ||
         std::any_of(fragment.patterns.begin(), fragment.patterns.end(), [&](const Pattern& p) {
           return p.size() >= uses.size() && can_match(fragment.sites, uses, 0, p, 0);
         });
}

std::vector<int> smallest_image(const Fragment& fragment, const std::vector<int>& sites) {
  std::vector<int> best = sites;
  std::vector<int> image(sites.size());
  for (const auto& permutation : fragment.automorphisms) {
    for (std::size_t i = 0; i < sites.size(); ++i) image[i] = permutation[sites[i]];
    best = std::min(best, image);
  }
  return best;
}

// Calls visit for every choice of sites on the given fragment atoms within the capacities.
template <typename Visit>
void for_each_choice(const std::vector<Site>& sites, const std::vector<int>& atoms,
                     std::vector<int>& chosen, std::vector<int>& used, Visit&& visit) {
  if (chosen.size() == atoms.size()) {
    visit(chosen);
    return;
  }
  const int atom = atoms[chosen.size()];
  for (std::size_t s = 0; s < sites.size(); ++s) {
    if (sites[s].atom != atom || used[s] == sites[s].capacity) continue;
    ++used[s];
    chosen.push_back(static_cast<int>(s));
    for_each_choice(sites, atoms, chosen, used, visit);
    chosen.pop_back();
    --used[s];
  }
}

}  // namespace

FragmentMatcher::FragmentMatcher(const Vocabulary& vocabulary) : vocabulary_(&vocabulary) {
  for (int f = 0; f < vocabulary.size(); ++f) {
    const auto molecule = parse_smiles(vocabulary.fragment(f).smiles);
    FRAGFLOW_CHECK(molecule, "fragment {} does not parse", vocabulary.fragment(f).smiles);
    max_atoms_ = std::max(max_atoms_, static_cast<int>(molecule->getNumAtoms()));
    std::vector<const RDKit::Atom*> omitting;
    for (const RDKit::Atom* atom : molecule->atoms()) {
      if (omitted_hydrogens(*atom) > 0) omitting.push_back(atom);
    }
    // Every subset of these atoms may be joined.
    for (std::uint32_t subset = 0; subset < (1u << std::min<std::size_t>(omitting.size(), 8));
         ++subset) {
      Form form{f, labelled_graph(*molecule), {}};
      for (std::size_t i = 0; i < omitting.size(); ++i) {
        if ((subset >> i & 1) == 0) continue;
        const int index = static_cast<int>(omitting[i]->getIdx());
        form.graph.atoms[index] = atom_label(
            *omitting[i], omitting[i]->getTotalNumHs() + omitted_hydrogens(*omitting[i]));
        form.raised.push_back(index);
      }
      forms_[sorted(form.graph.atoms)].push_back(std::move(form));
    }
  }
}

std::set<Placement> FragmentMatcher::placements(const PartGraph& part, bool& matched) const {
  std::set<Placement> result;
  matched = false;
  const auto found = forms_.find(sorted(part.graph.atoms));
  if (found == forms_.end()) return result;
  for (const Form& form : found->second) {
    matched = matched || !isomorphisms(part.graph, form.graph, 1).empty();
    add_placements(part, form, result);
  }
  return result;
}

void FragmentMatcher::add_placements(const PartGraph& part, const Form& form,
                                     std::set<Placement>& result) const {
  const Fragment& fragment = vocabulary_->fragment(form.fragment);
  for (const auto& map : isomorphisms(part.graph, form.graph, kMaxMaps)) {
    std::vector<int> atoms;
    for (const int atom : part.cut_atoms) atoms.push_back(map[atom]);
    const bool all_raised_joined = std::all_of(
        form.raised.begin(), form.raised.end(),
        [&](int atom) { return std::find(atoms.begin(), atoms.end(), atom) != atoms.end(); });
    if (!all_raised_joined) continue;
    std::vector<int> chosen;
    std::vector<int> used(fragment.sites.size());
    for_each_choice(fragment.sites, atoms, chosen, used, [&](const auto& sites) {
      if (!fits_a_pattern(fragment, sites)) return;
      result.insert({form.fragment, smallest_image(fragment, sites)});
    });
  }
}

}  // namespace fragflow
