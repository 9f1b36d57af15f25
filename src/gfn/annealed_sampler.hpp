// Draws from R / Z with the help of a policy that need not have converged: an annealed sequential
// Monte Carlo sampler (Del Moral, Doucet and Jasra 2006) over trajectories. Its particles start as
// the policy's own draws and end as draws of the target.
//
// With w = R(x) P_B(tau | x) / P_F(tau) of a trajectory tau to x, level t has the density
//   P_F(tau) w(tau)^t / Z_t, 0 <= t <= 1:
// the policy's at 0, and at 1 R(x) P_B(tau | x) / Z, whose objects follow R / Z whatever the
// policy.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "src/base/rng.hpp"
#include "src/gfn/trajectory.hpp"
#include "src/reward/reward.hpp"

namespace fragflow {

class Environment;
class Policy;

struct AnnealingConfig {
  std::int64_t particles = 1000;  // at least 2
  // A level ends where reweighting leaves this fraction of particles effective, in (0, 1).
  double least_effective = 0.5;
  int sweeps = 3;        // of all moves, at each level
  int last_sweeps = 10;  // at the target
};

// Proposals of one kind of move.
struct MoveCount {
  std::int64_t proposed = 0, taken = 0;
  double share() const {
    return proposed == 0 ? 0.0 : static_cast<double>(taken) / static_cast<double>(proposed);
  }
};

struct AnnealingMoves {
  MoveCount redrawn;  // another trajectory to the same object, by P_B
  MoveCount regrown;  // taken back to a random length and completed by P_F
  MoveCount changed;  // a fragment added, removed or replaced (src/gfn/object_moves.hpp)
};

class AnnealedSampler {
 public:
  // learned_backward: P_B is the policy's backward head; otherwise uniform over distinct parents.
  // All that it is given must outlive it. The result is a function of the arguments, whatever the
  // number of threads. Throws UserError for a reward that is not finite.
  AnnealedSampler(const Environment& environment, Policy& policy, Reward& reward,
                  bool learned_backward, const AnnealingConfig& config, std::uint64_t seed);

  // Goes on to the next level, or at the target to the next of the last sweeps. False, without
  // having done anything, if all is done. Throws as the constructor.
  bool advance();

  double exponent() const { return exponent_; }  // t
  int levels() const { return levels_; }         // reached so far, without t = 0
  const AnnealingMoves& moves() const { return moves_; }
  // Once exponent() is 1: an estimate of log Z (of Z without bias).
  double log_z() const { return log_z_; }

  // All of equal weight.
  const std::vector<Trajectory>& trajectories() const { return trajectories_; }
  const std::vector<RewardResult>& rewards() const { return rewards_; }
  // The first draw that each particle descends from.
  const std::vector<std::int64_t>& ancestors() const { return ancestors_; }

 private:
  // Replacements of some particles.
  struct Proposals {
    std::vector<std::size_t> of;
    std::vector<Trajectory> trajectories;
    std::vector<RewardResult> rewards;
    std::vector<double> log_factor;  // of the acceptance, besides powers of R and w
  };
  // An acceptance of factor * (R' / R)^reward * (w' / w)^weight.
  struct Powers {
    double reward = 0, weight = 0;
  };
  void next_level();
  void resample(double step);
  void sweep();
  void redraw(std::span<const std::size_t> block, std::uint64_t stream);
  void regrow(std::span<const std::size_t> block, std::uint64_t stream);
  void change(std::span<const std::size_t> block, std::uint64_t stream);
  void take(Proposals proposals, Powers powers, const char* purpose, std::uint64_t stream,
            MoveCount& count);
  std::vector<double> log_weights(const std::vector<Trajectory>& trajectories,
                                  const std::vector<RewardResult>& rewards) const;

  const Environment& environment_;
  Policy& policy_;
  Reward& reward_;
  bool learned_backward_;
  AnnealingConfig config_;
  std::uint64_t seed_;
  double exponent_ = 0, log_z_ = 0;
  int levels_ = 0, last_sweeps_done_ = 0;
  std::uint64_t sweeps_done_ = 0;
  AnnealingMoves moves_;
  std::vector<Trajectory> trajectories_;
  std::vector<RewardResult> rewards_;
  std::vector<double> log_weights_;  // log w
  std::vector<std::int64_t> ancestors_;
};

// The step from one exponent to the next, at most `most`: weights w^step leave `least` of all
// particles effective, (sum w^step)^2 / sum w^(2 step) = least * count.
double annealing_step(std::span<const double> log_weights, double least, double most);

// How many independent draws the mean of a quantity over equally weighted particles is worth,
// from the ancestors that they share (Lee and Whiteley 2018): at most their number, which it also
// is where all values are equal.
double effective_particles(std::span<const double> values, std::span<const std::int64_t> ancestors);

}  // namespace fragflow
