// How Markov chains propose their next objects, as a strategy of ChainLearner.
#pragma once

#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "models/policy_config.hpp"
#include "src/gfn/learner.hpp"
#include "src/gfn/training_config.hpp"

namespace fragflow {

// One chain's proposal: a move from one object (as its state before stop) to another.
struct ProposedMove {
  State to;
  // log q(from | to) - log q(to | from), natural logarithm.
  double log_hastings = 0;
};

class ChainMoves {
 public:
  virtual ~ChainMoves() = default;
  // One entry per chain, empty if the chain stays; rngs[i] is the chain's stream.
  virtual std::vector<std::optional<ProposedMove>> propose(std::span<const State> from,
                                                           std::vector<Rng>& rngs) = 0;
  // Learns from the moves that raised the reward. Returns the loss, 0 if nothing is learned.
  virtual double learn(std::span<const State>, std::span<const State>) { return 0; }
  virtual std::int64_t num_parameters() const { return 0; }
  virtual void save(SafetensorsFile&) const {}
  virtual void load(const SafetensorsFile&) {}
  // Does not load the optimiser's state.
  virtual void load_weights(const SafetensorsFile&) {}
};

// The moves of object_moves.hpp, one in four a rebuilding. environment must outlive the result.
std::unique_ptr<ChainMoves> make_uniform_moves(const Environment& environment);

// MARS (Xie et al., ICLR 2021): additions and removals drawn by a network that is trained by
// maximum likelihood on moves that raised the reward. The network is a policy with a backward head:
// the proposal from s is the child s' with P_F(s' | s) or, if it draws stop, the parent p with
// P_B(p | s). Moves to states that are not objects are dropped.
std::unique_ptr<ChainMoves> make_learned_moves(const Environment& environment,
                                               const PolicyConfig& policy,
                                               const TrainingConfig& training, std::uint64_t seed);

}  // namespace fragflow
