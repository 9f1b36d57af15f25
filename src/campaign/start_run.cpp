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

// Files that a killed `start` may have left.
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

std::string start_text(const CampaignRecord& record, const fs::path& folder) {
  const TableFacts& table = record.table;
  return fmt::format(
      "{} compounds with '{}'{} ({} known by a bound alone), {} rows left out\n"
      "a hit is {} {:.4g}{}: {} of {} compounds of the table, {:.1f} %\n"
      "next: fragflow campaign propose {} -n 20\n",
      table.molecules, table.columns.target, table.in_potency ? " (read as p-units)" : "",
      table.bounded, table.rejected.all(), table.higher_is_better ? "at least" : "at most",
      record.hit.value, table.in_potency ? " (p-units)" : "", record.base.hits,
      record.base.compounds, 100 * record.base.rate, folder.string());
}

}  // namespace

CampaignOutcome start_campaign(const CampaignSettings& settings, const fs::path& folder) {
  const CampaignPaths paths(folder);
  const ColumnSettings column = activity_column(settings.table);
  require_new_folder(paths);
  // Checked before anything is written.
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
  // Reported now rather than after training.
  const std::vector<KnownActivity> known = read_known_activities(first.table());
  core_patterns(settings.run.keep_core, motifs_for_core(settings.run.keep_core, known, higher));
  const HitCount base = count_hits(table, rule);
  CampaignSettings kept = settings;
  const fs::path file(settings.activities);
  const std::string digest = file_digest(file);
  CampaignRecord record;
  record.version = version_line();
  record.started = utc_now();
  record.settings = print_toml(list_fields(kept));
  record.source = {{settings.activities, digest}, table.rows};
  record.table = table_facts(table);
  record.hit = {rule.threshold, settings.campaign.hit};
  record.base = {base.hits, base.decided, base.rate()};
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
