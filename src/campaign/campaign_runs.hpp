// What the subcommands of `fragflow campaign` do.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "src/base/stop_token.hpp"
#include "src/campaign/campaign_settings.hpp"

namespace fragflow {

struct CampaignOutcome {
  nlohmann::ordered_json json;
  std::string text;  // for people
};

// Reads the table and begins a campaign in the folder, which is new or empty. Throws UserError;
// what was there then stays.
CampaignOutcome start_campaign(const CampaignSettings& settings,
                               const std::filesystem::path& folder);

struct ProposeRequest {
  std::filesystem::path folder;
  // "count=20", "strategy=ei" (fields of BatchSettings), "from=stock.smi" (of ProposeSettings):
  // over the defaults, or over those of the round that was begun and not finished.
  std::vector<std::string> batch, given;
  std::optional<std::uint64_t> seed;  // of the round; else from the campaign's
  bool more = false;                  // though nothing of the last round is measured
  std::filesystem::path output;       // a copy of the plate; "": none
  bool quiet = false;
  std::string command;  // recorded in run.json
  std::function<StopToken()> listen = [] { return StopToken(); };
};

// The next round: model, candidates, batch. A round that was stopped goes on where it was. Throws
// UserError; the campaign then is as it was before, with the finished stages of the round.
CampaignOutcome propose_round(const ProposeRequest& request);

// Takes a table of results in, whole or not at all.
CampaignOutcome add_results(const std::filesystem::path& folder,
                            const std::filesystem::path& results, const ResultSettings& settings);

// What each round predicted and what came out. Writes nothing.
CampaignOutcome campaign_status(const std::filesystem::path& folder);

}  // namespace fragflow
