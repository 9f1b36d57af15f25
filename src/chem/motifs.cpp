#include "src/chem/motifs.hpp"

#include <GraphMol/FMCS/FMCS.h>
#include <GraphMol/GraphMol.h>
#include <GraphMol/SmilesParse/SmartsWrite.h>
#include <GraphMol/SmilesParse/SmilesParse.h>
#include <GraphMol/SmilesParse/SmilesWrite.h>
#include <GraphMol/Substruct/SubstructMatch.h>
#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <map>
#include <memory>
#include <numeric>

#include "src/base/check.hpp"
#include "src/base/parallel.hpp"
#include "src/chem/alerts.hpp"
#include "src/chem/motif_groups.hpp"
#include "src/chem/parsed_molecule.hpp"
#include "src/chem/ring_systems.hpp"

namespace fragflow {
namespace {

using Molecules = std::span<const ParsedMolecule>;

constexpr std::size_t kMostRingSystems = 12;
// For the search for common substructures: number of molecules, their largest size, and how many
// steps RDKit may report (about 3 seconds of processor time) before it is stopped.
constexpr std::size_t kSampled = 10;
constexpr int kLargestSampled = 60;
constexpr int kMostReports = 100000;
// A substructure without hetero atoms below this size is not informative.
constexpr int kTellingCarbons = 9;
constexpr double kAsCommon = 0.02;

struct Found {
  Motif motif;
  bool is_group = false;
  std::vector<std::uint8_t> in_actives;  // 1 where it occurs
};

std::vector<std::uint8_t> matches_of(const std::string& smarts, Molecules molecules) {
  const SmartsPattern pattern(smarts);
  std::vector<std::uint8_t> result(molecules.size());
  parallel_for(static_cast<std::int64_t>(molecules.size()), [&](std::int64_t i) {
    result[i] = pattern.matches(*molecules[i].molecule) ? 1 : 0;
  });
  return result;
}

double fraction_of(const std::vector<std::uint8_t>& matches) {
  if (matches.empty()) return 0;
  return std::accumulate(matches.begin(), matches.end(), 0.0) / static_cast<double>(matches.size());
}

int num_atoms(const std::string& smarts) {
  const std::unique_ptr<RDKit::ROMol> pattern(RDKit::SmartsToMol(smarts));
  return static_cast<int>(pattern->getNumAtoms());
}

bool is_telling(const RDKit::ROMol& molecule, const std::vector<int>& atoms) {
  if (static_cast<int>(atoms.size()) >= kTellingCarbons) return true;
  return atoms.size() > 2 && std::any_of(atoms.begin(), atoms.end(), [&](int atom) {
           return molecule.getAtomWithIdx(atom)->getAtomicNum() != 6;
         });
}

// (name, SMARTS) of the ring systems that occur in most actives, most frequent first. Hydrogens are
// ignored, so that an N-H may be substituted.
std::vector<std::pair<std::string, std::string>> common_ring_systems(Molecules actives) {
  struct Count {
    int molecules = 0;
    std::string smarts;
  };
  std::map<std::string, Count> counts;
  for (const ParsedMolecule& active : actives) {
    RDKit::RWMol bare(*active.molecule);
    for (RDKit::Atom* atom : bare.atoms()) atom->setNumExplicitHs(0);
    std::map<std::string, std::string> of_this;
    for (const std::vector<int>& system : ring_systems(*active.molecule)) {
      if (!is_telling(*active.molecule, system)) continue;
      of_this.emplace(RDKit::MolFragmentToSmiles(*active.molecule, system),
                      RDKit::MolFragmentToSmarts(bare, system));
    }
    for (const auto& [smiles, smarts] : of_this) {
      Count& count = counts[smiles];
      if (count.molecules++ == 0) count.smarts = smarts;
    }
  }
  std::vector<std::pair<int, std::string>> order;
  for (const auto& [smiles, count] : counts) order.emplace_back(-count.molecules, smiles);
  std::sort(order.begin(), order.end());
  order.resize(std::min(order.size(), kMostRingSystems));
  std::vector<std::pair<std::string, std::string>> result;
  for (const auto& [count, smiles] : order) {
    result.emplace_back("ring system " + smiles, counts[smiles].smarts);
  }
  return result;
}

bool goes_on(const RDKit::MCSProgressData&, const RDKit::MCSParameters&, void* reports) {
  return ++*static_cast<int*>(reports) <= kMostReports;
}

// The largest substructure of at least `threshold` of a sample of the actives; "" for none.
std::string common_substructure(Molecules actives, double threshold) {
  std::vector<RDKit::ROMOL_SPTR> sample;
  const std::size_t wanted = std::min(kSampled, actives.size());
  for (std::size_t k = 0; k < wanted; ++k) {
    const RDKit::ROMol& molecule = *actives[k * actives.size() / wanted].molecule;
    if (static_cast<int>(molecule.getNumAtoms()) > kLargestSampled) continue;
    sample.emplace_back(new RDKit::ROMol(molecule));
  }
  if (sample.size() < 2) return "";
  int reports = 0;
  RDKit::MCSParameters parameters;
  parameters.Threshold = threshold;
  parameters.BondTyper = RDKit::MCSBondCompareOrder;
  parameters.AtomCompareParameters.RingMatchesRingOnly = true;
  parameters.BondCompareParameters.RingMatchesRingOnly = true;
  parameters.BondCompareParameters.CompleteRingsOnly = true;
  parameters.ProgressCallback = goes_on;
  parameters.ProgressCallbackUserData = &reports;
  return RDKit::findMCS(sample, &parameters).SmartsString;
}

// A readable name, from the first active that contains it. "" if it is not informative.
std::string name_of_substructure(const std::string& smarts, Molecules actives) {
  const std::unique_ptr<RDKit::ROMol> pattern(RDKit::SmartsToMol(smarts));
  for (const ParsedMolecule& active : actives) {
    RDKit::MatchVectType match;
    if (!RDKit::SubstructMatch(*active.molecule, *pattern, match)) continue;
    std::vector<int> atoms;
    for (const auto& [query_atom, atom] : match) atoms.push_back(atom);
    if (!is_telling(*active.molecule, atoms)) return "";
    return "substructure " + RDKit::MolFragmentToSmiles(*active.molecule, atoms);
  }
  return "";
}

class Search {
 public:
  Search(Molecules actives, Molecules all) : actives_(actives), all_(all) {}

