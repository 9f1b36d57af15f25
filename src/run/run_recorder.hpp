// Statistics of a training run so far: the numbers of metrics.csv. All of it is stored in the
// checkpoint, so that a resumed run writes the same rows as an uninterrupted one.
#pragma once

#include <cstdint>
#include <string>
#include <unordered_set>
#include <vector>

#include "src/base/safetensors.hpp"
#include "src/chem/fingerprint.hpp"
#include "src/gfn/learner.hpp"
#include "src/run/best_objects.hpp"
#include "src/run/progress.hpp"
#include "src/run/run_config.hpp"

namespace fragflow {

class RunRecorder {
 public:
  // count_modes: objects are SMILES; otherwise the modes column stays 0.
  RunRecorder(const MetricsConfig& config, bool count_modes);

  void observe(const StepResult& result);

  static std::string header();
  // The row for everything since the last row; starts a new interval.
  std::string next_row(std::int64_t reward_calls);
  ProgressValues progress() const { return progress_; }

  double unique_share() const;
  // Steps that visited no new objects: they learned from memory (exploration.replay.ahead).
  std::int64_t num_steps_without_new() const { return num_steps_without_new_; }
  // Among the steps since the last row; 1 if there are none.
  double fraction_of_steps_with_new() const { return steps_ == 0 ? 1 : steps_with_new_ / steps_; }
  std::int64_t num_trajectories() const { return num_trajectories_; }
  std::int64_t num_distinct() const { return static_cast<std::int64_t>(seen_.size()); }
  const BestObjects& best() const { return best_; }

  void save(SafetensorsFile& file) const;
  void load(const SafetensorsFile& file);

 private:
  void count_modes(const std::vector<std::string>& candidates);

  MetricsConfig config_;
  FingerprintKind fingerprint_;
  bool count_modes_;
  std::unordered_set<std::uint64_t> seen_;  // hashes of distinct objects
  std::vector<std::string> modes_;          // SMILES of the modes, in order of arrival
  std::vector<Fingerprint> mode_fingerprints_;
  std::int64_t num_trajectories_ = 0, num_steps_without_new_ = 0;
  // Sums since the last row: loss, gradient norm (per step); log R, score, length (per trajectory).
  double steps_ = 0, steps_with_new_ = 0, loss_ = 0, gradient_norm_ = 0, trajectories_ = 0,
         log_reward_ = 0, score_ = 0, length_ = 0;
  double best_score_ = 0;
  BestObjects best_;
  ProgressValues progress_;
};

}  // namespace fragflow
