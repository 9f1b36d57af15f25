// Samples that follow R / Z even if the policy has not converged: `fragflow sample --exact`.
#pragma once

#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "src/gfn/annealed_sampler.hpp"
#include "src/run/samples.hpp"

namespace fragflow {

struct AnnealedRequest {
  std::int64_t particles = 0;  // 0: as many as samples, at least kLeastParticles
  int last_sweeps = AnnealingConfig{}.last_sweeps;
};
inline constexpr std::int64_t kLeastParticles = 1000;

struct AnnealedSamples {
  std::vector<Sample> samples;
  std::int64_t particles = 0;  // including invalid ones
  std::int64_t ancestors = 0;  // number of distinct initial draws among their ancestors
  // Effective number of independent draws among all particles: the smaller of the values by log R
  // and by the number of fragments.
  double effective_size = 0;
  double mean_log_reward = 0;        // over all particles
  double mean_log_reward_drawn = 0;  // over the policy's own draws, before annealing
  int levels = 0;
  AnnealingMoves moves;
  double log_z = 0;
  std::int64_t reward_calls = 0;
};

// Draws particles with the policy and moves them to the target (src/gfn/annealed_sampler.hpp), then
// picks in random order those that satisfy the request; returns fewer than requested, with a
// warning, if there are not enough. The request's exploration is ignored. Throws UserError for a
// method without a policy, and if stopped.
AnnealedSamples draw_annealed(const Experiment& experiment, Learner& learner,
                              const SampleRequest& request, const AnnealedRequest& annealed);

nlohmann::ordered_json annealed_json(const AnnealedSamples& result);
// Readable text.
std::string annealed_text(const AnnealedSamples& result);

}  // namespace fragflow