  std::vector<Motif> run() {
    for (const MotifGroup& group : kMotifGroups) add(group.name, group.smarts, true);
    for (const auto& [name, smarts] : common_ring_systems(actives_)) add(name, smarts, false);
    for (const double threshold : {kConserved, 0.6}) {
      const std::string smarts = common_substructure(actives_, threshold);
      if (smarts.empty()) continue;
      const std::string name = name_of_substructure(smarts, actives_);
      if (!name.empty()) add(name, smarts, false);
    }
    drop_implied();
    std::vector<Motif> motifs;
    for (Found& found : found_) {
      found.motif.among_all = fraction_of(matches_of(found.motif.smarts, all_));
      motifs.push_back(std::move(found.motif));
    }
    std::stable_sort(motifs.begin(), motifs.end(), [](const Motif& a, const Motif& b) {
      return a.among_actives != b.among_actives ? a.among_actives > b.among_actives
                                                : a.atoms > b.atoms;
    });
    return motifs;
  }

 private:
  void add(const std::string& name, const std::string& smarts, bool is_group) {
    for (const Found& other : found_) {
      if (other.motif.smarts == smarts) return;
    }
    Found found;
    found.is_group = is_group;
    found.in_actives = matches_of(smarts, actives_);
    found.motif = {name, smarts, num_atoms(smarts), fraction_of(found.in_actives), 0};
    if (found.motif.among_actives >= kSharedByMost) found_.push_back(std::move(found));
  }

  // Whether `part` is redundant given `whole`: it is smaller, occurs wherever that does, and hardly
  // anywhere else.
  static bool implies(const Found& whole, const Found& part) {
    if (whole.is_group != part.is_group || whole.motif.atoms < part.motif.atoms) return false;
    if (part.motif.among_actives > whole.motif.among_actives + kAsCommon) return false;
    for (std::size_t i = 0; i < whole.in_actives.size(); ++i) {
      if (whole.in_actives[i] != 0 && part.in_actives[i] == 0) return false;
    }
    return true;
  }

  void drop_implied() {
    std::vector<Found> kept;
    for (std::size_t part = 0; part < found_.size(); ++part) {
      bool implied = false;
      for (std::size_t whole = 0; whole < found_.size(); ++whole) {
        // If two imply each other, the first is kept.
        implied |= whole != part && implies(found_[whole], found_[part]) &&
                   (whole < part || !implies(found_[part], found_[whole]));
      }
      if (!implied) kept.push_back(found_[part]);
    }
    found_ = std::move(kept);
  }

  Molecules actives_, all_;
  std::vector<Found> found_;
};

}  // namespace

std::vector<Motif> shared_motifs(std::span<const std::string> actives,
                                 std::span<const std::string> all) {
  const ParsedBatch parsed_actives(actives), parsed_all(all);
  return Search(parsed_actives.all(), parsed_all.all()).run();
}

std::vector<std::size_t> choose_core(std::span<const Motif> motifs,
                                     std::span<const std::string> actives) {
  std::vector<std::size_t> order(motifs.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(),
                   [&](std::size_t a, std::size_t b) { return motifs[a].atoms > motifs[b].atoms; });
  const ParsedBatch parsed(actives);
  std::vector<std::uint8_t> with_all(parsed.all().size(), 1);
  std::vector<std::size_t> core;
  for (const std::size_t index : order) {
    if (motifs[index].among_actives < kConserved) continue;
    std::vector<std::uint8_t> with_this = matches_of(motifs[index].smarts, parsed.all());
    for (std::size_t i = 0; i < with_this.size(); ++i) with_this[i] &= with_all[i];
    if (fraction_of(with_this) < kConserved) continue;
    with_all = std::move(with_this);
    core.push_back(index);
  }
  std::sort(core.begin(), core.end());
  return core;
}

std::vector<std::uint8_t> with_all_patterns(std::span<const std::string> smarts,
                                            std::span<const std::string> canonical_smiles) {
  const ParsedBatch parsed(canonical_smiles);
  std::vector<std::uint8_t> with_all(canonical_smiles.size(), 1);
  for (const std::string& pattern : smarts) {
    const std::vector<std::uint8_t> with_this = matches_of(pattern, parsed.all());
    for (std::size_t i = 0; i < with_all.size(); ++i) with_all[i] &= with_this[i];
  }
  return with_all;
}

std::vector<double> pattern_fractions(std::span<const std::string> smarts,
                                      std::span<const std::string> canonical_smiles) {
  const ParsedBatch parsed(canonical_smiles);
  std::vector<double> shares;
  for (const std::string& pattern : smarts) {
    shares.push_back(fraction_of(matches_of(pattern, parsed.all())));
  }
  return shares;
}

}  // namespace fragflow
