// The exact distance to R / Z during a run on an enumerable space (metrics.exact): the rows of
// exact.csv.
#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <set>
#include <string>
#include <unordered_map>
#include <vector>

#include "src/base/safetensors.hpp"
#include "src/run/exact_training.hpp"
#include "src/run/experiment.hpp"

namespace fragflow {

class ExactMonitor {
 public:
  // Throws UserError if the space has too many states.
  explicit ExactMonitor(const Experiment& experiment);

  void observe(const StepResult& result);

  static std::string header();
  // tv, jsd: of the policy's exact distribution; empty for a method without a policy. l1_visited:
  // summed absolute difference between R / Z and the fractions of objects in the second half of all
  // visited so far, empty if they were drawn under various conditions; l1_floor: its expectation
  // for the same number of perfect samples.
  std::string row(Learner& learner, std::int64_t step) const;
  // For grid.json: the figures and what the task can draw (of the policy or, without one, of the
  // visited objects). null: nothing can be drawn.
  nlohmann::ordered_json picture(Learner& learner) const;

  void save(SafetensorsFile& file) const;
  void load(const SafetensorsFile& file);

 private:
  std::vector<double> visited_fractions() const;
  std::int64_t num_counted() const;                     // objects in the second half
  std::vector<double> learned(Learner& learner) const;  // empty without a policy

  const Experiment& experiment_;
  ExactTarget target_;
  std::unordered_map<State, std::int64_t, StateHash> index_;  // of terminals
  std::vector<int> mode_;                                     // of each terminal; -1: none
  std::vector<std::int64_t> visited_;                         // terminals in the order of visits
  std::set<int> modes_found_;
};

}  // namespace fragflow
