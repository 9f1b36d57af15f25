// Finished objects with their rewards in checkpoints.
#pragma once

#include <string>
#include <vector>

#include "envs/environment.hpp"
#include "src/base/safetensors.hpp"
#include "src/reward/reward.hpp"

namespace fragflow {

struct SavedObjects {
  std::vector<State> terminals;
  std::vector<RewardResult> rewards;  // one each: log_reward, score and validity
};

// Writes `name`.states, `name`.rewards and `name`.valid.
void save_objects(const std::string& name, const std::vector<State>& terminals,
                  const std::vector<RewardResult>& rewards, SafetensorsFile& file);
// Throws UserError if the tensors do not fit together or hold what is no terminal state of the
// environment that can be reached.
SavedObjects load_objects(const std::string& name, const Environment& environment,
                          const SafetensorsFile& file);

}  // namespace fragflow
