// Code shared by all subcommands. A subcommand is one file command_<name>.cpp with one function
// add_<name>_command that registers itself and its callback; main.cpp lists them.
#pragma once

#include <CLI/CLI.hpp>
#include <cstdint>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "src/run/condition_choice.hpp"

namespace fragflow {

// Options of every subcommand.
struct GlobalOptions {
  int threads = 0;         // 0: all processors
  std::uint64_t seed = 0;  // results are a function of it
  bool seed_given = false;
  bool quiet = false;          // warnings and errors only
  bool json = false;           // one JSON object on the last line of standard output
  std::string device = "cpu";  // where policies of the torch backend compute
};

// Registers --threads, --seed, --quiet, --json on a subcommand.
void add_global_options(CLI::App& command, GlobalOptions& global);

// Registers --device on a subcommand whose policy may compute on another device.
void add_device_option(CLI::App& command, GlobalOptions& global);

// Registers --set SECTION.KEY=VALUE, once per assignment, so that a positional may follow it.
void add_override_option(CLI::App& command, std::vector<std::string>& overrides,
                         const std::string& help = "override a key of the configuration");

// Registers --beta and --preference: the choice among the learned rewards of a conditioned run.
void add_condition_options(CLI::App& command, ConditionChoice& choice);

// "fragflow NAME CONFIG --out FOLDER --set ...", for the record of a run.
std::string command_text(const std::string& name, const std::string& config,
                         const std::string& folder, const std::vector<std::string>& overrides);

// The members of an object as lines "name  value", with aligned values.
std::string table_text(const nlohmann::ordered_json& object);

// With --json prints the object on one line of standard output; otherwise prints `summary`.
void print_result(const GlobalOptions& global, const nlohmann::ordered_json& result,
                  const std::string& summary);

void add_design_command(CLI::App& app, GlobalOptions& global);
void add_campaign_command(CLI::App& app, GlobalOptions& global);
void add_target_command(CLI::App& app, GlobalOptions& global);
void add_train_command(CLI::App& app, GlobalOptions& global);
void add_launch_command(CLI::App& app, GlobalOptions& global);
void add_sample_command(CLI::App& app, GlobalOptions& global);
void add_likelihood_command(CLI::App& app, GlobalOptions& global);
void add_score_command(CLI::App& app, GlobalOptions& global);
void add_evaluate_command(CLI::App& app, GlobalOptions& global);
void add_worker_command(CLI::App& app, GlobalOptions& global);
void add_scores_command(CLI::App& app, GlobalOptions& global);
void add_watch_command(CLI::App& app, GlobalOptions& global);
void add_draw_command(CLI::App& app, GlobalOptions& global);
void add_report_command(CLI::App& app, GlobalOptions& global);
void add_proxy_command(CLI::App& app, GlobalOptions& global);
void add_fragments_command(CLI::App& app, GlobalOptions& global);
void add_blocks_command(CLI::App& app, GlobalOptions& global);
void add_route_command(CLI::App& app, GlobalOptions& global);
void add_enumerate_command(CLI::App& app, GlobalOptions& global);
void add_grid_command(CLI::App& app, GlobalOptions& global);
void add_validate_command(CLI::App& app, GlobalOptions& global);
void add_compare_command(CLI::App& app, GlobalOptions& global);
void add_config_command(CLI::App& app, GlobalOptions& global);
void add_completion_command(CLI::App& app, GlobalOptions& global);
void add_bench_command(CLI::App& app, GlobalOptions& global);
void add_doctor_command(CLI::App& app, GlobalOptions& global);

}  // namespace fragflow
