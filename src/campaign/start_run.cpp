#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "src/base/check.hpp"
#include "src/base/record_file.hpp"
#include "src/base/statistics.hpp"
#include "src/base/text.hpp"
#include "src/campaign/campaign_folder.hpp"
#include "src/campaign/campaign_runs.hpp"
#include "src/campaign/hits.hpp"
#include "src/config/config_toml.hpp"
#include "src/design/design_motifs.hpp"
#include "src/design/design_table.hpp"
#include "src/run/folder_lock.hpp"
#include "src/run/version.hpp"

namespace fragflow {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::ordered_json;

// What a `start` that was killed may have left.
bool may_be_left(const std::string& name) {
  static const std::set<std::string> names = {".lock", "round_0", "measurements.csv",
                                              "proposals.csv"};
  return names.contains(name) || name.ends_with(".tmp");
}

void require_new_folder(const CampaignPaths& paths) {
  const fs::path& folder = paths.folder;
  if (!fs::exists(folder)) return;
  if (!fs::is_directory(folder)) user_error("'{}' is a file, no folder", folder.string());
  if (fs::exists(paths.record())) {
    user_error(
        "'{}' holds a campaign: go on with `fragflow campaign propose`, `add` or `status`, or "
        "choose another --out",
        folder.string());
  }
  for (const auto& entry : fs::directory_iterator(folder)) {
    const std::string name = entry.path().filename().string();
    if (may_be_left(name)) continue;
    user_error("'{}' is not empty and holds no campaign (it has '{}'); choose another --out",
               folder.string(), name);
  }
}

std::string start_text(const Json& record, const fs::path& folder) {
  const Json& table = record["table"];
  const bool potency = table["in_potency"];
  return fmt::format(
      "{} compounds with '{}'{} ({} known by a bound alone), {} rows left out\n"
      "a hit is {} {:.4g}{}: {} of {} compounds of the table, {:.1f} %\n"
      "next: fragflow campaign propose {} -n 20\n",
      table["molecules"].dump(), table["columns"]["target"].get<std::string>(),
      potency ? " (read as p-units)" : "", table["bounded"].dump(),
      [&] {
        std::int64_t rejected = 0;
        for (const auto& [kind, count] : table["rejected"].items()) {
          rejected += count.get<std::int64_t>();
        }
        return rejected;
      }(),
      table["higher_is_better"].get<bool>() ? "at least" : "at most",
      record["hit"]["value"].get<double>(), potency ? " (p-units)" : "",
      record["base"]["hits"].dump(), record["base"]["compounds"].dump(),
      100 * record["base"]["rate"].get<double>(), folder.string());
}

}  // namespace

CampaignOutcome start_campaign(const CampaignSettings& settings, const fs::path& folder) {
  const CampaignPaths paths(folder);
  const ColumnSettings column = activity_column(settings.table);
  require_new_folder(paths);
  // Before anything is written.
  const ActivityTable table =
      read_activity_table(settings.activities, activity_options(settings.table, column));
  require_usable(table, settings.activities, "");
  const bool higher = table.higher_is_better;
  std::vector<double> values;
  for (const auto& molecule : table.molecules) values.push_back(molecule.value);
  const HitRule rule = hit_rule_of(settings.campaign.hit, values, higher);
  const FolderLock lock(folder);
  const DesignPaths first(paths.round(0));
  fs::create_directories(first.folder);
  write_table_files(table, first);
  Json facts = table_facts(table);
  // Refused now rather than after training.
  const std::vector<KnownActivity> known = read_known_activities(first.table());
  core_patterns(settings.run.keep_core, motifs_for_core(settings.run.keep_core, known, higher));
  const HitCount base = count_hits(table, rule);
  CampaignSettings kept = settings;
  const fs::path file(settings.activities);
  const std::string digest = file_digest(file);
  const Json record = {
      {"version", version_line()},
      {"started", utc_now()},
      {"settings", print_toml(list_fields(kept))},
      {"source", {{"file", settings.activities}, {"digest", digest}, {"rows", table.rows}}},
      {"table", facts},
      {"hit", {{"value", rule.threshold}, {"from", settings.campaign.hit}}},
      {"base", {{"hits", base.hits}, {"compounds", base.decided}, {"rate", base.rate()}}},
      {"pending", nullptr},
      {"rounds", Json::array()},
      {"additions", Json::array()}};
  Campaign::begin(paths, record, measurements_of(table, file.filename().string(), digest));
  CampaignOutcome outcome;
  outcome.json = {{"campaign", folder.string()},
                  {"compounds", table.size()},
                  {"bounds", table.num_bounded_molecules()},
                  {"in_potency", table.in_potency},
                  {"higher_is_better", higher},
                  {"hit", rule.threshold},
                  {"base_hits", base.hits},
                  {"base_rate", base.rate()},
                  {"digest", digest}};
  outcome.text = start_text(record, folder);
  return outcome;
}

}  // namespace fragflow
