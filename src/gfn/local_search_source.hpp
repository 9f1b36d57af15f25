// Local search (Kim et al., ICLR 2024): objects are changed near their ends, backwards by P_B and
// forwards again by P_F, and accepted changes are learned from too.
#pragma once

#include "src/gfn/trajectory_source.hpp"

namespace fragflow {

// One round proposes a change of every object x of the batch. k is uniform in {1, ..., max_steps};
// a backward trajectory from x by P_B is cut k moves before its end and completed by P_F, without
// exploration. Objects with fewer than k moves get no proposal.
//   "better":     accepted if R(x') > R(x).
//   "metropolis": accepted with probability
//     min(1, R(x') P_B(new end | x') P_F(old end) / (R(x) P_B(old end | x) P_F(new end))),
//     and never if the new end has more than max_steps moves (it could not be undone): for a fixed
//     policy, R / Z is then stationary.
class LocalSearchSource : public TrajectorySource {
 public:
  // Improves what `inner` draws. environment and reward must outlive it.
  LocalSearchSource(std::unique_ptr<TrajectorySource> inner, const Environment& environment,
                    Reward& reward, const LocalSearchConfig& config, bool learned_backward,
                    std::uint64_t seed);

  // learn: what inner returned to learn from, then the accepted trajectories; visited: what inner
  // visited, then every proposal.
  SourceBatch draw(Policy& policy, std::int64_t step, StepObserver& observer) override;
  void save(SafetensorsFile& file) const override { inner_->save(file); }
  void load(const SafetensorsFile& file) override { inner_->load(file); }

  // A single round, for tests: entries of `current` are replaced by accepted proposals. Uses the
  // random streams (seed, stream, i).
  struct Round {
    Experience proposed;          // only of the objects with a proposal
    std::vector<std::size_t> of;  // index of each proposal in current
    std::vector<bool> accepted;   // per proposal
  };
  Round run_round(Experience& current, Policy& policy, std::uint64_t stream,
                  StepObserver& observer);

 private:
  std::vector<double> log_ratios(Policy& policy, const std::vector<Trajectory>& old_ways,
                                 const std::vector<Trajectory>& new_ways,
                                 const std::vector<int>& cuts) const;

  std::unique_ptr<TrajectorySource> inner_;
  const Environment& environment_;
  Reward& reward_;
  LocalSearchConfig config_;
  bool learned_backward_;
  std::uint64_t seed_;
};

}  // namespace fragflow
