#include "src/chem/extraction.hpp"

#include <GraphMol/MolOps.h>
#include <GraphMol/RWMol.h>

#include <algorithm>
#include <memory>
#include <numeric>
#include <optional>
#include <set>
#include <span>

#include "src/base/check.hpp"
#include "src/base/parallel.hpp"
#include "src/chem/alerts.hpp"
#include "src/chem/corpus_cuts.hpp"
#include "src/chem/standardise.hpp"
#include "src/chem/symmetry.hpp"

namespace fragflow {
namespace {

constexpr std::size_t kMaxAtomMaps = 20000;
constexpr std::size_t kMaxSlotAtoms = 16;

// The statistics of one hydrogen-capped piece in the corpus.
struct Skeleton {
  std::string smiles;
  std::int64_t molecules = 0;                   // weighted
  std::map<UsePattern, std::int64_t> patterns;  // canonical under the automorphisms -> the same
  std::unique_ptr<RDKit::RWMol> molecule;
  std::vector<std::vector<int>> automorphisms;  // of its atoms
};

UsePattern image_of(const UsePattern& pattern, const std::vector<int>& map) {
  UsePattern image = pattern;
  for (UseSpec& use : image) use.atom = map[use.atom];
  std::sort(image.begin(), image.end());
  return image;
}

UsePattern canonical_pattern(const Skeleton& skeleton, const UsePattern& pattern) {
  UsePattern best = pattern;
  for (const auto& map : skeleton.automorphisms) best = std::min(best, image_of(pattern, map));
  return best;
}

using Skeletons = std::map<std::string, Skeleton>;

Skeletons collect_skeletons(const std::vector<CutMolecule>& corpus,
                            std::span<const std::int64_t> weights) {
  Skeletons skeletons;
  for (const CutMolecule& molecule : corpus) {
    for (const CutPiece& piece : molecule.pieces) skeletons[piece.smiles].smiles = piece.smiles;
  }
  std::vector<Skeleton*> list;
  for (auto& [smiles, skeleton] : skeletons) list.push_back(&skeleton);
  parallel_for(static_cast<std::int64_t>(list.size()), [&](std::int64_t i) {
    Skeleton& skeleton = *list[i];
    skeleton.molecule = parse_smiles(skeleton.smiles);
    FRAGFLOW_CHECK(skeleton.molecule, "piece {} does not parse", skeleton.smiles);
    const LabelledGraph graph = labelled_graph(*skeleton.molecule);
    skeleton.automorphisms = isomorphisms(graph, graph, kMaxAtomMaps);
  });
  for (std::size_t i = 0; i < corpus.size(); ++i) {
    const CutMolecule& molecule = corpus[i];
    std::set<std::string> pieces;
    std::set<std::pair<std::string, UsePattern>> patterns;
    for (const CutPiece& piece : molecule.pieces) {
      pieces.insert(piece.smiles);
      patterns.emplace(piece.smiles, canonical_pattern(skeletons[piece.smiles], piece.pattern));
    }
    for (const std::string& smiles : pieces) skeletons[smiles].molecules += weights[i];
    for (const auto& [smiles, pattern] : patterns) {
      skeletons[smiles].patterns[pattern] += weights[i];
    }
  }
  return skeletons;
}

// The skeleton with a methyl at every use, for testing alerts: hydrogen would turn every acyl group
// into an aldehyde.
std::unique_ptr<RDKit::RWMol> methyl_capped(const Skeleton& skeleton, const UsePattern& pattern) {
  auto molecule = std::make_unique<RDKit::RWMol>(*skeleton.molecule);
  for (const UseSpec& use : pattern) {
    RDKit::Atom* atom = molecule->getAtomWithIdx(use.atom);
    if (atom->getNumExplicitHs() > 0) atom->setNumExplicitHs(atom->getNumExplicitHs() - 1);
    const unsigned methyl = molecule->addAtom(new RDKit::Atom(6), false, true);
    molecule->addBond(use.atom, methyl, RDKit::Bond::SINGLE);
  }
  RDKit::MolOps::sanitizeMol(*molecule);
  return molecule;
}

class Selector {
 public:
  Selector(const ExtractionOptions& options, std::int64_t total_weight)
      : options_(options), total_weight_(total_weight), alerts_({"brenk"}) {}

