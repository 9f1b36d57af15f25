// fragflow fragments: makes a vocabulary from a corpus, and inspects vocabularies.
#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <memory>
#include <set>

#include "envs/fragment_tree.hpp"
#include "envs/join_rules.hpp"
#include "src/app/command.hpp"
#include "src/base/check.hpp"
#include "src/base/file.hpp"
#include "src/base/log.hpp"
#include "src/base/parallel.hpp"
#include "src/base/rng.hpp"
#include "src/base/text.hpp"
#include "src/chem/assembly.hpp"
#include "src/chem/decomposition.hpp"
#include "src/chem/extraction.hpp"
#include "src/chem/group_rates.hpp"
#include "src/chem/standardise.hpp"
#include "src/chem/vocabulary.hpp"
#include "src/eval/molecule_file.hpp"
#include "src/reward/molecule_reward.hpp"

namespace fragflow {
namespace {

using Json = nlohmann::ordered_json;

constexpr int kShownRejections = 10;
constexpr std::int64_t kMoleculesAtOnce = 20000;

struct ExtractArguments {
  std::vector<std::string> corpus;
  std::string smiles_column;
  std::string output;
  bool keep_alerts = false, keep_charged = false;
  ExtractionOptions options;
};

struct CheckArguments {
  std::string file;
  std::vector<std::string> corpus;
  std::string smiles_column;
  int trees = 2000;
  int max_fragments = 8;
};

// Distinct canonical SMILES, sorted. Bad rows are reported, skipped and counted.
std::vector<std::string> read_corpus(const std::vector<std::string>& files,
                                     const std::string& smiles_column) {
  std::set<std::string> distinct;
  StandardiseCounts counts;
  std::int64_t rejected = 0;
  for (const std::string& file : files) {
    MoleculeFile input(file, {.smiles = smiles_column, .value = "", .name = "name"});
    for (auto rows = input.next(kMoleculesAtOnce); !rows.empty();
         rows = input.next(kMoleculesAtOnce)) {
      std::vector<Standardised> results(rows.size());
      parallel_for(static_cast<std::int64_t>(rows.size()),
                   [&](std::int64_t i) { results[i] = standardise(rows[i].smiles); });
      for (std::size_t i = 0; i < rows.size(); ++i) {
        results[i].count_into(counts);
        if (results[i].ok()) {
          distinct.insert(results[i].smiles);
        } else if (++rejected <= kShownRejections) {
          spdlog::warn("{}, row {} (line {}) skipped: '{}': {}", file, rows[i].row, rows[i].line,
                       rows[i].written().substr(0, 80), results[i].reason);
        }
      }
    }
  }
  if (rejected > kShownRejections) {
    spdlog::warn("{} more rows rejected", rejected - kShownRejections);
  }
  spdlog::info("{}; {} distinct", counts.summary(), distinct.size());
  if (distinct.empty()) user_error("{}: no usable molecule", join(files));
  return {distinct.begin(), distinct.end()};
}

void run_extract(const GlobalOptions& global, const ExtractArguments& arguments) {
  ExtractionOptions options = arguments.options;
  options.drop_alerts = !arguments.keep_alerts;
  options.drop_charged = !arguments.keep_charged;
  const auto corpus = read_corpus(arguments.corpus, arguments.smiles_column);
  const ExtractionResult result = extract_vocabulary(corpus, options);
  const auto vocabulary = Vocabulary::from_spec(result.vocabulary, arguments.output);
  write_file_atomically(arguments.output, vocabulary.to_json());
  const double coverage = static_cast<double>(result.covered) / result.molecules;
  Json json = {{"output", arguments.output},
               {"molecules", result.molecules},
               {"pieces", result.distinct_pieces},
               {"fragments", vocabulary.size()},
               {"rings", result.rings},
               {"linkers", result.linkers},
               {"substituents", result.substituents},
               {"blocks", vocabulary.blocks().size()},
               {"joins", vocabulary.joins().size()},
               {"coverage", coverage},
               {"dropped", result.dropped},
               {"hydrogen_groups", result.group_fractions}};
  std::string text = fmt::format(
      "{}: {} fragments ({} rings, {} linkers, {} substituents) of {} distinct BRICS pieces\n"
      "coverage: {} of {} molecules ({:.1f} %) have only pieces and patterns that were kept\n",
      arguments.output, vocabulary.size(), result.rings, result.linkers, result.substituents,
      result.distinct_pieces, result.covered, result.molecules, 100 * coverage);
  for (const auto& [reason, count] : result.dropped) {
    text += fmt::format("left out: {} ({})\n", count, reason);
  }
  print_result(global, json, text);
}

struct RandomMolecules {
  std::vector<std::string> all;
  std::vector<std::string> filled;  // without an open must_fill slot
  std::int64_t failed = 0;
};

// Uniformly random legal actions up to a random size of 2 to max_fragments.
RandomMolecules random_molecules(const Vocabulary& vocabulary, const CheckArguments& arguments,
                                 std::uint64_t seed) {
  const FragmentTree environment(vocabulary, {.max_fragments = arguments.max_fragments});
  const Assembler assembler(vocabulary);
  std::vector<std::string> smiles(arguments.trees);
  std::vector<char> is_open(arguments.trees);
  parallel_for(arguments.trees, [&](std::int64_t t) {
    Rng rng(mix_seed(seed, "random trees"), static_cast<std::uint64_t>(t));
    const int size = 2 + static_cast<int>(rng.below(arguments.max_fragments - 1));
    State state = environment.initial_state();
    ActionSet actions;
    while (state.num_nodes < size) {
      environment.legal_actions(state, actions);
      std::vector<Action> growing;
      actions.for_each([&](Action action) {
        if (!action.is_stop()) growing.push_back(action);
      });
      if (growing.empty()) break;
      state = environment.apply(state, growing[rng.below(growing.size())]);
    }
    Assembled assembled = assembler.assemble(fragment_nodes(state));
    smiles[t] = std::move(assembled.smiles);
    is_open[t] = assembled.open_slots.must_fill > 0;
  });
  RandomMolecules result;
  for (std::size_t t = 0; t < smiles.size(); ++t) {
    result.failed += smiles[t].empty();
    if (smiles[t].empty()) continue;
    result.all.push_back(smiles[t]);
    if (!is_open[t]) result.filled.push_back(smiles[t]);
  }
  return result;
}

void add_counts(const Vocabulary& vocabulary, Json& json, std::string& text) {
  std::int64_t slots = 0;
  std::int64_t must_fill = 0;
  std::int64_t patterns = 0;
  for (const Fragment& fragment : vocabulary.fragments()) {
    patterns += static_cast<std::int64_t>(fragment.patterns.size());
    for (const Site& site : fragment.sites) {
      slots += site.capacity;
      must_fill += site.must_fill ? site.capacity : 0;
    }
  }
  json["fragments"] = vocabulary.size();
  json["slots"] = slots;
  json["must_fill"] = must_fill;
  json["blocks"] = vocabulary.blocks().size();
  json["types"] = vocabulary.num_types() - 1;
  json["joins"] = vocabulary.joins().size();
  json["patterns"] = patterns;
  json["isolated"] = Json::array();
  text += fmt::format(
      "{} fragments, {} slots ({} must be filled), {} blocks, {} types, {} joins, {} patterns\n",
      vocabulary.size(), slots, must_fill, vocabulary.blocks().size(), vocabulary.num_types() - 1,
      vocabulary.joins().size(), patterns);
  for (const int index : vocabulary.isolated_fragments()) {
    const std::string& smiles = vocabulary.fragment(index).smiles;
    json["isolated"].push_back(smiles);
    text += fmt::format("isolated: fragment {} ({}) can join nothing\n", index, smiles);
  }
}

State to_state(const std::vector<FragmentNode>& nodes) {
  State state;
  for (const FragmentNode& node : nodes) {
    state.nodes[state.num_nodes++] = {
        static_cast<std::int32_t>(node.fragment), static_cast<std::int8_t>(node.parent),
        static_cast<std::uint8_t>(node.parent_site), static_cast<std::uint8_t>(node.site)};
  }
  return state;
}

// Number of molecules that some legal tree assembles to.
std::int64_t count_buildable(const Vocabulary& vocabulary, const std::vector<std::string>& smiles,
                             int max_fragments) {
  const Decomposer decomposer(vocabulary);
  const std::vector<bool> all_allowed(vocabulary.size(), true);
  const JoinRules rules(vocabulary, all_allowed,
                        static_cast<int>(vocabulary.blocks().size() + 63) / 64);
  std::vector<char> buildable(smiles.size());
  parallel_for(static_cast<std::int64_t>(smiles.size()), [&](std::int64_t i) {
    const auto found = decomposer.decompose(smiles[i], {.max_fragments = max_fragments});
    buildable[i] = std::any_of(found.trees.begin(), found.trees.end(),
                               [&](const auto& nodes) { return rules.is_legal(to_state(nodes)); });
  });
  return std::count(buildable.begin(), buildable.end(), 1);
}

// The rates as Markdown, for docs/vocabulary.md.
void add_rates(const CheckArguments& arguments, const Vocabulary& vocabulary,
               const RandomMolecules& random, Json& json, std::string& text) {
  const auto all = group_rates(random.all);
  const auto filled = group_rates(random.filled);
  std::vector<std::pair<std::string, double>> known;
  if (!arguments.corpus.empty()) {
    const auto corpus = read_corpus(arguments.corpus, arguments.smiles_column);
    known = group_rates(corpus);
    const std::int64_t buildable = count_buildable(vocabulary, corpus, kMaxFragments);
    json["corpus_molecules"] = corpus.size();
    json["coverage"] = static_cast<double>(buildable) / static_cast<double>(corpus.size());
    text += fmt::format("coverage: {} of {} molecules ({:.1f} %) can be built\n", buildable,
                        corpus.size(), 100.0 * json["coverage"].get<double>());
  }
  text += fmt::format("\n{} random trees of 2 to {} fragments, {} without an open must_fill slot\n",
                      arguments.trees, arguments.max_fragments, random.filled.size());
  text += "\n| group | random trees | of them filled | corpus |\n|---|---|---|---|\n";
  for (std::size_t g = 0; g < all.size(); ++g) {
    Json& row = json["groups"][all[g].first];
    row = {{"random", all[g].second}, {"filled", filled[g].second}};
    std::string corpus = "-";
    if (!known.empty()) {
      row["corpus"] = known[g].second;
      corpus = fmt::format("{:.2f} %", 100 * known[g].second);
    }
    text += fmt::format("| {} | {:.2f} % | {:.2f} % | {} |\n", all[g].first, 100 * all[g].second,
                        100 * filled[g].second, corpus);
  }
}

void run_check(const GlobalOptions& global, const CheckArguments& arguments) {
  const auto vocabulary = Vocabulary::load(arguments.file);
  Json json = {{"file", arguments.file}};
  std::string text = arguments.file + ": ";
  add_counts(vocabulary, json, text);
  const RandomMolecules random = random_molecules(vocabulary, arguments, global.seed);
  json["trees"] = arguments.trees;
  json["filled"] = random.filled.size();
  json["not_molecules"] = random.failed;
  if (random.failed > 0) {
    text += fmt::format("problem: {} of {} random trees are no molecules RDKit accepts\n",
                        random.failed, arguments.trees);
  }
  add_rates(arguments, vocabulary, random, json, text);
  print_result(global, json, text);
}

void add_extract(CLI::App& parent, GlobalOptions& global) {
  CLI::App& command =
      *parent.add_subcommand("extract", "Makes a vocabulary from molecules by BRICS cuts");
  auto arguments = std::make_shared<ExtractArguments>();
  ExtractionOptions& options = arguments->options;
  command.add_option("corpus", arguments->corpus, "Files of molecules (.smi or .csv)")->required();
  command.add_option("-o,--output", arguments->output, "Vocabulary to write (JSON)")->required();
  command.add_option("--smiles", arguments->smiles_column,
                     "SMILES column of .csv (default: found by name)");
  const auto number = [&command](const char* name, int& value, int low, int high,
                                 const char* help) {
    command.add_option(name, value, help)->check(CLI::Range(low, high))->capture_default_str();
  };
  number("--max-fragments", options.max_fragments, 1, 10000, "Most frequent fragments kept");
  number("--min-count", options.min_count, 1, 1000000, "Molecules that contain a fragment");
  number("--max-atoms", options.max_atoms, 1, 100, "Heavy atoms of a fragment with a ring");
  number("--max-chain-atoms", options.max_chain_atoms, 1, 100, "Heavy atoms of one without");
  number("--max-joins", options.max_joins, 1, 16, "Joins of a pattern");
  number("--min-pattern-count", options.min_pattern_count, 1, 1000000,
         "Molecules that show a pattern");
  number("--min-join-count", options.min_join_count, 1, 1000000, "Cuts that show a pair of types");
  command.add_option("--elements", options.elements, "Elements of fragments")
      ->delimiter(',')
      ->capture_default_str();
  command.add_flag("--keep-charged", arguments->keep_charged, "Keep fragments with a net charge");
  command.add_flag("--keep-alerts", arguments->keep_alerts, "Keep fragments with BRENK alerts");
  command
      .add_option("--alert-share", options.alert_fraction,
                  "A fragment in this share of the corpus is kept in spite of alerts")
      ->check(CLI::Range(0.0, 1.0))
      ->capture_default_str();
  command
      .add_option("--rare-share", options.rare_fraction,
                  "Slots must be filled if their hydrogen-capped group is rarer than this")
      ->check(CLI::Range(0.0, 1.0))
      ->capture_default_str();
  add_global_options(command, global);
  command.footer(
      "Example:\n  fragflow fragments extract data/chembl2321810.csv -o vocabulary.json");
  command.callback([arguments, &global] { run_extract(global, *arguments); });
}

void add_check(CLI::App& parent, GlobalOptions& global) {
  CLI::App& command = *parent.add_subcommand(
      "check", "Validates a vocabulary and shows what random trees of it contain");
  auto arguments = std::make_shared<CheckArguments>();
  command.add_option("file", arguments->file, "Vocabulary (JSON)")->required();
  command.add_option("--corpus", arguments->corpus, "Molecules to compare the rates with");
  command.add_option("--smiles", arguments->smiles_column,
                     "SMILES column of .csv (default: found by name)");
  command.add_option("--trees", arguments->trees, "Random trees to build")
      ->check(CLI::Range(1, 10'000'000))
      ->capture_default_str();
  command.add_option("--max-fragments", arguments->max_fragments, "Largest random tree")
      ->check(CLI::Range(2, kMaxFragments))
      ->capture_default_str();
  add_global_options(command, global);
  command.footer("Example:\n  fragflow fragments check data/vocabulary.json --json");
  command.callback([arguments, &global] { run_check(global, *arguments); });
}

}  // namespace

void add_fragments_command(CLI::App& app, GlobalOptions& global) {
  CLI::App& command = *app.add_subcommand("fragments", "Makes and checks fragment vocabularies");
  command.require_subcommand(1);
  command.footer("Example:\n  fragflow fragments check data/vocabulary.json");
  add_extract(command, global);
  add_check(command, global);
}

}  // namespace fragflow
