// A reward that is a function of the state: for experiments, tests and user-defined kinds of
// objects.
#pragma once

#include <atomic>
#include <cmath>
#include <functional>
#include <string>
#include <utility>

#include "src/reward/reward.hpp"

namespace fragflow {

class FunctionReward : public Reward {
 public:
  using LogReward = std::function<double(const State&)>;
  using Object = std::function<std::string(const State&)>;

  // log_reward: finite, for any state but s0. object: text of a state in tables; null: "".
  explicit FunctionReward(LogReward log_reward, Object object = nullptr)
      : log_reward_(std::move(log_reward)), object_(std::move(object)) {}

  std::vector<std::string> component_names() const override { return {}; }
  // score = R. Every state is valid, and each one counts as a call, even if it is repeated.
  std::vector<RewardResult> evaluate(std::span<const State> states) override {
    std::vector<RewardResult> results;
    for (const State& state : states) {
      RewardResult result;
      result.log_reward = log_reward_(state);
      result.score = std::exp(result.log_reward);
      result.valid = true;
      if (object_) result.object = object_(state);
      results.push_back(std::move(result));
    }
    num_calls_ += static_cast<std::int64_t>(states.size());
    return results;
  }
  RewardResult under(const Condition& condition, const State&, RewardResult result) const override {
    result.log_reward *= condition.beta;
    return result;
  }
  std::int64_t num_calls() const override { return num_calls_; }

 private:
  LogReward log_reward_;
  Object object_;
  std::atomic<std::int64_t> num_calls_ = 0;
};

}  // namespace fragflow
