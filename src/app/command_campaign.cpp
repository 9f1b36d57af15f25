// fragflow campaign: rounds of proposing, measuring and learning.
#include <fmt/format.h>

#include <filesystem>
#include <memory>

#include "src/app/command.hpp"
#include "src/app/field_options.hpp"
#include "src/app/signals.hpp"
#include "src/base/check.hpp"
#include "src/base/file.hpp"
#include "src/base/stopped.hpp"
#include "src/campaign/campaign_runs.hpp"
#include "src/campaign/replay_run.hpp"

namespace fragflow {
namespace {

void print(const GlobalOptions& global, const CampaignOutcome& outcome) {
  print_result(global, outcome.json, outcome.text);
}

struct StartArguments {
  CampaignSettings settings;
  std::string folder;
  bool quick = false;
  SectionOptions options;
};

// Defaults under --quick.
constexpr const char* kQuickCampaign[] = {"run.steps=100", "campaign.later_steps=50",
                                          "run.samples=1000"};

void start(const GlobalOptions& global, const StartArguments& arguments) {
  namespace fs = std::filesystem;
  const fs::path table = fs::absolute(arguments.settings.activities).lexically_normal();
  CampaignSettings settings;
  settings.activities = table;
  settings.seed = global.seed;
  FieldList fields = list_fields(settings);
  apply_given(arguments.quick ? std::span<const char* const>(kQuickCampaign)
                              : std::span<const char* const>(),
              arguments.options, fields);
  // Rounds can be run from any folder; a word that names no file is a choice of its own.
  for (std::string* file : {&settings.vocabulary.vocabulary, &settings.vocabulary.synthesis}) {
    if (fs::is_regular_file(*file)) *file = fs::absolute(*file).lexically_normal();
  }
  const std::string folder =
      arguments.folder.empty() ? table.stem().string() + "_campaign" : arguments.folder;
  print(global, start_campaign(settings, folder));
}

void add_start(CLI::App& campaign, GlobalOptions& global) {
  CLI::App& command =
      *campaign.add_subcommand("start", "Begin a campaign from a table of activities");
  const auto arguments = std::make_shared<StartArguments>();
  CampaignSettings& settings = arguments->settings;
  command.add_option("activities", settings.activities, "table of compounds and activities")
      ->required();
  command.add_option("-o,--out", arguments->folder,
                     "folder of the campaign; default: the table's name with _campaign");
  const auto add = [&](const std::string& section, auto& part) {
    arguments->options.emplace_back(section, FieldOptions()).second.add(command, list_fields(part));
  };
  add("table", settings.table);
  add("campaign", settings.campaign);
  add("vocabulary", settings.vocabulary);
  add("run", settings.run);
  command.add_flag("--quick", arguments->quick,
                   "for a first look: 100 training steps, 50 in later rounds, 1,000 samples");
  add_global_options(command, global);
  command.footer(
      "Example:\n"
      "  fragflow campaign start activities.csv --target 'IC50 (nM)' --out my_campaign");
  command.callback([arguments, &global] { start(global, *arguments); });
}

struct ProposeArguments {
  ProposeRequest request;
  ProposeSettings settings;
  std::string folder, output;
  FieldOptions batch, others;
};

void propose(const GlobalOptions& global, ProposeArguments& arguments) {
  ProposeRequest& request = arguments.request;
  request.folder = arguments.folder;
  request.batch = arguments.batch.given();
  request.given = arguments.others.given();
  if (global.seed_given) request.seed = global.seed;
  request.output = arguments.output;
  request.quiet = global.quiet;
  request.command = fmt::format("fragflow campaign propose {}", arguments.folder);
  request.listen = stop_on_signals;
  print(global, propose_round(request));
}

void add_propose(CLI::App& campaign, GlobalOptions& global) {
  CLI::App& command = *campaign.add_subcommand(
      "propose", "Learn from what is known and choose the next compounds; or go on after a stop");
  const auto arguments = std::make_shared<ProposeArguments>();
  command.add_option("campaign", arguments->folder, "folder of the campaign")->required();
  arguments->batch.add(command, list_fields(arguments->settings.batch), {{"count", "-n"}});
  arguments->others.add(command, list_fields(arguments->settings));
  command.add_option("-o,--output", arguments->output, "write a copy of the plate (CSV), too");
  command.add_flag("--more", arguments->request.more,
                   "though nothing of the last round is measured");
  add_global_options(command, global);
  command.footer(
      "Examples:\n"
      "  fragflow campaign propose my_campaign -n 20\n"
      "  fragflow campaign propose my_campaign -n 20 --from stock.smi --strategy ei\n"
      "Strategies, and what they found on known tables: docs/campaign.md");
  command.callback([arguments, &global] { propose(global, *arguments); });
}

void add_add(CLI::App& campaign, GlobalOptions& global) {
  CLI::App& command = *campaign.add_subcommand("add", "Take new measurements in");
  struct Arguments {
    std::string folder, results;
    ResultSettings settings;
    FieldOptions options;
  };
  const auto arguments = std::make_shared<Arguments>();
  command.add_option("campaign", arguments->folder, "folder of the campaign")->required();
  command
      .add_option("results", arguments->results,
                  "table of results: the plate with its last column filled in, or any with ids "
                  "or structures")
      ->required();
  arguments->options.add(command, list_fields(arguments->settings));
  add_global_options(command, global);
  command.footer("Example:\n  fragflow campaign add my_campaign results.csv");
  command.callback([arguments, &global] {
    print(global, add_results(arguments->folder, arguments->results, arguments->settings));
  });
}

void add_status(CLI::App& campaign, GlobalOptions& global) {
  CLI::App& command = *campaign.add_subcommand(
      "status", "What each round predicted and what came out; what is open");
  const auto folder = std::make_shared<std::string>();
  command.add_option("campaign", *folder, "folder of the campaign")->required();
  add_global_options(command, global);
  command.footer("Example:\n  fragflow campaign status my_campaign --json");
  command.callback([folder, &global] { print(global, campaign_status(*folder)); });
}

void add_replay(CLI::App& campaign, GlobalOptions& global) {
  CLI::App& command = *campaign.add_subcommand(
      "replay", "Play a campaign over a table that is all measured: which strategy finds more");
  struct Arguments {
    ReplayRequest request;
    std::string output;
    FieldOptions options;
  };
  const auto arguments = std::make_shared<Arguments>();
  ReplayRequest& request = arguments->request;
  command.add_option("activities", request.activities, "table of compounds and activities")
      ->required();
  command.add_option("-o,--output", arguments->output, "write the figures as JSON");
  command.add_option("--hit", request.hit, "activity of a hit; auto: that of the best tenth")
      ->capture_default_str();
  arguments->options.add(command, list_fields(request.options));
  arguments->options.add(command, list_fields(request.batch), {{"count", "-n"}});
  arguments->options.add(command, list_fields(request.table));
  add_global_options(command, global);
  command.footer(
      "Example:\n  fragflow campaign replay activities.csv --strategy ei --rounds 10 -n 20");
  command.callback([arguments, &global] {
    ReplayRequest& request = arguments->request;
    request.seed = global.seed;
    request.stop = stop_on_signals();
    try {
      const CampaignOutcome outcome = replay_campaign(request);
      if (!arguments->output.empty()) {
        write_file_atomically(arguments->output, outcome.json.dump(1) + "\n");
      }
      print(global, outcome);
    } catch (const Stopped&) {
      print_result(global, {{"finished", false}}, "stopped\n");
    }
  });
}

}  // namespace

void add_campaign_command(CLI::App& app, GlobalOptions& global) {
  CLI::App& campaign = *app.add_subcommand(
      "campaign", "Rounds of proposing compounds, measuring them and learning from the results");
  campaign.require_subcommand(1);
  add_start(campaign, global);
  add_propose(campaign, global);
  add_add(campaign, global);
  add_status(campaign, global);
  add_replay(campaign, global);
}

}  // namespace fragflow
