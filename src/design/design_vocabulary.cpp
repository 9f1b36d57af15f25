#include "src/design/design_vocabulary.hpp"

#include <algorithm>
#include <map>
#include <numeric>
#include <optional>

#include "envs/fragment_tree.hpp"
#include "src/base/check.hpp"
#include "src/base/csv.hpp"
#include "src/base/data_path.hpp"
#include "src/base/file.hpp"
#include "src/base/parallel.hpp"
#include "src/base/text.hpp"
#include "src/chem/elements.hpp"
#include "src/chem/extraction.hpp"
#include "src/chem/vocabulary_spec.hpp"
#include "src/reward/molecule_trees.hpp"

namespace fragflow {
namespace {

namespace fs = std::filesystem;

constexpr const char* kDefaultVocabulary = "vocabulary.json";
constexpr const char* kDefaultSynthons = "synthons.json";
// Three reactions.
constexpr int kMostBlocks = 4;
// From these numbers on, a table's own fragments suffice.
constexpr std::int64_t kEnoughFragments = 40, kEnoughRings = 10;

constexpr std::size_t kFewestActives = 20;
// Large enough that every piece, pattern and join of the best quarter passes extraction's limits.
constexpr std::int64_t kWeightOfActives = 10;
constexpr int kMostFragmentsOfVocabulary = 400;
// Larger than for a vocabulary of common pieces, so that a series keeps its fused rings.
constexpr int kMostRingAtoms = 30, kMostChainAtoms = 12, kMostJoins = 4;

// Larger molecules take the policy long to build, and few tables need them.
constexpr int kMostFragments = 12, kFewestFragments = 4;
// The size limit is chosen such that this fraction of the buildable molecules remains buildable.
constexpr double kFractionWithinLimit = 0.95;

struct Extracted {
  ExtractionResult result;
  ExtractionOptions options;
};

// In small tables everything occurs less often.
Extracted extract(const std::vector<KnownActivity>& known,
                  const std::vector<std::size_t>& actives) {
  std::vector<std::string> smiles;
  for (const KnownActivity& compound : known) smiles.push_back(compound.smiles);
  std::vector<std::int64_t> weights(smiles.size(), 1);
  for (const std::size_t i : actives) weights[i] = kWeightOfActives;
  Extracted extracted;
  ExtractionOptions& options = extracted.options;
  const auto limit = [&](int usual) {
    return std::clamp(static_cast<int>(smiles.size() / 100) + 1, std::min(2, usual), usual);
  };
  options.min_count = limit(options.min_count);
  options.min_pattern_count = limit(options.min_pattern_count);
  options.min_join_count = limit(options.min_join_count);
  options.max_fragments = kMostFragmentsOfVocabulary;
  options.max_atoms = kMostRingAtoms;
  options.max_chain_atoms = kMostChainAtoms;
  options.max_joins = kMostJoins;
  options.drop_alerts = false;  // the reward judges them in whole molecules
  options.elements.push_back("I");
  extracted.result = extract_vocabulary(smiles, options, weights);
  return extracted;
}

VocabularySpec default_vocabulary() {
  const fs::path path = data_path(kDefaultVocabulary);
  return parse_vocabulary_json(read_file(path), path.string());
}

// The vocabulary of purchasable blocks, independent of the table.
VocabularySpec synthons(const std::string& choice, VocabularyFacts& facts) {
  const fs::path path = choice == "default" ? data_path(kDefaultSynthons) : fs::path(choice);
  VocabularySpec spec = parse_vocabulary_json(read_file(path), path.string());
  if (!spec.reactions) {
    user_error(
        "--synthesis {}: has no \"reactions\": make a vocabulary of synthons with fragflow "
        "blocks build",
        choice);
  }
  facts.source = choice == "default" ? kDefaultSynthons : choice;
  facts.reactions = static_cast<std::int64_t>(spec.reactions->reactions.size());
  facts.summary = fmt::format("{} synthons and {} reactions of '{}'.", spec.fragments.size(),
                              spec.reactions->reactions.size(), facts.source);
  return spec;
}

std::string table_summary(const ExtractionResult& result) {
  return fmt::format(
      "{} fragments from the table ({} rings, {} linkers, {} substituents): all of its best "
      "quarter "
      "and the common ones of the rest.",
      result.vocabulary.fragments.size(), result.rings, result.linkers, result.substituents);
}

// The table's fragments, plus the default ones if `both` is requested or they are few.
VocabularySpec from_table(const std::string& choice, const std::vector<KnownActivity>& known,
                          const std::vector<std::size_t>& actives, VocabularyFacts& facts) {
  std::optional<Extracted> extracted;
  try {
    extracted = extract(known, actives);
  } catch (const UserError& error) {  // nothing occurs often enough
    if (choice == "table") throw;
    facts.source = "default";
    facts.summary = fmt::format("The default vocabulary, because the table gave no fragments: {}.",
                                error.what());
    return default_vocabulary();
  }
  const ExtractionResult& result = extracted->result;
  const auto count = static_cast<std::int64_t>(result.vocabulary.fragments.size());
  const bool enough = count >= kEnoughFragments && result.rings >= kEnoughRings;
  facts.table_fragments = count;
  facts.summary = table_summary(result);
  if (choice == "table" || (choice == "auto" && enough)) {
    facts.source = "table";
    return result.vocabulary;
  }
  facts.source = "both";
  VocabularySpec merged = merge_vocabularies(result.vocabulary, default_vocabulary());
  facts.summary = fmt::format("{} {}: {} of the default vocabulary were added.", facts.summary,
                              choice == "both" ? "As asked" : "That is little to build from",
                              merged.fragments.size() - result.vocabulary.fragments.size());
  return merged;
}

// Number of fragments in the smallest tree of each compound; 0: none within kMostFragments.
struct Sizes {
  std::vector<int> fragments;
  std::vector<std::string> reasons;  // reasons for 0
};

Sizes sizes_of(const Vocabulary& vocabulary, const std::vector<KnownActivity>& known) {
  FragmentTreeConfig config;
  config.max_fragments = vocabulary.reactions() != nullptr ? kMostBlocks : kMostFragments;
  const FragmentTree environment(vocabulary, config);
  const MoleculeTrees finder(environment);
  Sizes sizes{std::vector<int>(known.size()), std::vector<std::string>(known.size())};
  parallel_for(
      static_cast<std::int64_t>(known.size()),
      [&](std::int64_t i) {
        const MoleculeTrees::Result found = finder.find(known[i].smiles);
        if (found.trees.empty()) {
          sizes.reasons[i] = found.reason;
        } else {
          sizes.fragments[i] = found.trees.front().num_nodes;  // sorted by size
        }
      },
      /*chunk=*/1);
  return sizes;
}

// The smallest limit within which kFractionWithinLimit of the buildable actives can be built.
int size_limit(const Sizes& sizes, const std::vector<std::size_t>& actives) {
  std::vector<int> needed;
  for (const std::size_t i : actives) {
    if (sizes.fragments[i] > 0) needed.push_back(sizes.fragments[i]);
  }
  if (needed.empty()) return kFewestFragments + 1;
  std::sort(needed.begin(), needed.end());
  const auto last = static_cast<std::size_t>(
      std::ceil(kFractionWithinLimit * static_cast<double>(needed.size())) - 1);
  return std::clamp(needed[last], kFewestFragments, kMostFragments);
}

double fraction_built(const Sizes& sizes, const std::vector<std::size_t>& compounds, int limit) {
  const auto built = std::count_if(compounds.begin(), compounds.end(), [&](std::size_t i) {
    return sizes.fragments[i] > 0 && sizes.fragments[i] <= limit;
  });
  return static_cast<double>(built) / static_cast<double>(compounds.size());
}

void write_actives(const std::vector<KnownActivity>& known, const std::vector<std::size_t>& actives,
                   const std::string& value_name, const fs::path& path) {
  std::string text = csv_row({"smiles", "name", value_name});
  for (const std::size_t i : actives) {
    text += csv_row({known[i].smiles, known[i].name, csv_number(known[i].value)});
  }
  write_file_atomically(path, text);
}

// The reasons why actives cannot be built, most frequent first.
std::vector<ObstacleFacts> obstacles(const Sizes& sizes, const std::vector<std::size_t>& actives) {
  std::map<std::string, std::int64_t> counts;
  for (const std::size_t i : actives) {
    if (sizes.fragments[i] == 0) ++counts[sizes.reasons[i]];
  }
  std::vector<std::pair<std::int64_t, std::string>> sorted;
  for (const auto& [reason, count] : counts) sorted.emplace_back(-count, reason);
  std::sort(sorted.begin(), sorted.end());
  std::vector<ObstacleFacts> list;
  for (std::size_t k = 0; k < std::min<std::size_t>(3, sorted.size()); ++k) {
    list.push_back({sorted[k].second, -sorted[k].first});
  }
  return list;
}

// Adds to the summary the elements of the table's compounds that no candidate can have.
void add_missing_elements(const std::vector<KnownActivity>& known, const VocabularySpec& spec,
                          VocabularyFacts& facts) {
  std::vector<std::string> compounds, fragments, parts;
  for (const KnownActivity& compound : known) compounds.push_back(compound.smiles);
  for (const FragmentSpec& fragment : spec.fragments) fragments.push_back(fragment.smiles);
  for (const ElementCount& element : elements_beyond(compounds, fragments)) {
    facts.missing_elements.push_back({element.name, element.molecules});
    parts.push_back(fmt::format("{} ({} {} of the table {})", element.name, element.molecules,
                                element.molecules == 1 ? "compound" : "compounds",
                                element.molecules == 1 ? "does" : "do"));
  }
  if (parts.empty()) return;
  facts.summary = fmt::format("{} No candidate can hold {}.", facts.summary, join(parts, " or "));
}

}  // namespace

std::vector<std::size_t> best_quarter(const std::vector<KnownActivity>& known,
                                      bool higher_is_better) {
  std::vector<std::size_t> order(known.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
    return higher_is_better ? known[a].value > known[b].value : known[a].value < known[b].value;
  });
  order.resize(std::min(order.size(), std::max(kFewestActives, (order.size() + 3) / 4)));
  return order;
}

