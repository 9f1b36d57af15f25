// fragflow proxy train|info: models of activity for the reward.
#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <functional>
#include <memory>
#include <optional>

#include "src/app/command.hpp"
#include "src/app/signals.hpp"
#include "src/base/check.hpp"
#include "src/base/json.hpp"
#include "src/base/log.hpp"
#include "src/base/safetensors.hpp"
#include "src/base/stopped.hpp"
#include "src/reward/proxy_data.hpp"
#include "src/reward/proxy_model.hpp"
#include "src/reward/proxy_training.hpp"
#include "src/run/fit_display.hpp"

namespace fragflow {
namespace {

struct TrainOptions {
  std::string data, smiles_column, target_column, output, check;
  ProxyTrainingConfig config;
};

void report_rows(const ProxyData& data) {
  constexpr std::size_t kShown = 20;
  spdlog::info("{}", data.counts.summary());
  for (std::size_t i = 0; i < std::min(kShown, data.skipped.size()); ++i) {
    const ProxyData::Skipped& row = data.skipped[i];
    spdlog::warn("row {} (line {}) skipped: {}", row.row, row.line, row.reason);
  }
  if (data.skipped.size() > kShown) {
    spdlog::warn("{} more rows skipped", data.skipped.size() - kShown);
  }
  if (data.merged > 0) {
    spdlog::info("{} rows of molecules that were there already: the median counts", data.merged);
  }
}

// Molecules per second, including parsing the SMILES.
double throughput(ProxyModel& model, const std::vector<std::string>& smiles) {
  const auto start = std::chrono::steady_clock::now();
  model.predict(smiles);
  const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - start;
  return static_cast<double>(smiles.size()) / std::max(seconds.count(), 1e-9);
}

void train(const TrainOptions& options, const GlobalOptions& global) {
  const ProxyData data =
      read_proxy_data(options.data, options.smiles_column, options.target_column);
  report_rows(data);
  ProxyTrainingConfig config = options.config;
  config.seed = global.seed;
  const std::optional<std::filesystem::path> check =
      options.check.empty() ? std::nullopt : std::optional<std::filesystem::path>(options.check);
  ProxyTrainingResult result;
  {
    FitDisplay display(global.quiet, stop_on_signals());
    config.on_fit = std::ref(display);
    try {
      result = train_proxy(data, config, options.output, check);
    } catch (const Stopped&) {
      print_result(global, {{"file", options.output}, {"finished", false}},
                   fmt::format("stopped; '{}' was not written: the same command starts anew\n",
                               options.output));
      return;
    }
  }
  const double speed = throughput(*load_proxy(options.output), data.smiles);
  result.report["molecules_per_second"] = speed;
  result.report["file"] = options.output;
  if (check) result.report["check_file"] = options.check;
  result.summary =
      fmt::format(
          "{} molecules ({} rows skipped, {} merged){}\n", data.size(), data.skipped.size(),
          data.merged,
          data.bounds.size() == 0 ? "" : fmt::format(", {} bounds of others", data.bounds.size())) +
      result.summary +
      fmt::format("{:.0f} molecules/s, SMILES included\nwritten to {}\n", speed, options.output);
  print_result(global, result.report, result.summary);
}

void info(const std::string& path, const GlobalOptions& global) {
  const std::unique_ptr<ProxyModel> model = load_proxy(path);
  const SafetensorsFile file = read_safetensors(path);
  nlohmann::ordered_json result = {{"file", path}, {"kind", model->kind()}};
  const auto training = file.metadata.find("training");
  std::string summary = fmt::format("{}: a {} proxy\n", path, model->kind());
  if (training != file.metadata.end()) {
    result["training"] = parse_json<nlohmann::ordered_json>(training->second);
    // Splits and targets are meant for programs only.
    nlohmann::ordered_json shown = result["training"];
    for (const char* key : {"rows", "targets", "splits"}) shown.erase(key);
    summary += shown.dump(2) + "\n";
  }
  print_result(global, result, summary);
}

void add_train(CLI::App& proxy, GlobalOptions& global) {
  CLI::App* command = proxy.add_subcommand("train", "Fit a proxy to a table of activities");
  auto options = std::make_shared<TrainOptions>();
  command->add_option("DATA", options->data, "table with a header, or SDF")->required();
  command->add_option("--smiles", options->smiles_column, "SMILES column (default: by name)");
  command->add_option("--target", options->target_column, "column with the activity")->required();
  command->add_option("-o,--output", options->output, "proxy file to write")->required();
  command
      ->add_option("--model", options->config.model,
                   "Gaussian process, networks, random forest, or the better of the first two by "
                   "scaffold cross-validation")
      ->check(CLI::IsMember({"gp", "mpnn", "forest", "auto"}))
      ->capture_default_str();
  command->add_option("--check", options->check,
                      "fit on one half of the data only; write a proxy of another kind, fitted on "
                      "the other half, to this file");
  command
      ->add_option("--check-model", options->config.check_model,
                   "kind of the proxy of --check; other: networks beside a Gaussian process, that "
                   "beside the rest")
      ->check(CLI::IsMember({"gp", "mpnn", "forest", "other"}))
      ->capture_default_str();
  command
      ->add_option(
          "--bounds", options->config.bounds,
          "what a Gaussian process does with values such as >10000 of molecules without a "
          "measurement: learn from them as bounds, leave them out, or what cross-validation "
          "prefers; networks and forests leave them out")
      ->check(CLI::IsMember({"auto", "learn", "leave-out"}))
      ->capture_default_str();
  command->add_flag("!--fit-only", options->config.cross_validate,
                    "no cross-validation: minutes less, and nothing is known of the accuracy");
  add_global_options(*command, global);
  command->footer(
      "Example: fragflow proxy train data/chembl2321810.csv --smiles smiles --target pIC50 "
      "-o proxy.safetensors");
  command->callback([options, &global] { train(*options, global); });
}

void add_info(CLI::App& proxy, GlobalOptions& global) {
  CLI::App* command = proxy.add_subcommand("info", "Say what a proxy file holds");
  auto path = std::make_shared<std::string>();
  command->add_option("FILE", *path, "proxy file")->required();
  add_global_options(*command, global);
  command->footer("Example: fragflow proxy info data/proxy_default.safetensors");
  command->callback([path, &global] { info(*path, global); });
}

}  // namespace

void add_proxy_command(CLI::App& app, GlobalOptions& global) {
  CLI::App* proxy = app.add_subcommand("proxy", "Train and inspect models of activity");
  proxy->require_subcommand(1);
  add_train(*proxy, global);
  add_info(*proxy, global);
}

}  // namespace fragflow
