// fragflow blocks: from a catalogue of building blocks to a vocabulary of synthons.
#include <fmt/format.h>

#include <cmath>
#include <memory>

#include "envs/fragment_tree.hpp"
#include "envs/route_count.hpp"
#include "src/app/command.hpp"
#include "src/base/check.hpp"
#include "src/base/data_path.hpp"
#include "src/base/file.hpp"
#include "src/base/log.hpp"
#include "src/base/record_file.hpp"
#include "src/base/text.hpp"
#include "src/chem/synthesis/synthon_builder.hpp"
#include "src/eval/molecule_file.hpp"

namespace fragflow {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::int64_t kBlocksAtOnce = 20000;
constexpr int kShownUnreadable = 10;
constexpr int kMostBlocks = 4;  // of the products that are counted

struct BuildArguments {
  std::vector<std::string> blocks;
  std::string reactions = "reactions.json";
  std::string smiles_column, price_column = "price", name_column = "name";
  std::string output;
  BlockLimits limits;
};

// The rows of one file; price and name if the table has such columns.
Json read_blocks(const std::string& path, const BuildArguments& arguments,
                 SynthonBuilder& builder) {
  MoleculeFile file(path, {.smiles = arguments.smiles_column,
                           .value = arguments.price_column,
                           .name = arguments.name_column});
  std::int64_t rows_read = 0, negative = 0, unreadable = 0;
  for (auto rows = file.next(kBlocksAtOnce); !rows.empty(); rows = file.next(kBlocksAtOnce)) {
    std::vector<CatalogueBlock> blocks;
    for (const MoleculeRow& row : rows) {
      CatalogueBlock& block = blocks.emplace_back(CatalogueBlock{row.smiles, row.name, {}});
      if (std::isfinite(row.value) && row.value >= 0) block.price = row.value;
      negative += row.value < 0 ? 1 : 0;
    }
    const std::vector<std::string> reasons = builder.add(blocks);
    for (std::size_t i = 0; i < rows.size(); ++i) {
      if (reasons[i] != kUnreadableBlock || ++unreadable > kShownUnreadable) continue;
      spdlog::warn("{}, row {} (line {}) skipped: '{}' is no molecule", path, rows[i].row,
                   rows[i].line, rows[i].written().substr(0, 80));
    }
    rows_read += static_cast<std::int64_t>(rows.size());
    spdlog::info("{}: {} blocks read", path, rows_read);
  }
  if (negative > 0) spdlog::warn("{}: {} prices below 0 are left out", path, negative);
  return {{"file", std::filesystem::path(path).filename().string()},
          {"rows", rows_read},
          {"fingerprint", file_digest(path)}};
}

void add_counts(const BuildCounts& counts, const VocabularySpec& spec, Json& json,
                std::string& text) {
  std::int64_t two_slots = 0, origins = 0;
  for (const FragmentSpec& fragment : spec.fragments) {
    two_slots += fragment.slots.size() == 2 ? 1 : 0;
    std::set<std::string> compounds;
    for (const SynthonOrigin& origin : fragment.origins) compounds.insert(origin.smiles);
    origins += static_cast<std::int64_t>(compounds.size());
  }
  json["blocks"] = counts.blocks;
  json["distinct_blocks"] = counts.distinct;
  json["used_blocks"] = counts.used;
  json["synthons"] = spec.fragments.size();
  json["synthons_with_two_slots"] = two_slots;
  json["origins"] = origins;
  json["refused"] = counts.refused;
  json["blocks_with_group"] = counts.groups;
  text +=
      fmt::format("{} blocks read, {} distinct, {} used: {} synthons, {} of them with two slots\n",
                  counts.blocks, counts.distinct, counts.used, spec.fragments.size(), two_slots);
  std::vector<std::pair<std::int64_t, std::string>> reasons;
  for (const auto& [reason, count] : counts.refused) reasons.emplace_back(-count, reason);
  std::sort(reasons.begin(), reasons.end());
  constexpr std::size_t kShown = 12;
  for (std::size_t k = 0; k < std::min(kShown, reasons.size()); ++k) {
    text += fmt::format("  refused {:7}  {}\n", -reasons[k].first, reasons[k].second);
  }
  if (reasons.size() > kShown) {
    text +=
        fmt::format("  ... and {} other reasons (--json lists them)\n", reasons.size() - kShown);
  }
}

void add_products(const VocabularySpec& spec, const std::string& source, Json& json,
                  std::string& text) {
  FragmentTreeConfig config;
  config.max_fragments = kMostBlocks;
  const FragmentTree environment(Vocabulary::from_spec(spec, source), config);
  const std::vector<double> products = count_products(environment, kMostBlocks);
  json["products"] = Json::object();
  text += "products, counted as trees of synthons:";
  for (int n = 2; n <= kMostBlocks; ++n) {
    json["products"][std::to_string(n)] = products[n];
    text += fmt::format(" {} of {} blocks{}", format_score(products[n], 0), n,
                        n < kMostBlocks ? "," : "\n");
  }
}

void run_build(const GlobalOptions& global, const BuildArguments& arguments) {
  const std::string reactions_path = find_file(arguments.reactions);
  const std::string reactions_text = read_file(reactions_path);
  const ReactionList list = parse_reactions(reactions_text, reactions_path);
  const ReactionEngine engine(list, reactions_path);
  SynthonBuilder builder(engine, arguments.limits);
  Json made = {{"by", "fragflow blocks build"},
               {"max_atoms", arguments.limits.max_heavy_atoms},
               {"elements", arguments.limits.elements},
               {"reactions", text_digest(reactions_text)}};
  for (const std::string& path : arguments.blocks) {
    made["blocks"].push_back(read_blocks(path, arguments, builder));
  }
  VocabularySpec spec = builder.vocabulary();
  spec.made = made.dump();
  Json json = {{"output", arguments.output}, {"reactions", list.reactions.size()}};
  std::string text;
  add_counts(builder.counts(), spec, json, text);
  if (spec.fragments.empty()) {
    user_error("{}: no block is usable with these reactions\n{}", join(arguments.blocks), text);
  }
  add_products(spec, arguments.output, json, text);
  write_file_atomically(arguments.output, vocabulary_json(spec));
  print_result(global, json, text + "written to " + arguments.output + "\n");
}

void add_build(CLI::App& parent, GlobalOptions& global) {
  CLI::App& command =
      *parent.add_subcommand("build", "Makes a vocabulary of synthons from building blocks");
  auto arguments = std::make_shared<BuildArguments>();
  command.add_option("blocks", arguments->blocks, "files of blocks (.smi, .csv, .sdf)")->required();
  command.add_option("-o,--output", arguments->output, "vocabulary to write (JSON)")->required();
  command.add_option("--reactions", arguments->reactions, "reactions file (JSON)")
      ->capture_default_str();
  command.add_option("--smiles", arguments->smiles_column,
                     "SMILES column of a table (default: by name)");
  command.add_option("--name", arguments->name_column, "column of names or catalogue numbers")
      ->capture_default_str();
  command.add_option("--price", arguments->price_column, "column of prices, where there is one")
      ->capture_default_str();
  command.add_option("--max-atoms", arguments->limits.max_heavy_atoms, "heavy atoms of a block")
      ->check(CLI::Range(1, 100))
      ->capture_default_str();
  command.add_option("--elements", arguments->limits.elements, "elements of blocks")
      ->delimiter(',')
      ->capture_default_str();
  add_global_options(command, global);
  command.footer("Example:\n  fragflow blocks build catalogue.csv -o my_synthons.json");
  command.callback([arguments, &global] { run_build(global, *arguments); });
}

}  // namespace

void add_blocks_command(CLI::App& app, GlobalOptions& global) {
  CLI::App& command =
      *app.add_subcommand("blocks", "Building blocks and reactions, for molecules with routes");
  command.require_subcommand(1);
  command.footer("Example:\n  fragflow blocks build catalogue.csv -o my_synthons.json");
  add_build(command, global);
}

}  // namespace fragflow
