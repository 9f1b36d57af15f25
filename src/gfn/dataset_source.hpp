// Offline training: trajectories to the objects of a table, drawn backwards by P_B.
#pragma once

#include <vector>

#include "src/gfn/trajectory_source.hpp"

namespace fragflow {

class DatasetSource : public TrajectorySource {
 public:
  // Every trajectory of a batch ends in a uniformly drawn terminal of a uniformly drawn object and
  // uses the random stream (seed, step, trajectory). environment must outlive it; objects must not
  // be empty.
  DatasetSource(const Environment& environment, std::vector<DatasetObject> objects,
                const TrainingConfig& training, bool learned_backward, std::uint64_t seed);

  SourceBatch draw(Policy& policy, std::int64_t step, StepObserver& observer) override;

 private:
  const Environment& environment_;
  std::vector<DatasetObject> objects_;
  TrainingConfig training_;
  bool learned_backward_;
  std::uint64_t seed_;
};

}  // namespace fragflow
