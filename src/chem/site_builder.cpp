#include "src/chem/site_builder.hpp"

#include <GraphMol/MolOps.h>
#include <GraphMol/RWMol.h>
#include <GraphMol/SmilesParse/SmilesWrite.h>

#include <algorithm>
#include <map>
#include <numeric>
#include <set>
#include <tuple>

#include "src/base/check.hpp"
#include "src/base/text.hpp"
#include "src/chem/connected_parts.hpp"
#include "src/chem/standardise.hpp"
#include "src/chem/symmetry.hpp"

namespace fragflow {
namespace {

constexpr std::size_t kMaxSites = 16;
constexpr std::size_t kMaxAutomorphisms = 200000;
constexpr std::size_t kMaxPatterns = 20000;

using SiteKind = std::tuple<TypeMask, bool, int>;  // types, must_fill, capacity

std::unique_ptr<RDKit::RWMol> parse_fragment(const std::string& smiles, const std::string& where) {
  if (smiles.size() > kMaxSmilesLength) {
    user_error("{}: {} characters; the limit is {}", where, smiles.size(), kMaxSmilesLength);
  }
  std::string reason;
  auto molecule = parse_smiles(smiles, &reason);
  if (!molecule) user_error("{}: not a molecule RDKit accepts: {}", where, reason);
  if (molecule->getNumAtoms() == 0) user_error("{}: the SMILES is empty", where);
  if (num_connected_parts(*molecule) != 1) {
    user_error("{}: a fragment must be one connected molecule", where);
  }
  for (const RDKit::Atom* atom : molecule->atoms()) {
    if (atom->getAtomicNum() == 0) {
      user_error("{}: atom {} is a dummy (*): write slots as atom indices instead", where,
                 atom->getIdx());
    }
  }
  RDKit::MolOps::removeStereochemistry(*molecule);
  for (RDKit::Atom* atom : molecule->atoms()) atom->setIsotope(0);
  return molecule;
}

TypeMask type_mask(const SlotSpec& slot, const std::vector<std::string>& names,
                   const std::string& where) {
  if (slot.types.empty()) return kUntyped;
  TypeMask mask = 0;
  for (const std::string& type : slot.types) {
    const auto found = std::find(names.begin() + 1, names.end(), type);
    if (found == names.end()) {
      user_error("{}: unknown slot type \"{}\": no pair of \"joins\" names it (known: {})", where,
                 type, names.size() > 1 ? join({names.begin() + 1, names.end()}) : "none");
    }
    mask |= TypeMask{1} << (found - names.begin());
  }
  return mask;
}

// Equal slots on one atom become one site; checks ranges and hydrogens.
std::vector<Site> merge_slots(const FragmentSpec& spec, const RDKit::ROMol& molecule,
                              const std::vector<std::string>& names, const std::string& where) {
  std::map<std::tuple<int, TypeMask, bool>, int> capacity;
  std::map<int, unsigned> slots_on_atom;
  for (const SlotSpec& slot : spec.slots) {
    if (slot.atom < 0 || slot.atom >= static_cast<int>(molecule.getNumAtoms())) {
      user_error("{}: slot on atom {} is out of range: the atoms are 0 to {}", where, slot.atom,
                 molecule.getNumAtoms() - 1);
    }
    ++capacity[{slot.atom, type_mask(slot, names, where), slot.must_fill}];
    ++slots_on_atom[slot.atom];
  }
  for (const auto& [index, slots] : slots_on_atom) {
    const RDKit::Atom* atom = molecule.getAtomWithIdx(index);
    if (slots > atom->getTotalNumHs() + omitted_hydrogens(*atom)) {
      user_error("{}: no hydrogen left for a slot: atom {} ({}) has {} slots and {} hydrogens",
                 where, index, atom->getSymbol(), slots, atom->getTotalNumHs());
    }
  }
  if (capacity.size() > kMaxSites) {
    user_error("{}: {} different slots; at most {} are possible", where, capacity.size(),
               kMaxSites);
  }
  std::vector<Site> sites;
  for (const auto& [key, count] : capacity) {
    const auto& [atom, types, must_fill] = key;
    sites.push_back({atom, count, types, must_fill});
  }
  return sites;
}

// A number per atom, equal for atoms that carry the same kinds of sites.
std::vector<int> site_classes(const std::vector<Site>& sites, unsigned num_atoms,
                              std::string& description) {
  std::map<int, std::vector<SiteKind>> kinds;
  for (const Site& site : sites) {
    kinds[site.atom].emplace_back(site.types, site.must_fill, site.capacity);
  }
  std::set<std::vector<SiteKind>> distinct;
  for (const auto& [atom, list] : kinds) distinct.insert(list);
  for (const auto& list : distinct) {
    for (const auto& [types, must_fill, capacity] : list) {
      description += fmt::format("{}.{}.{},", types, must_fill, capacity);
    }
    description += ";";
  }
  std::vector<int> classes(num_atoms, 0);
  for (const auto& [atom, list] : kinds) {
    classes[atom] = 1 + static_cast<int>(std::distance(distinct.begin(), distinct.find(list)));
  }
  return classes;
}

std::string identity_of(const RDKit::ROMol& molecule, const std::vector<int>& classes,
                        const std::string& description) {
  RDKit::RWMol marked(molecule);
  for (RDKit::Atom* atom : marked.atoms()) atom->setIsotope(classes[atom->getIdx()]);
  return RDKit::MolToSmiles(marked) + " " + description;
}

// The site to which the atom automorphism `image` maps `site`: the one of the same kind on the
// image atom, which exists because the atoms have the same class.
int site_image(const std::vector<Site>& sites, std::size_t site, const std::vector<int>& image) {
  for (std::size_t other = 0; other < sites.size(); ++other) {
    if (sites[other].atom == image[sites[site].atom] && sites[other].types == sites[site].types &&
        sites[other].must_fill == sites[site].must_fill) {
      return static_cast<int>(other);
    }
  }
  FRAGFLOW_CHECK(false, "no image of site {}", site);
}

std::vector<std::vector<std::uint8_t>> site_automorphisms(const RDKit::ROMol& molecule,
                                                          const std::vector<Site>& sites,
                                                          const std::vector<int>& classes,
                                                          const std::string& where) {
  const LabelledGraph graph = labelled_graph(molecule, classes);
  const auto atom_maps = isomorphisms(graph, graph, kMaxAutomorphisms);
  if (atom_maps.size() == kMaxAutomorphisms) {
    user_error("{}: too symmetric: more than {} automorphisms", where, kMaxAutomorphisms);
  }
  std::set<std::vector<int>> distinct;  // sorted, so that the identity is first
  for (const auto& map : atom_maps) {
    std::vector<int> permutation(sites.size());
    for (std::size_t s = 0; s < sites.size(); ++s) permutation[s] = site_image(sites, s, map);
    distinct.insert(std::move(permutation));
  }
  std::vector<std::vector<std::uint8_t>> result;
  for (const auto& permutation : distinct)
    result.emplace_back(permutation.begin(), permutation.end());
  return result;
}

std::vector<std::uint8_t> orbits(const std::vector<std::vector<std::uint8_t>>& automorphisms,
                                 std::size_t num_sites) {
  std::vector<std::uint8_t> orbit(num_sites);
  std::iota(orbit.begin(), orbit.end(), std::uint8_t{0});
  for (const auto& permutation : automorphisms) {
    for (std::size_t s = 0; s < num_sites; ++s) orbit[s] = std::min(orbit[s], permutation[s]);
  }
  return orbit;
}

Pattern image_of(const Pattern& pattern, const std::vector<std::uint8_t>& permutation) {
  Pattern image = pattern;
  for (PatternUse& use : image) use.site = permutation[use.site];
  std::sort(image.begin(), image.end());
  return image;
}

bool fits(const Pattern& pattern, const std::vector<Site>& sites) {
  std::vector<int> used(sites.size());
  return std::all_of(pattern.begin(), pattern.end(), [&](const PatternUse& use) {
    return ++used[use.site] <= sites[use.site].capacity;
  });
}

// Every interpretation of the written uses as uses of sites (an atom may have several per type).
std::set<Pattern> resolve(const std::vector<UseSpec>& uses, const std::vector<Site>& sites,
                          const std::vector<std::string>& names, const std::string& where) {
  std::set<Pattern> partial = {{}};
  for (const UseSpec& use : uses) {
    const auto type = std::find(names.begin(), names.end(), use.type) - names.begin();
    std::set<Pattern> extended;
    for (std::size_t s = 0; s < sites.size(); ++s) {
      if (sites[s].atom != use.atom || !(std::uint64_t{sites[s].types} >> type & 1)) continue;
      for (Pattern pattern : partial) {
        pattern.push_back({static_cast<int>(s), static_cast<int>(type)});
        std::sort(pattern.begin(), pattern.end());
        if (fits(pattern, sites)) extended.insert(std::move(pattern));
      }
    }
    if (extended.empty()) {
      user_error("{}: a pattern uses atom {} with type \"{}\", which its slots do not offer", where,
                 use.atom, use.type);
    }
    partial = std::move(extended);
  }
  return partial;
}

// Closed under the automorphisms, sorted, without patterns contained in others.
std::vector<Pattern> make_patterns(const FragmentSpec& spec, const Fragment& fragment,
                                   const std::vector<std::string>& names,
                                   const std::string& where) {
  std::set<Pattern> closed;
  for (const auto& uses : spec.patterns) {
    for (const Pattern& pattern : resolve(uses, fragment.sites, names, where)) {
      for (const auto& permutation : fragment.automorphisms) {
        closed.insert(image_of(pattern, permutation));
      }
    }
    if (closed.size() > kMaxPatterns) {
      user_error("{}: more than {} patterns", where, kMaxPatterns);
    }
  }
  std::vector<Pattern> maximal;
  for (const Pattern& pattern : closed) {
    const bool contained = std::any_of(closed.begin(), closed.end(), [&](const Pattern& other) {
      return other.size() > pattern.size() &&
             std::includes(other.begin(), other.end(), pattern.begin(), pattern.end());
    });
    if (!contained) maximal.push_back(pattern);
  }
  return maximal;
}

}  // namespace

unsigned omitted_hydrogens(const RDKit::Atom& atom) {
  const bool is_sulfur_or_phosphorus = atom.getAtomicNum() == 16 || atom.getAtomicNum() == 15;
  const bool can_rise = is_sulfur_or_phosphorus && atom.getTotalNumHs() == 0 &&
                        atom.getDegree() == 2 && atom.getTotalValence() > 2 &&
                        atom.getTotalValence() < 5;
  return can_rise ? 2 : 0;
}

bool is_orbit_minimum(const Pattern& pattern,
                      const std::vector<std::vector<std::uint8_t>>& automorphisms) {
  return std::none_of(automorphisms.begin(), automorphisms.end(), [&](const auto& permutation) {
    return image_of(pattern, permutation) < pattern;
  });
}

BuiltFragment build_fragment(const FragmentSpec& spec, const std::vector<std::string>& type_names,
                             const std::string& where) {
  const auto molecule = parse_fragment(spec.smiles, where);
  BuiltFragment built;
  Fragment& fragment = built.fragment;
  fragment.smiles = spec.smiles;
  fragment.canonical = canonical_smiles(*molecule);
  fragment.count = spec.count;
  fragment.num_heavy_atoms = static_cast<int>(molecule->getNumHeavyAtoms());
  fragment.sites = merge_slots(spec, *molecule, type_names, where);
  std::string description;
  const auto classes = site_classes(fragment.sites, molecule->getNumAtoms(), description);
  built.identity = identity_of(*molecule, classes, description);
  fragment.automorphisms = site_automorphisms(*molecule, fragment.sites, classes, where);
  fragment.site_orbit = orbits(fragment.automorphisms, fragment.sites.size());
  fragment.patterns = make_patterns(spec, fragment, type_names, where);
  return built;
}

}  // namespace fragflow
