#include "src/campaign/campaign_folder.hpp"

#include <unordered_set>

#include "src/base/check.hpp"
#include "src/base/facts.hpp"
#include "src/base/file.hpp"
#include "src/base/record_file.hpp"
#include "src/config/config_toml.hpp"

namespace fragflow {
namespace {

namespace fs = std::filesystem;

constexpr const char* kFormat = "fragflow campaign 1";

FileMark mark_of(std::string_view content) {
  return {static_cast<std::int64_t>(content.size()), text_digest(content)};
}

// The committed part of a file that only grows. Throws UserError if it was changed.
std::string committed_text(const fs::path& path, const FileMark& mark) {
  std::string text = read_file(path);
  const auto length = static_cast<std::size_t>(mark.length);
  if (text.size() >= length) text.resize(length);
  if (text_digest(text) != mark.digest) {
    user_error(
        "'{}' was changed by hand or is damaged: it is not what the campaign wrote (digest {}); "
        "put the old file back (results come in with `fragflow campaign add`)",
        path.string(), mark.digest);
  }
  return text;
}

nlohmann::ordered_json with_format(const CampaignRecord& record) {
  nlohmann::ordered_json json = {{"format", kFormat}};
  json.update(facts_json(record));
  return json;
}

}  // namespace

void require_campaign(const fs::path& folder) {
  if (fs::exists(CampaignPaths(folder).record())) return;
  user_error(
      "'{}' holds no campaign: there is no campaign.json; `fragflow campaign start TABLE --out {}` "
      "begins one",
      folder.string(), folder.string());
}

void Campaign::begin(const CampaignPaths& paths, CampaignRecord record,
                     const std::vector<Measurement>& measurements) {
  std::string rows = measurements_header();
  for (const Measurement& measurement : measurements) rows += measurement_row(measurement);
  write_file_atomically(paths.measurements(), rows);
  write_file_atomically(paths.proposals(), proposals_header());
  record.files = {{paths.measurements().filename().string(), mark_of(rows)},
                  {paths.proposals().filename().string(), mark_of(proposals_header())}};
  write_record(paths.record(), with_format(record));
}

Campaign::Campaign(const fs::path& folder) : paths_(folder) {
  require_campaign(folder);
  const std::string name = "'" + paths_.record().string() + "'";
  record_ = read_facts<CampaignRecord>(read_record(paths_.record(), kFormat), name);
  FieldList fields = list_fields(settings_);
  read_toml(record_.settings, name, folder, fields);
  const auto text_of = [&](const fs::path& path) {
    return committed_text(path, record_.files[path.filename().string()]);
  };
  measurements_ = parse_measurements(text_of(paths_.measurements()),
                                     "'" + paths_.measurements().string() + "'");
  proposals_ =
      parse_proposals(text_of(paths_.proposals()), "'" + paths_.proposals().string() + "'");
}

std::vector<Proposal> Campaign::open_proposals() const {
  std::unordered_set<std::string> measured;
  for (const Measurement& measurement : measurements_) measured.insert(measurement.smiles);
  std::vector<Proposal> open;
  for (const Proposal& proposal : proposals_) {
    if (!measured.contains(proposal.smiles)) open.push_back(proposal);
  }
  return open;
}

void Campaign::save() { write_record(paths_.record(), with_format(record_)); }

void Campaign::append(const fs::path& path, const std::string& rows) {
  FileMark& mark = record_.files[path.filename().string()];
  const std::string text = committed_text(path, mark) + rows;
  write_file_atomically(path, text);
  mark = mark_of(text);
  save();
}

void Campaign::add(const std::vector<Measurement>& measurements) {
  std::string rows;
  for (const Measurement& measurement : measurements) rows += measurement_row(measurement);
  append(paths_.measurements(), rows);
  measurements_.insert(measurements_.end(), measurements.begin(), measurements.end());
}

void Campaign::add(const std::vector<Proposal>& proposals) {
  std::string rows;
  for (const Proposal& proposal : proposals) rows += proposal_row(proposal);
  append(paths_.proposals(), rows);
  proposals_.insert(proposals_.end(), proposals.begin(), proposals.end());
}

}  // namespace fragflow
