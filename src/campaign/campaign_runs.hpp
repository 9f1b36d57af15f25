// The subcommands of `fragflow campaign`.
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
  std::string text;  // readable text
};

// Reads the table and begins a campaign in the folder, which must be new or empty. Throws
// UserError; the folder is then unchanged.
CampaignOutcome start_campaign(const CampaignSettings& settings,
                               const std::filesystem::path& folder);

struct ProposeRequest {
  std::filesystem::path folder;
  // "count=20", "strategy=ei" (fields of BatchSettings), "from=stock.smi" (of ProposeSettings):
  // applied over the defaults, or over those of an unfinished round.
  std::vector<std::string> batch, given;
  std::optional<std::uint64_t> seed;  // of the round; otherwise derived from the campaign's
  bool more = false;                  // allow a round before any result of the last one
  std::filesystem::path output;       // a copy of the plate; "": none
  bool quiet = false;
  std::string command;  // recorded in run.json
  std::function<StopToken()> listen = [] { return StopToken(); };
};

// Runs the next round: model, candidates, batch. A stopped round is resumed. Throws UserError; the
// campaign is then as before, with the finished stages of the round.
CampaignOutcome propose_round(const ProposeRequest& request);

// Adds a table of results, completely or not at all.
CampaignOutcome add_results(const std::filesystem::path& folder,
                            const std::filesystem::path& results, const ResultSettings& settings);

// Compares each round's predictions with the results. Writes nothing.
CampaignOutcome campaign_status(const std::filesystem::path& folder);

}  // namespace fragflow
