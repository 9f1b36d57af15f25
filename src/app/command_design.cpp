// fragflow design: from a table of measured activities to a shortlist.
#include <fmt/format.h>

#include <memory>

#include "src/app/command.hpp"
#include "src/app/field_options.hpp"
#include "src/app/signals.hpp"
#include "src/base/check.hpp"
#include "src/design/design_run.hpp"

namespace fragflow {
namespace {

struct DesignArguments {
  DesignSettings settings;  // as given on the command line, over the defaults
  std::string folder, stage;
  bool overwrite = false, quick = false;
  SectionOptions options;
};

// Defaults under --quick.
constexpr const char* kQuickDesign[] = {"proxy.model=gp", "proxy.model_rows=1000", "run.steps=100",
                                        "run.samples=1000"};

// With a table: the defaults and the given settings. Without: the recorded settings of the folder
// and the given ones.
DesignSettings settings_of(const DesignArguments& arguments, const GlobalOptions& global) {
  const bool continued = arguments.settings.activities.empty();
  DesignSettings settings = continued ? recorded_design(arguments.folder) : DesignSettings();
  if (!continued) {  // continuing works from any folder
    settings.activities =
        std::filesystem::absolute(arguments.settings.activities).lexically_normal();
  }
  if (global.seed_given) settings.seed = global.seed;
  FieldList fields = list_fields(settings);
  apply_given(
      arguments.quick ? std::span<const char* const>(kQuickDesign) : std::span<const char* const>(),
      arguments.options, fields);
  return settings;
}

void run(const GlobalOptions& global, const DesignArguments& arguments) {
  DesignRequest request;
  request.settings = settings_of(arguments, global);
  request.folder = arguments.folder;
  request.stage = arguments.stage;
  request.overwrite = arguments.overwrite;
  request.quiet = global.quiet;
  request.command = command_text("design", request.settings.activities, arguments.folder,
                                 request.settings.run.set);
  request.listen = stop_on_signals;
  const DesignOutcome outcome = run_design(request);
  print_result(global, outcome.json, outcome.text);
}

}  // namespace

void add_design_command(CLI::App& app, GlobalOptions& global) {
  CLI::App& command = *app.add_subcommand(
      "design", "From a table of activities to a report and a shortlist, in one command");
  const auto arguments = std::make_shared<DesignArguments>();
  DesignSettings& settings = arguments->settings;
  command.add_option("activities", settings.activities,
                     "CSV of compounds and activities; left out: continue the design in --out");
  command.add_option("-o,--out", arguments->folder, "folder of the design")->required();
  const auto add = [&](const std::string& section, auto& part) {
    arguments->options.emplace_back(section, FieldOptions()).second.add(command, list_fields(part));
  };
  add("table", settings.table);
  add("score", settings.score);
  add("vocabulary", settings.vocabulary);
  add("proxy", settings.proxy);
  add("run", settings.run);
  add("shortlist", settings.shortlist);
  // Without a file: the blocks shipped with the program.
  command.get_option("--synthesis")->expected(0, 1)->default_str("default");
  command.add_flag("--quick", arguments->quick,
                   "a first look: 100 steps, 1,000 samples, a Gaussian process of at most 1,000 "
                   "compounds");
  command
      .add_option("--stage", arguments->stage, "run this stage alone, whether up to date or not")
      ->check(CLI::IsMember({"table", "vocabulary", "proxy", "config", "train", "shortlist"}));
  command.add_flag("--overwrite", arguments->overwrite,
                   "replace results that were made with other settings or inputs");
  add_global_options(command, global);
  command.footer(
      "Examples:\n"
      "  fragflow design activities.csv --smiles SMILES --target 'IC50 (nM)' --out my_design\n"
      "  fragflow design chembl_export.csv --where 'Standard Type=IC50' --out my_design\n"
      "  fragflow design table.csv --target 'Ki A (nM)' --target 'Ki B (nM)' \\\n"
      "      --objective 'Ki A high, Ki A - Ki B above 2' --out my_design   # docs/selectivity.md\n"
      "  fragflow design activities.csv --synthesis --out my_design   # with routes: "
      "docs/synthesis.md\n"
      "  fragflow design --out my_design      # go on after Ctrl-C or a crash\n"
      "  fragflow design --out my_design --stage shortlist --count 100 --diversity maxmin");
  command.callback([arguments, &global] { run(global, *arguments); });
}

}  // namespace fragflow
