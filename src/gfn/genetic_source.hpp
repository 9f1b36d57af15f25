// Genetic proposals during training: objects made by crossover and mutation of the best ones are
// scored and learned from.
#pragma once

#include "src/gfn/breeding.hpp"
#include "src/gfn/trajectory_source.hpp"

namespace fragflow {

// The batch of `inner`, plus up to config.batch_size new objects bred from the best of all objects
// visited so far (including this step's), each with a trajectory drawn by P_B. config.screen times
// as many are bred; those are taken whose trajectories have the largest log P_F - log P_B, the
// policy's estimate of log R - log Z. What is taken is scored, visited and learned from: this
// changes which trajectories are seen, not the zeros of trajectory balance.
class GeneticSource : public TrajectorySource {
 public:
  // environment and reward must outlive it. known: initial candidates for the population. Throws
  // UserError if the environment is not a fragment tree.
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
