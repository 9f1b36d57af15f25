// Proximal policy optimisation (Schulman et al. 2017) on the same policy network: maximises the
// expected reward instead of sampling in proportion to it.
#pragma once

#include <memory>

#include "models/adam.hpp"
#include "models/policy_config.hpp"
#include "src/gfn/learner.hpp"
#include "src/gfn/method_config.hpp"
#include "src/gfn/training_config.hpp"

namespace fragflow {

// The log-flow head is the value V(s). The reward G (log R or R) comes at the end, undiscounted;
// the advantage of a transition is G - V(s_t), divided by its standard deviation over the batch.
// Loss, averaged over transitions, with ratio = P_F / (P_F at the time of drawing):
//   -min(ratio A, clip(ratio, 1 - c, 1 + c) A) + value_weight (G - V)^2 - entropy H(P_F(. | s_t)).
class PpoLearner : public Learner {
 public:
  // environment and reward must outlive it.
  PpoLearner(const Environment& environment, Reward& reward, const PolicyConfig& policy,
             const PpoConfig& ppo, const TrainingConfig& training, std::uint64_t seed);

  StepResult step() override;
  std::int64_t steps_done() const override { return steps_done_; }
  double log_z() const override;
  Policy* sampling_policy() override { return policy_.get(); }
  std::vector<Trajectory> sample(std::int64_t count, std::uint64_t seed, std::uint64_t stream,
                                 const Exploration& exploration) override;
  std::int64_t num_parameters() const override;

  void save(SafetensorsFile& file) const override;
  void load(const SafetensorsFile& file) override;
  void load_weights(const SafetensorsFile& file) override;

 private:
  void update(const Experience& experience, StepResult& result);

  const Environment& environment_;
  Reward& reward_;
  PpoConfig ppo_;
  TrainingConfig training_;
  std::uint64_t seed_;
  std::shared_ptr<Policy> policy_;
  std::unique_ptr<Adam> optimiser_;
  std::int64_t steps_done_ = 0;
};

// The loss above as a pure function. log_pf, old_log_pf, value: [K] transitions; entropy: [K] of
// the state each starts from; gain: [K] the reward G of its trajectory.
struct PpoTerms {
  torch::Tensor log_pf, old_log_pf, value, old_value, entropy, gain;
};
torch::Tensor ppo_loss(const PpoTerms& terms, const PpoConfig& config);

// Entropy of the action distribution of every state, [states], natural logarithm.
torch::Tensor action_entropies(const Environment& environment, Policy& policy,
                               std::span<const State> states);

}  // namespace fragflow
