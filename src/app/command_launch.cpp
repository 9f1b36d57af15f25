// fragflow launch: one training run in several processes on this machine.
#include <algorithm>
#include <memory>

#include "src/app/command.hpp"
#include "src/app/exit_code.hpp"
#include "src/app/signals.hpp"
#include "src/base/check.hpp"
#include "src/base/parallel.hpp"
#include "src/ranks/launch.hpp"
#include "src/ranks/rank_place.hpp"

namespace fragflow {
namespace {

void run(LaunchRequest request) {
  if (request.arguments.empty() || request.arguments[0] != "train") {
    user_error(
        "launch runs 'train' in several processes, not '{}': fragflow launch -n {} -- train ... "
        "(for samples see 'sample --shard')",
        request.arguments.empty() ? "" : request.arguments[0], request.ranks);
  }
  if (rank_place()) {
    user_error("this is a process of another launch: start 'fragflow train' here");
  }
  request.threads = std::max(1, num_threads() / request.ranks);
  request.stop = stop_on_signals();
  if (const int code = launch(request); code != 0) throw ExitCode(code);
}

}  // namespace

void add_launch_command(CLI::App& app, GlobalOptions&) {
  CLI::App& command = *app.add_subcommand(
      "launch", "Run 'train' in several processes on this machine that share every step");
  const auto request = std::make_shared<LaunchRequest>();
  command.add_option("-n,--processes", request->ranks, "how many")
      ->check(CLI::Range(1, 1024))
      ->capture_default_str();
  command.add_option("arguments", request->arguments, "after --: train and its arguments")
      ->required();
  command.positionals_at_end();
  command.footer(
      "The result depends on training.blocks, not on the number of processes, which may be at "
      "most\n"
      "as many; threads are shared out among them. Over several machines: "
      "docs/parallel_training.md.\n"
      "Examples:\n"
      "  fragflow launch -n 4 -- train data/configs/demo.toml --out runs/demo "
      "--set training.blocks=4\n"
      "  fragflow launch -n 2 -- train --resume --out runs/demo");
  command.callback([request] { run(*request); });
}

}  // namespace fragflow
