// Draws from R / Z with the help of a policy that need not have converged: an annealed sequential
// Monte Carlo sampler (Del Moral, Doucet and Jasra 2006) over trajectories. Its particles start as
// draws of the policy and end as draws of the target.
//
// With w = R(x) P_B(tau | x) / P_F(tau) for a trajectory tau to x, level t has the density
//   P_F(tau) w(tau)^t / Z_t, 0 <= t <= 1:
// the policy's own density at t = 0; at t = 1 R(x) P_B(tau | x) / Z, whose objects follow R / Z for
// any policy.
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
  // A level ends where this fraction of the particles stays effective after reweighting, in (0, 1).
  double least_effective = 0.5;
  int sweeps = 3;        // of all moves, per level
  int last_sweeps = 10;  // at the target
};

// Counts of one kind of move.
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
  // All arguments must outlive it. The result depends only on the arguments, not on the number of
  // threads. Throws UserError for a reward that is not finite.
  AnnealedSampler(const Environment& environment, Policy& policy, Reward& reward,
                  bool learned_backward, const AnnealingConfig& config, std::uint64_t seed);

  // Moves to the next level or, at the target, to the next of the last sweeps. Returns false and
  // does nothing if everything is done. Throws like the constructor.
  bool advance();

  double exponent() const { return exponent_; }  // t
  int levels() const { return levels_; }         // reached so far, not counting t = 0
  const AnnealingMoves& moves() const { return moves_; }
  // Estimate of log Z, valid once exponent() is 1 (exp of it is an unbiased estimate of Z).
  double log_z() const { return log_z_; }

  // All have equal weight.
  const std::vector<Trajectory>& trajectories() const { return trajectories_; }
  const std::vector<RewardResult>& rewards() const { return rewards_; }
  // For each particle, the index of its ancestor among the initial draws.
  const std::vector<std::int64_t>& ancestors() const { return ancestors_; }

 private:
  // Replacements of some particles.
  struct Proposals {
    std::vector<std::size_t> of;
    std::vector<Trajectory> trajectories;
    std::vector<RewardResult> rewards;
    std::vector<double> log_factor;  // of the acceptance ratio, without the powers of R and w
  };
  // Exponents of an acceptance ratio factor * (R' / R)^reward * (w' / w)^weight.
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

// The increment of the exponent, at most `most`, such that the weights w^step leave a fraction
// `least` of the particles effective: (sum w^step)^2 / sum w^(2 step) = least * count.
double annealing_step(std::span<const double> log_weights, double least, double most);

// The number of independent draws equivalent to the mean of a quantity over equally weighted
// particles, estimated from shared ancestors (Lee and Whiteley 2018): at most the number of
// particles, and equal to it if all values are equal.
double effective_particles(std::span<const double> values, std::span<const std::int64_t> ancestors);

}  // namespace fragflow
