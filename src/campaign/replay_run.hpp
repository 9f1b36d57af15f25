// Simulates a campaign on a table of known values: what each strategy would have found.
#pragma once

#include <cstdint>
#include <filesystem>

#include "src/base/stop_token.hpp"
#include "src/campaign/campaign_runs.hpp"
#include "src/campaign/campaign_settings.hpp"

namespace fragflow {

struct ReplayOptions {
  double given = 0.1;
  std::int64_t rounds = 10;
  std::string start = "random";

  template <typename Visitor>
  void visit_fields(Visitor& visit) {
    visit.number("given", given, {1e-6, 0.9}, "share of the compounds that is known at the start");
    visit.number("rounds", rounds, {1, 1000}, "rounds to play");
    visit.choice("start", start, {"random", "low"},
                 "which compounds are known at the start: drawn from all, or from the worse half");
  }
};

struct ReplayRequest {
  std::string activities;
  TableSettings table;
  ReplayOptions options;
  BatchSettings batch;
  std::string hit = "auto";  // as in `start`, for the whole table
  std::uint64_t seed = 0;
  StopToken stop;
};

// Some compounds are given initially; the rest of the table is the library of every round and the
// laboratory that answers at once. Compounds known only by a bound are also given initially, and
// never chosen. Model and choice are those of `propose`, without cross-validation. {"table",
// "digest", ..., "rounds": [{"round", "known", the members of outcome_figures, "hits",
// "hits_so_far", "best_so_far"}]}: only numbers, no structures. Throws UserError for a table that
// is too small, and Stopped.
CampaignOutcome replay_campaign(const ReplayRequest& request);

}  // namespace fragflow
