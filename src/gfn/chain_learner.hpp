// Markov chains over objects: Metropolis-Hastings, and with a learned proposal and annealing MARS.
#pragma once

#include <memory>
#include <optional>

#include "src/gfn/chains.hpp"
#include "src/gfn/learner.hpp"
#include "src/gfn/method_config.hpp"
#include "src/gfn/training_config.hpp"

namespace fragflow {

// training.batch_size chains, each starting from the end of a uniformly random trajectory. A step
// proposes one move for every chain and accepts it with probability
//   min(1, (R(x') / R(x))^(1 / temperature) * q(x | x') / q(x' | x)),
// so that R / Z is stationary at temperature 1 with a fixed proposal. `visited` are the chains'
// objects after the move; in the first step, their starting points.
class ChainLearner : public Learner {
 public:
  // environment and reward must outlive it; every object of the environment must end by a stop.
  ChainLearner(const Environment& environment, Reward& reward, std::unique_ptr<ChainMoves> moves,
               const ChainConfig& config, const TrainingConfig& training, std::uint64_t seed);

  StepResult step() override;
  std::int64_t steps_done() const override { return steps_done_; }
  double log_z() const override;
  Policy* sampling_policy() override { return nullptr; }
  // Each sample is a chain's object after config.sample_moves further moves at the final
  // temperature. Throws UserError if exploration is requested.
  std::vector<Trajectory> sample(std::int64_t count, std::uint64_t seed, std::uint64_t stream,
                                 const Exploration& exploration) override;
  std::int64_t num_parameters() const override { return moves_->num_parameters(); }

  void save(SafetensorsFile& file) const override;
  void load(const SafetensorsFile& file) override;
  void load_weights(const SafetensorsFile& file) override;

 private:
  std::vector<TriedMove> move(Chains& chains, std::vector<Rng>& generators, double temperature);
  State finished(const State& state) const;
  Experience visited(const Chains& chains) const;
  double temperature() const;

  const Environment& environment_;
  Reward& reward_;
  std::unique_ptr<ChainMoves> moves_;
  ChainConfig config_;
  TrainingConfig training_;
  std::uint64_t seed_;
  Chains chains_;
  std::int64_t steps_done_ = 0;
};

}  // namespace fragflow
