// fragflow enumerate: every state of a small environment, and statistics of its rewards.
#include <algorithm>
#include <chrono>
#include <cmath>
#include <limits>
#include <memory>
#include <unordered_map>

#include "envs/enumeration.hpp"
#include "src/app/command.hpp"
#include "src/base/csv.hpp"
#include "src/base/file.hpp"
#include "src/base/log.hpp"
#include "src/base/peak_memory.hpp"
#include "src/gfn/distribution.hpp"
#include "src/run/config.hpp"
#include "src/run/experiment.hpp"

namespace fragflow {
namespace {

struct EnumerateArguments {
  std::string config;
  std::vector<std::string> overrides;
  std::int64_t limit = 5'000'000;
  std::string output;
};

struct Space {
  double log_z = -std::numeric_limits<double>::infinity();
  std::int64_t num_invalid = 0;  // terminals that RDKit rejects
  std::unordered_map<std::string, std::int64_t> trees_of_object;
  std::vector<std::string> objects;  // per terminal, only if they are to be written
  std::vector<double> log_rewards;   // per terminal, the same
};

// Scores the terminals in blocks, so that only one block of results is in memory.
Space score_terminals(std::span<const State> terminals, Reward& reward, bool keep) {
  constexpr std::size_t kBlock = 16384;
  Space space;
  for (std::size_t begin = 0; begin < terminals.size(); begin += kBlock) {
    const auto block = terminals.subspan(begin, std::min(kBlock, terminals.size() - begin));
    for (const RewardResult& result : reward.evaluate(block)) {
      space.log_z = log_add(space.log_z, result.log_reward);
      if (result.object.empty()) {
        ++space.num_invalid;
      } else {
        ++space.trees_of_object[result.object];
      }
      if (!keep) continue;
      space.objects.push_back(result.object);
      space.log_rewards.push_back(result.log_reward);
    }
    spdlog::info("scored {} of {} terminals", begin + block.size(), terminals.size());
  }
  return space;
}

void write_terminals(const std::string& path, const Environment& environment,
                     std::span<const State> terminals, const Space& space) {
  std::string text = csv_row({"object", "log_reward", "probability", "trees", "state"});
  for (std::size_t i = 0; i < terminals.size(); ++i) {
    const auto trees = space.trees_of_object.find(space.objects[i]);
    text += csv_row({space.objects[i], csv_number(space.log_rewards[i]),
                     csv_number(std::exp(space.log_rewards[i] - space.log_z)),
                     std::to_string(trees == space.trees_of_object.end() ? 0 : trees->second),
                     environment.to_string(terminals[i])});
  }
  write_file_atomically(path, text);
}

void run(const GlobalOptions& global, const EnumerateArguments& arguments) {
  const auto start = std::chrono::steady_clock::now();
  const Experiment experiment = make_experiment(load_config(arguments.config, arguments.overrides));
  const StateGraph graph = enumerate(experiment.environment(), arguments.limit);
  spdlog::info("{} states, {} terminals, {} edges", graph.num_internal, graph.num_terminals(),
               graph.num_edges());
  const Space space =
      score_terminals(graph.terminals(), experiment.reward(), !arguments.output.empty());
  if (!arguments.output.empty()) {
    write_terminals(arguments.output, experiment.environment(), graph.terminals(), space);
  }
  std::int64_t most_trees = 0;
  for (const auto& [object, trees] : space.trees_of_object)
    most_trees = std::max(most_trees, trees);
  const auto num_objects = static_cast<std::int64_t>(space.trees_of_object.size());
  const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - start;
  nlohmann::ordered_json json;
  json["config"] = arguments.config;
  // The empty tree is a state of the graph but not an object.
  json["states"] = graph.num_internal - (graph.states[0].num_nodes == 0 ? 1 : 0);
  json["terminals"] = graph.num_terminals();
  json["molecules"] = num_objects;
  json["invalid"] = space.num_invalid;
  json["max_trees_per_molecule"] = most_trees;
  json["mean_trees_per_molecule"] =
      num_objects == 0 ? 0.0
                       : static_cast<double>(graph.num_terminals() - space.num_invalid) /
                             static_cast<double>(num_objects);
  json["edges"] = graph.num_edges();
  json["log_z"] = space.log_z;
  json["seconds"] = seconds.count();
  json["peak_memory_mb"] = peak_memory_mb();
  print_result(global, json, table_text(json));
}

}  // namespace

void add_enumerate_command(CLI::App& app, GlobalOptions& global) {
  CLI::App& command = *app.add_subcommand(
      "enumerate", "Every state of a small environment: counts and the exact log Z");
  const auto arguments = std::make_shared<EnumerateArguments>();
  command.add_option("config", arguments->config, "configuration (TOML)")->required();
  add_override_option(command, arguments->overrides);
  command
      .add_option("--limit", arguments->limit,
                  "give up with an error beyond this many states, terminals included")
      ->check(CLI::Range(std::int64_t{1}, std::int64_t{2'000'000'000}))
      ->capture_default_str();
  command.add_option("-o,--output", arguments->output,
                     "write every terminal as CSV: object, log reward, p = R/Z, trees of the "
                     "object, state");
  add_global_options(command, global);
  command.footer("Example:\n  fragflow enumerate data/configs/space_small.toml --json");
  command.callback([arguments, &global] { run(global, *arguments); });
}

}  // namespace fragflow
