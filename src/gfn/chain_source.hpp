// Markov chains towards the target beside training: their objects, in the limit draws from R / Z,
// are learned from.
#pragma once

#include "src/gfn/tempered_chains.hpp"
#include "src/gfn/trajectory_source.hpp"

namespace fragflow {

// The batch of `inner`, plus the object of every chain at temperature 1, each with a trajectory
// drawn by P_B. So a part of the loss weighs objects by R / Z, whatever the policy draws itself.
// Every proposal, accepted or not, is scored and visited.
class ChainSource : public TrajectorySource {
 public:
  // environment and reward must outlive it; every object must end by a stop.
  ChainSource(std::unique_ptr<TrajectorySource> inner, const Environment& environment,
              Reward& reward, const ChainSourceConfig& config, bool learned_backward,
              std::uint64_t seed);

  SourceBatch draw(Policy& policy, std::int64_t step, StepObserver& observer) override;
  void save(SafetensorsFile& file) const override;
  void load(const SafetensorsFile& file) override;

 private:
  // Trajectories to the ends of `experience`, drawn by P_B; `name` selects the random numbers.
  void draw_paths(Policy& policy, const char* name, std::int64_t step, Experience& experience);

  std::unique_ptr<TrajectorySource> inner_;
  const Environment& environment_;
  ChainSourceConfig config_;
  bool learned_backward_;
  std::uint64_t seed_;
  TemperedChains chains_;  // without objects before the first step
};

}  // namespace fragflow
