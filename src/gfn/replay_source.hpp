// A memory of visited objects that training returns to.
#pragma once

#include <unordered_map>

#include "src/base/rng.hpp"
#include "src/gfn/trajectory_source.hpp"

namespace fragflow {

// The last `capacity` distinct objects with the latest trajectory to each. Of a reward, log_reward,
// score and validity are kept.
class ReplayBuffer {
 public:
  ReplayBuffer(const Environment& environment, std::int64_t capacity)
      : environment_(environment), capacity_(capacity) {}

  // An object that is here gets the new trajectory and keeps its age; otherwise the oldest object
  // makes room.
  void add(const Experience& experience);
  std::int64_t size() const { return static_cast<std::int64_t>(slots_.trajectories.size()); }

  // With replacement. prioritised: half of them, rounded down, from the top 10 % by reward (at
  // least one object). Empty if the buffer is.
  Experience sample(std::int64_t count, bool prioritised, Rng& rng) const;

  // Trajectories as actions: the states follow from them. load throws UserError for what this
  // environment cannot replay.
  void save(SafetensorsFile& file) const;
  void load(const SafetensorsFile& file);

 private:
  const Environment& environment_;
  std::int64_t capacity_;
  Experience slots_;
  std::unordered_map<State, std::int64_t, StateHash> slot_of_;  // by terminal
  std::int64_t next_ = 0;                                       // slot that is replaced next
};

// What `inner` draws, and `replay.batch_size` trajectories from the buffer of all it visited so far
// (those of this step not yet among them).
class ReplaySource : public TrajectorySource {
 public:
  ReplaySource(std::unique_ptr<TrajectorySource> inner, const Environment& environment,
               const ReplayConfig& config, std::uint64_t seed);

  SourceBatch draw(Policy& policy, std::int64_t step, StepObserver& observer) override;
  void save(SafetensorsFile& file) const override;
  void load(const SafetensorsFile& file) override;

 private:
  std::unique_ptr<TrajectorySource> inner_;
  ReplayConfig config_;
  std::uint64_t seed_;
  ReplayBuffer buffer_;
};

}  // namespace fragflow
