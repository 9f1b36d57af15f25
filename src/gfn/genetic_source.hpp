// Genetic proposals that feed the loss: what crossover and mutation of the best objects give is
// scored and learned from.
#pragma once

#include "src/gfn/breeding.hpp"
#include "src/gfn/trajectory_source.hpp"

namespace fragflow {

// What `inner` draws, then up to config.batch_size new objects bred from the best of all that was
// visited so far (this step's objects among them), each with a trajectory drawn by P_B. They are
// visited and learned from: which trajectories are seen changes, not where trajectory balance is
// zero.
class GeneticSource : public TrajectorySource {
 public:
  // environment and reward must outlive it. known: objects that are candidates for the population
  // from the start. Throws UserError unless the environment is a fragment tree.
  GeneticSource(std::unique_ptr<TrajectorySource> inner, const Environment& environment,
                Reward& reward, const GeneticConfig& config, bool learned_backward,
                std::uint64_t seed, std::span<const DatasetObject> known = {});

  SourceBatch draw(Policy& policy, std::int64_t step, StepObserver& observer) override;
  void save(SafetensorsFile& file) const override;
  void load(const SafetensorsFile& file) override;

 private:
  std::unique_ptr<TrajectorySource> inner_;
  const Environment& environment_;
  Reward& reward_;
  GeneticConfig config_;
  bool learned_backward_;
  std::uint64_t seed_;
  TreeOperators operators_;
  Population population_;
};

}  // namespace fragflow
