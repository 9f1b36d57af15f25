// Baselines that recombine fragments and learn no policy: a genetic algorithm, and the random
// recombination that initialises it.
#pragma once

#include "src/gfn/breeding.hpp"
#include "src/gfn/learner.hpp"
#include "src/gfn/training_config.hpp"

namespace fragflow {

// A genetic algorithm on the operators of envs/tree_operators.hpp. A step visits
// training.batch_size objects: random recombinations until as many objects as the population holds
// have been visited, then offspring of the population of all visited objects (breeding.hpp), filled
// up with random recombinations if too few offspring are found.
class GeneticLearner : public Learner {
 public:
  // environment and reward must outlive it. Throws UserError if the environment is not a fragment
  // tree.
  GeneticLearner(const Environment& environment, Reward& reward, const BreedingConfig& config,
                 const TrainingConfig& training, std::uint64_t seed);

  StepResult step() override;
  std::int64_t steps_done() const override { return steps_done_; }
  double log_z() const override;
  Policy* sampling_policy() override { return nullptr; }
  // Members of the population, drawn by rank like parents. Throws UserError if exploration is
  // requested.
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
// training.batch_size objects per step, and likewise for samples.
class RecombinationLearner : public Learner {
 public:
  // Arguments as for GeneticLearner.
  RecombinationLearner(const Environment& environment, Reward& reward,
                       const TrainingConfig& training, std::uint64_t seed);

  StepResult step() override;
  std::int64_t steps_done() const override { return steps_done_; }
  double log_z() const override;
  Policy* sampling_policy() override { return nullptr; }
  // Throws UserError if exploration is requested.
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
