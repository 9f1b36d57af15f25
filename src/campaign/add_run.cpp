#include <fmt/format.h>

#include <algorithm>

#include "src/base/check.hpp"
#include "src/base/facts.hpp"
#include "src/base/log.hpp"
#include "src/base/record_file.hpp"
#include "src/campaign/campaign_folder.hpp"
#include "src/campaign/campaign_runs.hpp"
#include "src/campaign/hits.hpp"
#include "src/campaign/result_table.hpp"
#include "src/run/folder_lock.hpp"
#include "src/run/version.hpp"

namespace fragflow {
namespace {

namespace fs = std::filesystem;

ResultQuestion question_for(const Campaign& campaign, const ResultSettings& settings) {
  const TableFacts& table = campaign.record().table;
  ResultQuestion question;
  question.settings = settings;
  question.proposals = campaign.proposals();
  question.measurements = campaign.measurements();
  question.target = campaign.target();
  question.units = activity_column(campaign.settings().table).units;
  question.unit = table.unit;
  question.in_potency = campaign.in_potency();
  question.spread = table.conflict_spread;
  return question;
}

// Adding the same file twice is a mistake; a table that has grown has another digest.
void refuse_again(const Campaign& campaign, const fs::path& results, const std::string& digest) {
  for (const AdditionRecord& addition : campaign.record().additions) {
    if (addition.file.digest != digest) continue;
    user_error("'{}' was added before, on {} (as '{}', the same content): nothing is new",
               results.string(), addition.date, addition.file.file);
  }
}

std::vector<RemarkRecord> remark_records(const std::vector<ResultRemark>& remarks) {
  std::vector<RemarkRecord> list;
  for (const ResultRemark& remark : remarks) {
    list.push_back({remark.kind, remark.row, static_cast<std::int64_t>(remark.line), remark.text});
  }
  return list;
}

void log_remarks(const fs::path& results, const std::vector<ResultRemark>& remarks) {
  constexpr std::size_t kShown = 20;
  for (std::size_t i = 0; i < std::min(kShown, remarks.size()); ++i) {
    spdlog::warn("{}, {}", results.string(), remarks[i].text);
  }
  if (remarks.size() > kShown) spdlog::warn("and {} more remarks", remarks.size() - kShown);
}

std::int64_t count_of(const std::vector<ResultRemark>& remarks, const std::string& kind) {
  return std::count_if(remarks.begin(), remarks.end(),
                       [&](const ResultRemark& remark) { return remark.kind == kind; });
}

}  // namespace

CampaignOutcome add_results(const fs::path& folder, const fs::path& results,
                            const ResultSettings& settings) {
  require_campaign(folder);
  const FolderLock lock(folder);
  Campaign campaign(folder);
  if (!fs::exists(results)) user_error("there is no file '{}' with results", results.string());
  const std::string digest = file_digest(results);
  refuse_again(campaign, results, digest);
  ResultTable table = read_results(results, question_for(campaign, settings));
  log_remarks(results, table.remarks);
  if (table.measurements.empty()) {
    user_error("'{}' has nothing new: {} rows, {} without a value, {} known already, {} rejected",
               results.string(), table.rows, table.blank, count_of(table.remarks, "left out"),
               count_of(table.remarks, "rejected"));
  }
  std::vector<AdditionRecord>& additions = campaign.record().additions;
  const auto number = static_cast<std::int64_t>(additions.size()) + 1;
  const HitRule rule = campaign.hit_rule();
  AdditionRecord addition;
  addition.addition = number;
  addition.date = utc_now();
  addition.version = version_line();
  addition.after_round = campaign.num_rounds();
  addition.file = {results.filename().string(), digest};
  addition.rows = table.rows;
  addition.measurements = static_cast<std::int64_t>(table.measurements.size());
  addition.blank = table.blank;
  addition.remarks = remark_records(table.remarks);
  for (Measurement& measurement : table.measurements) {
    measurement.added = number;
    addition.of_proposals += measurement.id.empty() ? 0 : 1;
    addition.bounds += measurement.relation != "=";
    addition.hits += measurement.relation == "=" && rule.is_hit(measurement.value) ? 1 : 0;
  }
  additions.push_back(addition);
  campaign.add(table.measurements);
  const std::size_t open = campaign.open_proposals().size();
  CampaignOutcome outcome;
  outcome.json = {{"campaign", folder.string()}};
  outcome.json.update(facts_json(addition));
  outcome.json["open"] = open;
  outcome.text = fmt::format(
      "{} new measurements of {} rows ({} of proposals, {} bounds, {} hits); {} rows without a "
      "value, {} remarks\n{} proposals are open\nnext: fragflow campaign status {}, or propose\n",
      addition.measurements, table.rows, addition.of_proposals, addition.bounds, addition.hits,
      table.blank, table.remarks.size(), open, folder.string());
  return outcome;
}

}  // namespace fragflow