VocabularyFacts make_vocabulary(const VocabularySettings& settings, const DesignPaths& paths,
                                const std::vector<KnownActivity>& known, bool higher_is_better,
                                const std::string& value_name) {
  VocabularyFacts facts;
  VocabularySpec spec;
  const std::string& choice = settings.vocabulary;
  const std::vector<std::size_t> actives = best_quarter(known, higher_is_better);
  if (!settings.synthesis.empty()) {
    spec = synthons(settings.synthesis, facts);
  } else if (choice == "default") {
    spec = default_vocabulary();
    facts.source = "default";
    facts.summary = "The default vocabulary, as asked.";
  } else if (choice == "auto" || choice == "table" || choice == "both") {
    spec = from_table(choice, known, actives, facts);
  } else if (fs::exists(choice)) {
    spec = parse_vocabulary_json(read_file(choice), choice);
    facts.source = choice;
    facts.summary = fmt::format("The vocabulary '{}'.", choice);
  } else {
    user_error("--vocabulary {}: expected auto, table, default, both or a file", choice);
  }
  const Vocabulary vocabulary = Vocabulary::from_spec(spec, "the vocabulary");
  const Sizes sizes = sizes_of(vocabulary, known);
  const int limit = settings.max_fragments > 0 ? static_cast<int>(settings.max_fragments)
                    : spec.reactions           ? kMostBlocks
                                               : size_limit(sizes, actives);
  std::vector<std::size_t> all(known.size());
  std::iota(all.begin(), all.end(), std::size_t{0});
  facts.fragments = vocabulary.size();
  facts.max_fragments = limit;
  facts.actives = static_cast<std::int64_t>(actives.size());
  facts.actives_built = fraction_built(sizes, actives, limit);
  facts.all_built = fraction_built(sizes, all, limit);
  facts.obstacles = obstacles(sizes, actives);
  facts.summary = fmt::format(
      "{} Molecules have at most {} fragments; so {:.0f} % of the best quarter of the table and "
      "{:.0f} % of all of it can be built.",
      facts.summary, limit, 100 * facts.actives_built, 100 * facts.all_built);
  add_missing_elements(known, spec, facts);
  write_actives(known, actives, value_name, paths.actives());
  write_file_atomically(paths.vocabulary(), vocabulary.to_json());
  return facts;
}

}  // namespace fragflow
