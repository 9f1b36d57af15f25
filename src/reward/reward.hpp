// The interface of rewards to the training loop: terminal states in, numbers out, in batches.
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

// The reward of one finished object. Bad molecules are not errors: valid is false, score is 0 and
// log_reward is the floor.
struct RewardResult {
  double log_reward = 0;  // beta * log(max(score, floor)); natural logarithm
  double score = 0;       // aggregated over the components
  bool valid = false;
  std::string object;               // canonical SMILES, or "3,5" for a grid cell
  std::string reason;               // why it is not valid
  std::vector<double> raw;          // per component
  std::vector<double> transformed;  // per component

  // Sets all scores, of num_components components, to NaN.
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

  // One result per state, in order. Deterministic; may use all threads. Throws only if the scorer
  // itself fails (a crashed external program), never for bad molecules. States may also be
  // unfinished objects (not stopped, not s0), scored as they are, for objectives with intermediate
  // energies; rules that apply only to finished objects are then ignored.
  virtual std::vector<RewardResult> evaluate(std::span<const State> states) = 0;

  // The part of evaluate() that needs no scoring, for finished objects: object, and valid and
  // reason as far as they are known from assembly. All scores are NaN.
  virtual std::vector<RewardResult> identify(std::span<const State> states) {
    std::vector<RewardResult> results = evaluate(states);
    for (RewardResult& result : results) result.leave_unscored(component_names().size());
    return results;
  }

  // Converts `result`, returned by evaluate() for `state`, to a condition: recomputes log_reward
  // and everything else that depends on the condition from the stored values, without scoring.
  virtual RewardResult under(const Condition& condition, const State& state,
                             RewardResult result) const = 0;

  // Number of objects actually scored (cache misses): the "reward calls" of comparisons.
  virtual std::int64_t num_calls() const = 0;

  // Called before the first evaluation of a run; optional outside of runs.
  virtual void work_in(const ScoringContext&) {}

  // The scored objects, which a resumed run needs to count and score like an uninterrupted one.
  virtual void save(SafetensorsFile&) const {}
  virtual void load(const SafetensorsFile&) {}
};

// log R at the inverse temperature `to` of an object whose result was computed at `from`. Needs
// only score, validity and log_reward of the result; the part of log_reward that does not depend on
// beta is kept.
inline double log_reward_at_beta(const Reward& reward, const State& state,
                                 const RewardResult& result, double from, double to) {
  const auto at = [&](double beta) {
    return reward.under(Condition{beta, {}}, state, result).log_reward;
  };
  return result.log_reward + (at(to) - at(from));
}

}  // namespace fragflow
