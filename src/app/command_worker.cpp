// fragflow worker: scores batches of molecules for a run.
#include <fmt/format.h>
#include <unistd.h>

#include <array>
#include <charconv>
#include <cmath>
#include <memory>

#include "src/app/command.hpp"
#include "src/app/signals.hpp"
#include "src/base/check.hpp"
#include "src/base/child_process.hpp"
#include "src/base/log.hpp"
#include "src/pool/pool_folder.hpp"
#include "src/pool/pool_token.hpp"
#include "src/pool/pool_worker.hpp"
#include "src/reward/process_scorer.hpp"

namespace fragflow {
namespace {

struct WorkerArguments {
  std::string folder, connect, token_file, version, name;
  std::vector<std::string> words;
  double patience = 300;
};

std::string default_name() {
  std::array<char, 256> host{};
  if (::gethostname(host.data(), host.size() - 1) != 0) host[0] = '\0';
  return fmt::format("{}:{}", host.data(), ::getpid());
}

PoolClient given_run(const WorkerArguments& arguments) {
  const std::size_t colon = arguments.connect.rfind(':');
  int port = 0;
  const char* end = arguments.connect.data() + arguments.connect.size();
  if (colon != std::string::npos) {
    std::from_chars(arguments.connect.data() + colon + 1, end, port);
  }
  if (colon == std::string::npos || colon == 0 || port < 1 || port > 65535) {
    user_error("--connect '{}': it needs HOST:PORT", arguments.connect);
  }
  return PoolClient(arguments.connect.substr(0, colon), port, read_token(arguments.token_file));
}

// Runs the program for each batch.
class BatchScorer {
 public:
  // Throws UserError if there is no such program on this machine.
  explicit BatchScorer(const std::vector<std::string>& command) : command_(command) {
    find_program(command.at(0));
  }

  const std::vector<std::string>& command() const { return command_; }

  std::vector<PoolRow> operator()(const std::vector<std::string>& smiles, const BatchTerms& terms) {
    if (!scorer_ || scorer_->config().protocol != terms.protocol) {
      ProcessConfig config;
      config.command = command_;
      config.protocol = terms.protocol;
      scorer_ = std::make_unique<ProcessScorer>(config, "worker");
    }
    const ScorerAnswer outputs = scorer_->answer(smiles, terms.seconds, terms.echo);
    std::vector<PoolRow> rows;
    for (std::size_t i = 0; i < smiles.size(); ++i) {
      PoolRow& row = rows.emplace_back();
      row.smiles = smiles[i];
      for (const auto& [name, values] : outputs) row.values[name] = values[i];
      for (const auto& [name, values] : outputs) {
        if (!std::isnan(values[i])) continue;
        row.values.clear();
        row.failure = fmt::format("the program has no value of '{}' (null, NaN or infinite)", name);
        break;
      }
    }
    return rows;
  }

 private:
  std::vector<std::string> command_;
  std::unique_ptr<ProcessScorer> scorer_;
};

// Sorts the arguments, and rejects incompatible ones.
void check(WorkerArguments& arguments) {
  if (arguments.connect.empty()) {
    if (arguments.words.size() != 1) {
      user_error("worker: give either the run's folder or --connect HOST:PORT");
    }
    arguments.folder = arguments.words[0];
    if (!arguments.token_file.empty() || !arguments.version.empty()) {
      user_error(
          "worker: --token and --scorer-version go with --connect; with a folder they are "
          "those of the run");
    }
    return;
  }
  if (arguments.token_file.empty()) {
    user_error("worker: --connect needs --token FILE, a copy of pool.token of the run's folder");
  }
  if (arguments.words.empty()) {
    user_error(
        "worker: --connect needs the scoring program: fragflow worker --connect HOST:PORT --token "
        "FILE -- PROGRAM ARGUMENTS");
  }
}

void run(const GlobalOptions& global, WorkerArguments arguments) {
  check(arguments);
  std::unique_ptr<BatchScorer> scorer;
  WorkerRequest request;
  if (arguments.connect.empty()) {
    request.find_run = [&]() -> FoundRun {
      const PoolAddress address = read_pool_address(arguments.folder);
      if (!scorer || scorer->command() != address.command) {
        scorer = std::make_unique<BatchScorer>(address.command);
      }
      return {PoolClient(address.host, address.port, read_token(pool_token_file(arguments.folder))),
              address.version, command_line(address.command)};
    };
  } else {
    scorer = std::make_unique<BatchScorer>(arguments.words);
    const PoolClient client = given_run(arguments);
    request.find_run = [&arguments, client] { return FoundRun{client, arguments.version, ""}; };
  }
  request.score = [&](const auto& smiles, const auto& terms) { return (*scorer)(smiles, terms); };
  request.name = arguments.name.empty() ? default_name() : arguments.name;
  request.patience = arguments.patience;
  request.stop = stop_on_signals();
  const WorkerOutcome outcome = work(request);
  if (!outcome.was_connected && !outcome.last_problem.empty()) {
    user_error("no run to work for within {:g} seconds (--patience): {}", arguments.patience,
               outcome.last_problem);
  }
  print_result(global,
               {{"molecules", outcome.molecules},
                {"batches", outcome.batches},
                {"failed", outcome.failed},
                {"refused", outcome.refused},
                {"end", outcome.last_problem.empty() ? "stopped" : outcome.last_problem}},
               fmt::format("{} molecules in {} batches scored; {} batches failed, {} answers "
                           "refused; {}",
                           outcome.molecules, outcome.batches, outcome.failed, outcome.refused,
                           outcome.last_problem.empty() ? "stopped" : outcome.last_problem));
}

}  // namespace

void add_worker_command(CLI::App& app, GlobalOptions& global) {
  CLI::App& command =
      *app.add_subcommand("worker", "Score molecules for a run with a component of type \"pool\"");
  const auto arguments = std::make_shared<WorkerArguments>();
  command.add_option("run", arguments->words,
                     "the run's folder (or its pool.folder), which names address and program; with "
                     "--connect the scoring program and its arguments instead, behind a --");
  command.add_option("--connect", arguments->connect,
                     "HOST:PORT of the run, where its folder cannot be seen");
  command.add_option("--token", arguments->token_file,
                     "with --connect: a copy of pool.token of the run's folder, mode 0600");
  command.add_option("--scorer-version", arguments->version,
                     "with --connect: pool.version of the run, which refuses another");
  command
      .add_option("--patience", arguments->patience,
                  "seconds to wait for a run that is not there; then the worker ends")
      ->check(CLI::Range(0.0, 1e9))
      ->capture_default_str();
  command.add_option("--name", arguments->name, "for messages (default: HOST:PROCESS)");
  add_global_options(command, global);
  command.footer(
      "A worker scores one batch at a time: start as many as there are processors for. They may "
      "come\nand go. Ctrl-C lets the batch under way end; after a second one another worker gets "
      "it.\n"
      "Examples:\n"
      "  fragflow worker runs/mine\n"
      "  fragflow worker --connect login1:40000 --token pool.token -- dock.py --fast");
  command.callback([arguments, &global] { run(global, *arguments); });
}

}  // namespace fragflow