  // The reason for dropping the skeleton, or empty; then skeleton.patterns holds the kept patterns.
  std::optional<std::string> refuse(Skeleton& skeleton) const {
    const RDKit::RWMol& molecule = *skeleton.molecule;
    const bool has_ring = molecule.getRingInfo()->numRings() > 0;
    const int limit = has_ring ? options_.max_atoms : options_.max_chain_atoms;
    if (static_cast<int>(molecule.getNumAtoms()) > limit) return "too large";
    if (skeleton.automorphisms.size() >= kMaxAtomMaps) return "too symmetric";
    for (const RDKit::Atom* atom : molecule.atoms()) {
      const auto& allowed = options_.elements;
      if (std::find(allowed.begin(), allowed.end(), atom->getSymbol()) == allowed.end()) {
        return "element not allowed";
      }
      if (atom->getNumRadicalElectrons() > 0) return "radical";
    }
    if (options_.drop_charged && RDKit::MolOps::getFormalCharge(molecule) != 0) return "charged";
    std::erase_if(skeleton.patterns, [&](const auto& entry) {
      return entry.first.empty() || entry.second < options_.min_pattern_count ||
             static_cast<int>(entry.first.size()) > options_.max_joins;
    });
    if (skeleton.patterns.empty()) return "no frequent pattern";
    const double share = static_cast<double>(skeleton.molecules) / total_weight_;
    if (options_.drop_alerts && share < options_.alert_fraction) {
      std::erase_if(skeleton.patterns, [&](const auto& entry) {
        return alerts_.count(*methyl_capped(skeleton, entry.first)) > 0;
      });
      if (skeleton.patterns.empty()) return "structural alert";
    }
    std::set<int> atoms;
    for (const auto& [pattern, count] : skeleton.patterns) {
      for (const auto& map : skeleton.automorphisms) {
        for (const UseSpec& use : pattern) atoms.insert(map[use.atom]);
      }
    }
    if (atoms.size() > kMaxSlotAtoms) return "too many slots";
    return std::nullopt;
  }

