// A replay memory of objects for training.
#pragma once

#include <span>
#include <string>
#include <unordered_map>

#include "src/base/rng.hpp"
#include "src/gfn/trajectory_source.hpp"

namespace fragflow {

// Distinct terminal states with their rewards: permanent ones, and the most recent of the others.
// Of a reward, log_reward, score and validity are kept.
class ReplayBuffer {
 public:
  // capacity: number of states besides the permanent ones.
  ReplayBuffer(const Environment& environment, std::int64_t capacity)
      : environment_(environment), capacity_(capacity) {}

  // Adds permanent terminals. To be called before anything else is added.
  void keep(std::span<const DatasetObject> objects);
  // Adds the ends of the trajectories. One already held keeps its age; else the oldest is evicted.
  void add(const Experience& experience);
  std::int64_t size() const { return static_cast<std::int64_t>(terminals_.size()); }

  struct Draw {
    std::vector<State> terminals;
    std::vector<RewardResult> rewards;
  };
  // Draws with replacement. priority:
  //   "uniform";
  //   "top": half of them, rounded down, from the top 10 % by reward (at least one), the others
  //     uniform;
  //   "rank": the r-th best of n (from 0) with probability proportional to 1 / (0.01 n + r), as in
  //     Tripp et al., NeurIPS 2020;
  //   "strata": an interval [k, k + 1) of log R, uniform over the integers k with objects, then
  //     uniform within it.
  // Equal rewards are ordered by arrival. Empty if the buffer is empty.
  Draw sample(std::int64_t count, const std::string& priority, Rng& rng) const;

  // load throws UserError for states that are not terminal states of this environment.
  void save(SafetensorsFile& file) const;
  void load(const SafetensorsFile& file);

 private:
  bool is_better(std::int64_t a, std::int64_t b) const;
  std::int64_t draw_rank(Rng& rng) const;
  // Ends in by_reward_ of the intervals of log R that hold objects, best first.
  std::vector<std::int64_t> stratum_ends() const;
  // Updates by_reward_ after the slots in `changed` were overwritten.
  void sort_in(const std::vector<std::int64_t>& changed);

  const Environment& environment_;
  std::int64_t capacity_;
  std::int64_t num_kept_ = 0;  // the first slots are permanent
  std::int64_t next_ = 0;      // the slot to fill next, cycling from num_kept_
  std::vector<State> terminals_;
  std::vector<RewardResult> rewards_;
  std::unordered_map<State, std::int64_t, StateHash> slot_of_;
  std::vector<std::int64_t> by_reward_;  // slots, best first
};

// Adds config.batch_size trajectories to objects of the buffer, each drawn afresh by P_B, since an
// old path would repeat the same credit assignment. A function of (seed, step) and the buffer.
void append_replayed(const ReplayBuffer& buffer, const ReplayConfig& config,
                     const Environment& environment, Policy& policy, bool learned_backward,
                     std::uint64_t seed, std::int64_t step, SourceBatch& batch);

// The batch of `inner`, plus `replay.batch_size` trajectories to objects of the buffer, which
// starts with `objects` and collects everything inner visited in earlier steps.
class ReplaySource : public TrajectorySource {
 public:
  ReplaySource(std::unique_ptr<TrajectorySource> inner, const Environment& environment,
               const ReplayConfig& config, bool learned_backward, std::uint64_t seed,
               std::span<const DatasetObject> objects = {});

  SourceBatch draw(Policy& policy, std::int64_t step, StepObserver& observer) override;
  void save(SafetensorsFile& file) const override;
  void load(const SafetensorsFile& file) override;

 private:
  std::unique_ptr<TrajectorySource> inner_;
  const Environment& environment_;
  ReplayConfig config_;
  bool learned_backward_;
  std::uint64_t seed_;
  ReplayBuffer buffer_;
};

}  // namespace fragflow
