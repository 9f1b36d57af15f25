// Draws finished objects from a trained policy and writes them to files.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "src/base/stop_token.hpp"
#include "src/gfn/sampler.hpp"
#include "src/run/experiment.hpp"

namespace fragflow {

struct Sample {
  RewardResult reward;
  double log_pf = 0;  // of the drawn trajectory under the policy; NaN without a policy
  State terminal;
  Condition condition;  // that it was drawn under, if the run has conditions
};

// One of several parts of a file of samples, counted from 1.
struct Shard {
  int index = 1, count = 1;
};

// Parses "2/8". Throws UserError for anything but 1/n to n/n with n at most 100,000.
Shard parse_shard(const std::string& text);

struct SampleRequest {
  std::int64_t count = 1000;
  // This part of `count` draws, in order: all parts concatenated are the valid draws among them,
  // and equal those of a request without shards if none is invalid. Not with `unique`.
  std::optional<Shard> shard;
  bool unique = false;  // each object once
  bool scored = true;   // false: scores are not computed and are NaN
  double min_score = -std::numeric_limits<double>::infinity();
  std::uint64_t seed = 0;
  Exploration exploration;  // default: none
  StopToken stop;
};

struct SampleTotals {
  std::int64_t drawn = 0, invalid = 0;
};

// Draws until `count` objects satisfy the request, in batches with the random streams (seed, batch,
// trajectory). Gives up with a warning after 100 times as many draws, or if stopped; then returns
// fewer. Invalid objects are dropped and counted.
std::vector<Sample> draw_samples(const Experiment& experiment, Learner& learner,
                                 const SampleRequest& request, SampleTotals& totals);

// From trajectories drawn under the experiment's own condition, with their rewards.
std::vector<Sample> samples_of(const Experiment& experiment, Policy& policy,
                               std::span<const Trajectory> trajectories,
                               std::vector<RewardResult> rewards);

// columns: the task's object column, score, log_reward, log_pf, num_fragments, fragments, then
// <name>_raw and <name> per component, the columns of Task::detail_columns, the condition of a run
// with [condition], seed.
std::string samples_csv(const Experiment& experiment, const std::vector<Sample>& samples,
                        std::uint64_t seed);
// SMILES and, if known, score; one molecule per line.
std::string samples_smi(const std::vector<Sample>& samples);
// 2D coordinates and the scores as properties.
std::string samples_sdf(const Experiment& experiment, const std::vector<Sample>& samples);
// The table's values of each sample except the seed, as (name, text); empty fields are omitted.
std::vector<std::vector<std::pair<std::string, std::string>>> sample_properties(
    const Experiment& experiment, const std::vector<Sample>& samples);

// The best distinct samples: by score descending, ties by SMILES, each object once, Tanimoto
// similarity to better ones below max_similarity; at most `count`.
std::vector<Sample> best_diverse(const std::vector<Sample>& samples, std::int64_t count,
                                 double max_similarity, const std::string& fingerprint);

// Writes the format given by the file extension: .csv, .smi or .sdf. Throws UserError for others
// (before drawing, through check_sample_format).
void check_sample_format(const std::filesystem::path& path, bool molecules);
void write_samples(const std::filesystem::path& path, const Experiment& experiment,
                   const std::vector<Sample>& samples, std::uint64_t seed);

}  // namespace fragflow
