// The folder of a campaign: its files, and atomic updates from one complete state to the next.
//
// campaign.json stores the lengths and digests of measurements.csv and proposals.csv, which only
// grow. They are written before campaign.json, which commits the change: whatever a killed command
// left beyond the recorded lengths is cut off by the next one.
#pragma once

#include <cstddef>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "src/campaign/campaign_record.hpp"
#include "src/campaign/campaign_settings.hpp"
#include "src/campaign/hits.hpp"
#include "src/campaign/measurements.hpp"
#include "src/campaign/proposals.hpp"

namespace fragflow {

struct CampaignPaths {
  explicit CampaignPaths(std::filesystem::path campaign_folder)
      : folder(std::move(campaign_folder)) {}

  std::filesystem::path folder;
  std::filesystem::path record() const { return folder / "campaign.json"; }
  std::filesystem::path measurements() const { return folder / "measurements.csv"; }
  std::filesystem::path proposals() const { return folder / "proposals.csv"; }
  // 0: data of the first table.
  std::filesystem::path round(std::int64_t number) const {
    return folder / ("round_" + std::to_string(number));
  }
  std::filesystem::path plate(std::int64_t number) const { return round(number) / "plate.csv"; }
};

// Throws UserError if the folder holds no campaign; call before locking, which would create it.
void require_campaign(const std::filesystem::path& folder);

class Campaign {
 public:
  // Begins a campaign: `record` has no files yet. Writes the files, campaign.json last.
  static void begin(const CampaignPaths& paths, CampaignRecord record,
                    const std::vector<Measurement>& measurements);

  // Reads the campaign in the folder. Throws UserError if there is none, or if a file was damaged
  // or changed by hand.
  explicit Campaign(const std::filesystem::path& folder);

  const CampaignPaths& paths() const { return paths_; }
  const CampaignSettings& settings() const { return settings_; }
  const std::vector<Measurement>& measurements() const { return measurements_; }
  const std::vector<Proposal>& proposals() const { return proposals_; }
  // Proposals whose compounds are neither measured nor bounded.
  std::vector<Proposal> open_proposals() const;

  // The content of campaign.json; it is written only by save() or one of the two functions below.
  CampaignRecord& record() { return record_; }
  const CampaignRecord& record() const { return record_; }
  void save();
  void add(const std::vector<Measurement>& measurements);
  void add(const std::vector<Proposal>& proposals);

  // As specified for the first table.
  bool higher_is_better() const { return record_.table.higher_is_better; }
  bool in_potency() const { return record_.table.in_potency; }
  const std::string& target() const { return record_.table.columns.target; }
  double hit() const { return record_.hit.value; }
  HitRule hit_rule() const { return {hit(), higher_is_better()}; }
  // Number of finished rounds.
  std::int64_t num_rounds() const { return static_cast<std::int64_t>(record_.rounds.size()); }

 private:
  void append(const std::filesystem::path& path, const std::string& rows);

  CampaignPaths paths_;
  CampaignRecord record_;
  CampaignSettings settings_;
  std::vector<Measurement> measurements_;
  std::vector<Proposal> proposals_;
};

}  // namespace fragflow
