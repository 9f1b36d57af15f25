#include "src/gfn/saved_objects.hpp"

#include <algorithm>

#include "envs/ancestors.hpp"
#include "src/base/check.hpp"
#include "src/base/parallel.hpp"
#include "src/gfn/state_tensor.hpp"

namespace fragflow {

void save_objects(const std::string& name, const std::vector<State>& terminals,
                  const std::vector<RewardResult>& rewards, SafetensorsFile& file) {
  std::vector<double> values;
  std::vector<std::int64_t> valid;
  for (const RewardResult& reward : rewards) {
    values.push_back(reward.log_reward);
    values.push_back(reward.score);
    valid.push_back(reward.valid);
  }
  file.tensors[name + ".states"] = states_tensor(terminals);
  file.tensors[name + ".rewards"] =
      TensorData::from_doubles({std::ssize(rewards), 2}, values.data());
  file.tensors[name + ".valid"] = TensorData::from_int64({std::ssize(valid)}, valid.data());
}

SavedObjects load_objects(const std::string& name, const Environment& environment,
                          const SafetensorsFile& file) {
  SavedObjects objects;
  objects.terminals = states_of(file.at(name + ".states"), name + ".states");
  const std::int64_t size = std::ssize(objects.terminals);
  const TensorData& rewards = file.at(name + ".rewards");
  const TensorData& valid = file.at(name + ".valid");
  const double* reward = rewards.doubles(name + ".rewards");
  const std::int64_t* is_valid = valid.int64s(name + ".valid");
  if (rewards.num_elements() != 2 * size || valid.num_elements() != size) {
    user_error("'{}.states' and '{}.rewards' do not fit together", name, name);
  }
  const Environment::Shape shape = environment.shape();
  std::vector<char> is_known(objects.terminals.size());
  parallel_for(size, [&](std::int64_t i) {
    const State& terminal = objects.terminals[i];
    is_known[i] = environment.is_terminal(terminal) && is_well_formed(shape, terminal) &&
                  is_reachable(environment, terminal);
  });
  if (std::find(is_known.begin(), is_known.end(), 0) != is_known.end()) {
    user_error("'{}.states' holds objects of another environment", name);
  }
  for (std::int64_t i = 0; i < size; ++i) {
    RewardResult& added = objects.rewards.emplace_back();
    added.log_reward = reward[2 * i];
    added.score = reward[2 * i + 1];
    added.valid = is_valid[i] != 0;
  }
  return objects;
}

}  // namespace fragflow