 private:
  const ExtractionOptions& options_;
  std::int64_t total_weight_;
  AlertCatalog alerts_;
};

// A pattern with a type that no longer joins anything is useless.
void drop_rare_types(const std::set<std::pair<std::string, std::string>>& pairs,
                     Skeletons& skeletons) {
  std::set<std::string> types;
  for (const auto& [a, b] : pairs) {
    types.insert(a);
    types.insert(b);
  }
  for (auto& [smiles, skeleton] : skeletons) {
    std::erase_if(skeleton.patterns, [&](const auto& entry) {
      return std::any_of(entry.first.begin(), entry.first.end(),
                         [&](const UseSpec& use) { return types.count(use.type) == 0; });
    });
  }
}

// By descending number of molecules, ties by SMILES.
std::vector<Skeleton*> select(Skeletons& skeletons, std::int64_t total_weight,
                              const ExtractionOptions& options, ExtractionResult& result) {
  std::vector<Skeleton*> frequent;
  for (auto& [smiles, skeleton] : skeletons) {
    if (skeleton.molecules >= options.min_count) frequent.push_back(&skeleton);
  }
  std::stable_sort(frequent.begin(), frequent.end(), [](const Skeleton* a, const Skeleton* b) {
    return a->molecules > b->molecules;
  });
  const Selector selector(options, total_weight);
  std::vector<Skeleton*> kept;
  for (Skeleton* skeleton : frequent) {
    if (const auto reason = selector.refuse(*skeleton)) {
      ++result.dropped[*reason];
    } else if (static_cast<int>(kept.size()) < options.max_fragments) {
      kept.push_back(skeleton);
    } else {
      ++result.dropped["below the most frequent"];
    }
  }
  if (kept.empty()) {
    user_error("no fragment of the corpus is in at least {} molecules and passes the filters",
               options.min_count);
  }
  return kept;
}

// Slots: every atom of every image of a pattern, with all types seen there and the largest number
// of joins seen together.
FragmentSpec make_fragment(const Skeleton& skeleton, const ExtractionOptions& options,
                           const std::map<std::string, double>& group_fractions) {
  FragmentSpec fragment;
  fragment.smiles = skeleton.smiles;
  fragment.count = skeleton.molecules;
  std::map<int, std::set<std::string>> types;
  std::map<int, int> capacity;
  for (const auto& [pattern, count] : skeleton.patterns) {
    fragment.patterns.push_back(pattern);
    for (const auto& map : skeleton.automorphisms) {
      std::map<int, int> used;
      for (const UseSpec& use : pattern) {
        types[map[use.atom]].insert(use.type);
        capacity[map[use.atom]] = std::max(capacity[map[use.atom]], ++used[map[use.atom]]);
      }
    }
  }
  for (const auto& [atom, names] : types) {
    const auto share = group_fractions.find(group_name(*skeleton.molecule->getAtomWithIdx(atom)));
    SlotSpec slot;
    slot.atom = atom;
    slot.types.assign(names.begin(), names.end());
    slot.must_fill = share == group_fractions.end() || share->second < options.rare_fraction;
    fragment.slots.insert(fragment.slots.end(), capacity[atom], slot);
  }
  return fragment;
}

void count_kinds(const std::vector<Skeleton*>& kept, ExtractionResult& result) {
  for (const Skeleton* skeleton : kept) {
    std::size_t most_joins = 0;
    for (const auto& [pattern, count] : skeleton->patterns) {
      most_joins = std::max(most_joins, pattern.size());
    }
    if (skeleton->molecule->getRingInfo()->numRings() > 0) {
      ++result.rings;
    } else {
      ++(most_joins > 1 ? result.linkers : result.substituents);
    }
  }
}

// Frequent type pairs of the corpus; rare ones are mostly acetals and aminals of unusual natural
// products.
std::set<std::pair<std::string, std::string>> frequent_pairs(const ExtractionResult& result,
                                                             const ExtractionOptions& options) {
  std::set<std::pair<std::string, std::string>> pairs;
  for (const auto& [pair, count] : result.type_pairs) {
    if (count >= options.min_join_count) pairs.insert(pair);
  }
  return pairs;
}

void add_joins(const std::set<std::pair<std::string, std::string>>& pairs,
               ExtractionResult& result) {
  std::set<std::string> used;
  for (const FragmentSpec& fragment : result.vocabulary.fragments) {
    for (const SlotSpec& slot : fragment.slots) used.insert(slot.types.begin(), slot.types.end());
  }
  for (const auto& pair : pairs) {
    if (used.count(pair.first) > 0 && used.count(pair.second) > 0) {
      result.vocabulary.joins.push_back(pair);
    }
  }
}

std::int64_t count_covered(const std::vector<CutMolecule>& corpus, const Skeletons& skeletons,
                           const std::vector<Skeleton*>& kept, const ExtractionResult& result) {
  const auto& joins = result.vocabulary.joins;
  const auto can_join = [&](const auto& pair) {
    return std::find(joins.begin(), joins.end(), pair) != joins.end();
  };
  const std::set<const Skeleton*> in_vocabulary(kept.begin(), kept.end());
  const auto is_kept = [&](const CutPiece& piece) {
    const Skeleton& skeleton = skeletons.at(piece.smiles);
    return in_vocabulary.count(&skeleton) > 0 &&
           (piece.pattern.empty() ||
            skeleton.patterns.count(canonical_pattern(skeleton, piece.pattern)) > 0);
  };
  return std::count_if(corpus.begin(), corpus.end(), [&](const CutMolecule& molecule) {
    return molecule.ok && std::all_of(molecule.pieces.begin(), molecule.pieces.end(), is_kept) &&
           std::all_of(molecule.type_pairs.begin(), molecule.type_pairs.end(), can_join);
  });
}

void count_corpus(const std::vector<CutMolecule>& corpus, std::span<const std::int64_t> weights,
                  ExtractionResult& result) {
  for (std::size_t i = 0; i < corpus.size(); ++i) {
    const CutMolecule& molecule = corpus[i];
    for (const auto& pair : molecule.type_pairs) result.type_pairs[pair] += weights[i];
    for (const std::string& group : molecule.hydrogen_groups) ++result.group_fractions[group];
  }
  for (auto& [group, share] : result.group_fractions) share /= static_cast<double>(corpus.size());
}

}  // namespace

ExtractionResult extract_vocabulary(const std::vector<std::string>& smiles,
                                    const ExtractionOptions& options,
                                    std::vector<std::int64_t> weights) {
  if (smiles.empty()) user_error("the corpus holds no molecule");
  if (weights.empty()) weights.assign(smiles.size(), 1);
  FRAGFLOW_CHECK(weights.size() == smiles.size(), "one weight a molecule");
  std::vector<CutMolecule> corpus(smiles.size());
  parallel_for(static_cast<std::int64_t>(smiles.size()),
               [&](std::int64_t i) { corpus[i] = cut_molecule(smiles[i]); });
  ExtractionResult result;
  result.molecules = static_cast<std::int64_t>(corpus.size());
  count_corpus(corpus, weights, result);
  Skeletons skeletons = collect_skeletons(corpus, weights);
  result.distinct_pieces = static_cast<std::int64_t>(skeletons.size());
  const auto pairs = frequent_pairs(result, options);
  drop_rare_types(pairs, skeletons);
  const std::vector<Skeleton*> kept = select(
      skeletons, std::accumulate(weights.begin(), weights.end(), std::int64_t{0}), options, result);
  for (const Skeleton* skeleton : kept) {
    result.vocabulary.fragments.push_back(
        make_fragment(*skeleton, options, result.group_fractions));
  }
  add_joins(pairs, result);
  count_kinds(kept, result);
  result.covered = count_covered(corpus, skeletons, kept, result);
  return result;
}

}  // namespace fragflow
