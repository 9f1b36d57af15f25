// The objects of many Markov chains, and one Metropolis-Hastings move for each.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "src/gfn/chain_moves.hpp"
#include "src/reward/reward.hpp"

namespace fragflow {

struct Chains {
  std::vector<State> states;  // before stop
  std::vector<RewardResult> rewards;
};

// Rewards of objects given as their states before
// stop. Throws UserError if one is not finite.
std::vector<RewardResult> evaluate_stopped(const Environment& environment, Reward& reward,
                                           const std::vector<State>& states);

// Starts at the ends of uniformly random trajectories; every object must end by a stop.
Chains start_chains(const Environment& environment, Reward& reward, std::int64_t count,
                    std::uint64_t seed);

// A move that was proposed to a chain.
struct TriedMove {
  std::size_t chain = 0;
  State from, to;
  bool improves = false;  // the reward would rise
  bool taken = false;
  RewardResult reward = {};  // of `to`
};

// Proposes one move for every chain and accepts it with probability
//   min(1, (R(x') / R(x))^(1 / temperature) * q(x | x') / q(x' | x)).
// temperatures, generators: one per chain. Chains without a proposal are left out.
std::vector<TriedMove> move_chains(const Environment& environment, Reward& reward,
                                   ChainMoves& moves, std::span<const double> temperatures,
                                   std::vector<Rng>& generators, Chains& chains);

}  // namespace fragflow
