// How well a sampler p approximates its target p* = R / Z, estimated from draws of both with exact
// log p and log R. Natural logarithms throughout. No torch.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace fragflow {

// Draws of objects; all lists have the same length.
struct FidelityDraws {
  std::vector<double> log_p;       // exact, of the object
  std::vector<double> log_target;  // log R of the object (times its number of trees, if p is
                                   // proportional to R of each tree)
  std::vector<double> size;        // number of fragments; empty: unknown
  // Draws of one block depend on each other (a Markov chain): standard errors resample blocks.
  // Empty: all draws are independent.
  std::vector<std::int64_t> block;

  std::size_t count() const { return log_p.size(); }
};

struct Estimate {
  double value = 0;
  double standard_error = 0;  // by the bootstrap
};

// A group of target draws.
struct CalibrationBin {
  double from = 0, to = 0;  // of log R, or of the size
  std::int64_t count = 0;
  double mean_log_ratio = 0;  // mean of log(p Z / R): 0 for a perfect sampler
};

// own: from p; target: from p*. w = R / p.
struct Fidelity {
  Estimate log_z;        // by bridge sampling between own and target (Meng and Wong 1996)
  Estimate kl_own;       // KL(p || p*) = log Z - E_own log w: ignores modes that p misses
  Estimate kl_target;    // KL(p* || p) = E_target log w - log Z: the primary figure
  Estimate tv_own;       // total variation, 1 - E_own min(1, w / Z)
  Estimate tv_target;    // the same distance, 1 - E_target min(1, Z / w); the two must agree
  Estimate ess_own;      // effective fraction of own draws, (sum w)^2 / (n sum w^2): optimistic
  Estimate ess_target;   // the same from target draws, Z / E_target w
  Estimate spread;       // standard deviation of log p - log R over target draws
  Estimate correlation;  // Pearson, between log p and log R over target draws
  Estimate slope;        // of the least-squares line of log p on log R, over target draws
  Estimate missed;       // fraction of target draws with p Z / R < .1
  // Mean total variation between p and R, both restricted to random subsets of kSubsetSize distinct
  // own draws (flow consistency on subgraphs, Silva et al., ICLR 2025).
  Estimate subset_tv;
  std::vector<CalibrationBin> by_log_reward, by_size;
};
inline constexpr int kSubsetSize = 32;

// Throws UserError for fewer than 10 draws of either kind, or a value that is not finite. seed: for
// bootstrap and subsets.
Fidelity fidelity(const FidelityDraws& own, const FidelityDraws& target, std::uint64_t seed);

}  // namespace fragflow
