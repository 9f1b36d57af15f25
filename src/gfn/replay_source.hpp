// A memory of objects that training returns to.
#pragma once

#include <span>
#include <string>
#include <unordered_map>

#include "src/base/rng.hpp"
#include "src/gfn/trajectory_source.hpp"

namespace fragflow {

// Distinct terminal states with their rewards: those kept for good, and the last of the others. Of
// a reward, log_reward, score and validity are kept.
class ReplayBuffer {
 public:
  // capacity: states that are not kept for good.
  ReplayBuffer(const Environment& environment, std::int64_t capacity)
      : environment_(environment), capacity_(capacity) {}

  // Terminals that stay whatever is added later. Before anything else is added.
  void keep(std::span<const DatasetObject> objects);
  // The ends of the trajectories. One that is here keeps its age; otherwise the oldest makes room.
  void add(const Experience& experience);
  std::int64_t size() const { return static_cast<std::int64_t>(terminals_.size()); }

  struct Draw {
    std::vector<State> terminals;
    std::vector<RewardResult> rewards;
  };
  // With replacement. priority:
  //   "uniform";
  //   "top": half of them, rounded down, from the top 10 % by reward (at least one), the others
  //     uniform;
  //   "rank": the r-th best of n (from 0) with probability proportional to 1 / (0.01 n + r), as in
  //     Tripp et al., NeurIPS 2020.
  // Equal rewards are ordered by arrival. Empty if the buffer is.
  Draw sample(std::int64_t count, const std::string& priority, Rng& rng) const;

  // load throws UserError for what is no terminal state of this environment.
  void save(SafetensorsFile& file) const;
  void load(const SafetensorsFile& file);

 private:
  bool is_better(std::int64_t a, std::int64_t b) const;
  std::int64_t draw_rank(Rng& rng) const;
  // Brings by_reward_ up to date: slots in `changed` hold others now.
  void sort_in(const std::vector<std::int64_t>& changed);

  const Environment& environment_;
  std::int64_t capacity_;
  std::int64_t num_kept_ = 0;  // slots before this one are kept for good
  std::int64_t next_ = 0;      // the slot to fill next, from num_kept_
  std::vector<State> terminals_;
  std::vector<RewardResult> rewards_;
  std::unordered_map<State, std::int64_t, StateHash> slot_of_;
  std::vector<std::int64_t> by_reward_;  // slots, best first
};

// Adds config.batch_size trajectories to objects of the buffer, each drawn afresh by P_B: an old
// path would teach the same credit assignment again. A function of (seed, step) and the buffer.
void append_replayed(const ReplayBuffer& buffer, const ReplayConfig& config,
                     const Environment& environment, Policy& policy, bool learned_backward,
                     std::uint64_t seed, std::int64_t step, SourceBatch& batch);

// What `inner` draws, and `replay.batch_size` trajectories to objects of the buffer, which
// holds `objects` from the start and whatever inner visited (what it visits now not yet among it).
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
