// The stages of a round: what is known, the model, and with a policy the fragments, the reward and
// the training; then the batch.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "src/base/stop_token.hpp"
#include "src/campaign/campaign_folder.hpp"
#include "src/campaign/campaign_settings.hpp"
#include "src/design/stage_runner.hpp"

namespace fragflow {

struct RoundContext {
  std::int64_t number = 1;
  std::uint64_t seed = 0;
  ProposeSettings settings;
  bool quiet = false;
  std::string command;
  std::function<StopToken()> listen;
};

// What the reward of the policy makes of uncertainty: its component is mean - kappa * deviation.
// 0 but for ucb, whose own kappa it takes, and for ei and thompson, which no mean and deviation of
// a single molecule can stand for: they get -1, the optimistic end, too.
double reward_kappa(const BatchSettings& batch);

// The last round that trained a policy; 0: none.
std::int64_t last_policy_round(const Campaign& campaign);

// For StageRunner in the folder of the round. The last stage leaves proposals.csv and plate.csv.
// The campaign must outlive them and stay as it is.
std::vector<Stage> round_stages(const Campaign& campaign, const RoundContext& context);

}  // namespace fragflow
