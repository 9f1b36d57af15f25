// The stages of a round: known activities, model and, with a policy, fragments, reward and
// training; then the batch.
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

// The policy's treatment of uncertainty: its reward component is mean - kappa * deviation. 0,
// except for ucb, with its own kappa, and for ei and thompson, which cannot be expressed by the
// mean and deviation of a single molecule: for these -1, also the optimistic end.
double reward_kappa(const BatchSettings& batch);

// The last round with a trained policy; 0: none.
std::int64_t last_policy_round(const Campaign& campaign);

// For StageRunner in the folder of the round. The last stage writes proposals.csv and plate.csv.
// The campaign must outlive them and not change.
std::vector<Stage> round_stages(const Campaign& campaign, const RoundContext& context);

}  // namespace fragflow
