// Metropolis-Hastings chains over objects with replica exchange (Geyer 1991): copies at higher
// temperatures move freely between the modes of a peaked reward and pass objects to lower ones.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "src/gfn/chains.hpp"

namespace fragflow {

struct TemperedConfig {
  std::int64_t groups = 64;  // each with one chain per temperature
  int temperatures = 6;      // geometric from 1 to hottest
  double hottest = 10;
};

class TemperedChains {
 public:
  // environment and reward must outlive it; every object must end by a stop. Scores nothing.
  TemperedChains(const Environment& environment, Reward& reward, const TemperedConfig& config,
                 std::uint64_t seed);
  ~TemperedChains();

  // To be called before the first step, unless load() is: chains start at the ends of uniformly
  // random trajectories, which it scores.
  void start();

  // Proposes a move for every chain (src/gfn/object_moves.hpp), accepted with probability min(1,
  // (R' / R)^(1 / T) * Hastings ratio), then exchanges between neighbouring temperatures of a
  // group. R / Z stays stationary at temperature 1, and R^(1 / T) / Z_T at the others. Throws
  // UserError for a reward that is not finite. Returns the proposed moves.
  std::vector<TriedMove> step();

  // The objects of all chains, a group's from temperature 1 on.
  const Chains& chains() const { return chains_; }
  // For a group's chain at temperature 1: its object as a finished state, and its reward.
  State state(std::int64_t group) const;
  const RewardResult& reward(std::int64_t group) const;

  // Acceptance fractions so far: of moves at temperature 1, and of exchanges.
  double moved() const;
  double exchanged() const;

  // As src/gfn/saved_objects.hpp; load also throws UserError for another number of chains.
  void save(SafetensorsFile& file) const;
  void load(const SafetensorsFile& file);

 private:
  void exchange();
  // Index of a group's chain at temperature 1; its hotter ones follow.
  std::size_t coldest_of(std::int64_t group) const;

  const Environment& environment_;
  Reward& reward_;
  TemperedConfig config_;
  std::uint64_t seed_;
  std::unique_ptr<ChainMoves> moves_;
  std::vector<double> temperatures_;  // of each chain
  Chains chains_;
  std::uint64_t steps_ = 0;
  std::int64_t taken_ = 0, offered_ = 0, exchanged_ = 0;
};

}  // namespace fragflow
