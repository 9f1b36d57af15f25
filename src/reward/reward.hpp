// What the training loop knows of rewards: terminal states in, numbers out, in batches.
#pragma once

#include <cstdint>
#include <limits>
#include <span>
#include <string>
#include <vector>

#include "envs/state.hpp"
#include "src/base/safetensors.hpp"
#include "src/reward/condition.hpp"
#include "src/reward/scoring_context.hpp"

namespace fragflow {

// The reward of one finished object. Bad molecules are values: valid is false, score is 0 and
// log_reward is the floor.
struct RewardResult {
  double log_reward = 0;  // beta * log(max(score, floor)); natural logarithm
  double score = 0;       // aggregated over the components
  bool valid = false;
  std::string object;               // canonical SMILES, or "3,5" for a grid cell
  std::string reason;               // why it is not valid
  std::vector<double> raw;          // per component
  std::vector<double> transformed;  // per component

  // NaN for every score, of num_components components.
  void leave_unscored(std::size_t num_components) {
    log_reward = score = std::numeric_limits<double>::quiet_NaN();
    raw.assign(num_components, score);
    transformed.assign(num_components, score);
  }
};

class Reward {
 public:
  virtual ~Reward() = default;

  // Names of the components, in the order of RewardResult::raw; empty if there are none.
  virtual std::vector<std::string> component_names() const = 0;

  // One result per state, in order. Deterministic; may use all threads. Throws only for failures of
  // the scorer itself (a crashed external program), never for bad molecules. States may also be
  // unfinished objects (not stopped, not s0): what they would be worth as they are, for objectives
  // with intermediate energies; rules that only a finished object can break do not count.
  virtual std::vector<RewardResult> evaluate(std::span<const State> states) = 0;

  // What evaluate() says of finished objects but for the scoring: object, and valid and reason as
  // far as building it tells them. All scores are NaN.
  virtual std::vector<RewardResult> identify(std::span<const State> states) {
    std::vector<RewardResult> results = evaluate(states);
    for (RewardResult& result : results) result.leave_unscored(component_names().size());
    return results;
  }

  // `result`, which evaluate() gave for `state`, as it is under a condition: log_reward and
  // whatever else depends on it, from the values that the result holds. Scores nothing.
  virtual RewardResult under(const Condition& condition, const State& state,
                             RewardResult result) const = 0;

  // Number of objects really scored so far (cache misses): the "reward calls" of comparisons.
  virtual std::int64_t num_calls() const = 0;

  // Before the first evaluation of a run. Others need not call it.
  virtual void work_in(const ScoringContext&) {}

  // What a resumed run needs to count and to score as one that never stopped: the scored objects.
  virtual void save(SafetensorsFile&) const {}
  virtual void load(const SafetensorsFile&) {}
};

// log R at the inverse temperature `to` of an object whose result is known at `from`. Score,
// validity and log_reward of the result are enough: what does not depend on beta stays as it is
// there.
inline double log_reward_at_beta(const Reward& reward, const State& state,
                                 const RewardResult& result, double from, double to) {
  const auto at = [&](double beta) {
    return reward.under(Condition{beta, {}}, state, result).log_reward;
  };
  return result.log_reward + (at(to) - at(from));
}

}  // namespace fragflow
