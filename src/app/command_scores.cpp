// fragflow scores: inspects score stores.
#include <fmt/format.h>

#include <ctime>
#include <memory>
#include <set>

#include "src/app/command.hpp"
#include "src/base/check.hpp"
#include "src/base/csv.hpp"
#include "src/base/file.hpp"
#include "src/pool/score_store.hpp"

namespace fragflow {
namespace {

struct ScoresArguments {
  std::string store, output, version;
  bool failed = false;
};

std::string utc(std::int64_t seconds) {
  const auto time = static_cast<std::time_t>(seconds);
  std::tm parts{};
  gmtime_r(&time, &parts);
  return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}Z", parts.tm_year + 1900, parts.tm_mon + 1,
                     parts.tm_mday, parts.tm_hour, parts.tm_min, parts.tm_sec);
}

void list(const GlobalOptions& global, const ScoresArguments& arguments) {
  ScoreStore store(arguments.store, ScoreStore::Open::kRead);
  nlohmann::ordered_json scorers = nlohmann::ordered_json::array();
  std::string text;
  for (const ScoreStore::Summary& one : store.summaries()) {
    const bool is_empty = one.scored + one.failed == 0;
    nlohmann::ordered_json json = {{"version", one.scorer.version},
                                   {"command", one.scorer.command},
                                   {"scored", one.scored},
                                   {"failed", one.failed}};
    if (!is_empty) {
      json["first"] = utc(one.first);
      json["last"] = utc(one.last);
    }
    text += table_text(json) + "\n";
    scorers.push_back(std::move(json));
  }
  if (text.empty()) text = "no scores";
  while (text.ends_with('\n')) text.pop_back();
  print_result(global, {{"store", arguments.store}, {"scorers", scorers}}, text);
}

// One row per molecule, one column per output.
void export_rows(const GlobalOptions& global, const ScoresArguments& arguments) {
  ScoreStore store(arguments.store, ScoreStore::Open::kRead);
  std::vector<ScoreStore::Entry> entries;
  std::set<std::string> outputs, versions;
  store.for_each([&](const ScoreStore::Entry& entry) {
    versions.insert(entry.scorer.version);
    if (!arguments.version.empty() && entry.scorer.version != arguments.version) return;
    if (!entry.row.failure.empty() && !arguments.failed) return;
    for (const auto& [name, value] : entry.row.values) outputs.insert(name);
    entries.push_back(entry);
  });
  if (!arguments.version.empty() && !versions.contains(arguments.version)) {
    user_error("the score store '{}' has no version '{}'; it has: {}", arguments.store,
               arguments.version, fmt::join(versions, ", "));
  }
  std::vector<std::string> header = {"smiles"};
  header.insert(header.end(), outputs.begin(), outputs.end());
  for (const char* name : {"failure", "scorer_version", "scorer_command", "worker", "added"}) {
    header.emplace_back(name);
  }
  std::string text = csv_row(header);
  for (const ScoreStore::Entry& entry : entries) {
    std::vector<std::string> fields = {entry.row.smiles};
    for (const std::string& name : outputs) {
      const auto value = entry.row.values.find(name);
      fields.push_back(value == entry.row.values.end() ? "" : csv_number(value->second));
    }
    for (const std::string& field : {entry.row.failure, entry.scorer.version, entry.scorer.command,
                                     entry.worker, utc(entry.added)}) {
      fields.push_back(field);
    }
    text += csv_row(fields);
  }
  write_file_atomically(arguments.output, text);
  print_result(global,
               {{"store", arguments.store}, {"output", arguments.output}, {"rows", entries.size()}},
               fmt::format("{} molecules written to {}", entries.size(), arguments.output));
}

void retry(const GlobalOptions& global, const ScoresArguments& arguments) {
  ScoreStore store(arguments.store, ScoreStore::Open::kRead);
  const std::int64_t removed = store.remove_failures();
  print_result(global, {{"store", arguments.store}, {"removed", removed}},
               fmt::format("{} molecules that were given up will be tried again", removed));
}

}  // namespace

void add_scores_command(CLI::App& app, GlobalOptions& global) {
  CLI::App& command = *app.add_subcommand(
      "scores", "Look into the stores of scores of components of type \"pool\"");
  command.require_subcommand(1);
  const auto arguments = std::make_shared<ScoresArguments>();
  const auto add = [&](const char* name, const char* help) -> CLI::App& {
    CLI::App& one = *command.add_subcommand(name, help);
    one.add_option("store", arguments->store,
                   "the SQLite file: scores.sqlite of the run's folder, "
                   "or pool.store")
        ->required();
    add_global_options(one, global);
    return one;
  };
  add("list", "Scorers, and how many molecules each has scored").callback([arguments, &global] {
    list(global, *arguments);
  });
  CLI::App& to_table = add("export", "Write the scores as CSV");
  to_table.add_option("-o,--output", arguments->output, "table to write")->required();
  to_table.add_option("--scorer-version", arguments->version, "only of this pool.version");
  to_table.add_flag("--failed", arguments->failed, "molecules that were given up, too, and why");
  to_table.callback([arguments, &global] { export_rows(global, *arguments); });
  add("retry", "Forget which molecules were given up, so that runs try them again")
      .callback([arguments, &global] { retry(global, *arguments); });
  command.footer("Example:\n  fragflow scores export runs/mine/scores.sqlite -o scores.csv");
}

}  // namespace fragflow
