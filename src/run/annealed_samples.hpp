// Samples that follow R / Z although the policy has not converged: `fragflow sample --exact`.
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
  std::int64_t particles = 0;  // all of them, valid or not
  std::int64_t ancestors = 0;  // different first draws that they descend from
  // Independent draws that all particles are worth: by log R and by the number of fragments, the
  // smaller of both.
  double effective_size = 0;
  double mean_log_reward = 0;        // over all particles
  double mean_log_reward_drawn = 0;  // over the policy's own draws, before anything was done
  int levels = 0;
  AnnealingMoves moves;
  double log_z = 0;
  std::int64_t reward_calls = 0;
};

// Draws particles with the policy and moves them to the target (src/gfn/annealed_sampler.hpp), then
// chooses among those that satisfy the request in random order; fewer than asked for are returned,
// with a warning, if these are not enough. Of the request its exploration does not count. Throws
// UserError for a method without a policy, and if asked to stop.
AnnealedSamples draw_annealed(const Experiment& experiment, Learner& learner,
                              const SampleRequest& request, const AnnealedRequest& annealed);

nlohmann::ordered_json annealed_json(const AnnealedSamples& result);
// For people.
std::string annealed_text(const AnnealedSamples& result);

}  // namespace fragflow
