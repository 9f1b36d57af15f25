// Baselines that recombine fragments and learn no policy: a genetic algorithm, and its random
// beginning by itself.
#pragma once

#include "src/gfn/breeding.hpp"
#include "src/gfn/learner.hpp"
#include "src/gfn/training_config.hpp"

namespace fragflow {

// A genetic algorithm on the operators of envs/tree_operators.hpp. A step visits
// training.batch_size objects: random recombinations until as many were visited as the population
// holds, then new offspring of the population of all that was visited (breeding.hpp), and random
// recombinations in the place of offspring that could not be found.
class GeneticLearner : public Learner {
 public:
  // environment and reward must outlive it. Throws UserError unless the environment is a fragment
  // tree.
  GeneticLearner(const Environment& environment, Reward& reward, const BreedingConfig& config,
                 const TrainingConfig& training, std::uint64_t seed);

  StepResult step() override;
  std::int64_t steps_done() const override { return steps_done_; }
  double log_z() const override;
  Policy* sampling_policy() override { return nullptr; }
  // Members of the population, each drawn by rank as a parent is. Throws UserError if exploration
  // is asked for.
  std::vector<Trajectory> sample(std::int64_t count, std::uint64_t seed, std::uint64_t stream,
                                 const Exploration& exploration) override;
  std::int64_t num_parameters() const override { return 0; }

  void save(SafetensorsFile& file) const override;
  void load(const SafetensorsFile& file) override;
  void load_weights(const SafetensorsFile& file) override { population_.load(file); }

 private:
  Reward& reward_;
  BreedingConfig config_;
  TrainingConfig training_;
  std::uint64_t seed_;
  TreeOperators operators_;
  Population population_;
  std::int64_t steps_done_ = 0;
};

// Random recombination of fragments by their counts in the corpus (TreeOperators::recombine):
// training.batch_size objects a step, and for samples too.
class RecombinationLearner : public Learner {
 public:
  // As above.
  RecombinationLearner(const Environment& environment, Reward& reward,
                       const TrainingConfig& training, std::uint64_t seed);

  StepResult step() override;
  std::int64_t steps_done() const override { return steps_done_; }
  double log_z() const override;
  Policy* sampling_policy() override { return nullptr; }
  // Throws UserError if exploration is asked for.
  std::vector<Trajectory> sample(std::int64_t count, std::uint64_t seed, std::uint64_t stream,
                                 const Exploration& exploration) override;
  std::int64_t num_parameters() const override { return 0; }

  void save(SafetensorsFile& file) const override;
  void load(const SafetensorsFile& file) override;
  void load_weights(const SafetensorsFile&) override {}

 private:
  Reward& reward_;
  TrainingConfig training_;
  std::uint64_t seed_;
  TreeOperators operators_;
  std::int64_t steps_done_ = 0;
};

}  // namespace fragflow
