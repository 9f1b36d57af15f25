#include "src/run/samples.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <unordered_set>

#include "src/base/check.hpp"
#include "src/base/communicator.hpp"
#include "src/base/csv.hpp"
#include "src/base/file.hpp"
#include "src/base/log.hpp"
#include "src/base/rng.hpp"
#include "src/chem/sdf.hpp"
#include "src/eval/metrics.hpp"
#include "src/gfn/caching_policy.hpp"
#include "src/gfn/scoring.hpp"
#include "src/run/condition_choice.hpp"

namespace fragflow {
namespace {

constexpr std::int64_t kBatch = 512;
constexpr std::int64_t kMaxDrawsPerSample = 100;

// Trajectories with log P_F of each, NaN for a method without a policy.
struct Drawn {
  std::vector<Trajectory> trajectories;
  std::vector<double> log_pf;
};

std::vector<double> log_pf_of(const Environment& environment, Policy& policy,
                              std::span<const Trajectory> trajectories) {
  const torch::NoGradGuard no_grad;
  const std::vector<double> no_rewards(trajectories.size(), 0.0);
  const torch::Tensor sums =
      score_trajectories(environment, policy, trajectories, no_rewards, false)
          .log_pf.sum(1)
          .to(torch::kFloat64)
          .contiguous();
  return {sums.data_ptr<double>(), sums.data_ptr<double>() + sums.numel()};
}

Drawn draw_trajectories(const Environment& environment, Learner& learner,
                        const Exploration& exploration, std::uint64_t seed, std::uint64_t stream) {
  Drawn drawn;
  Policy* policy = learner.sampling_policy();
  if (policy == nullptr) {
    drawn.trajectories = learner.sample(kBatch, seed, stream, exploration);
    drawn.log_pf.assign(kBatch, std::numeric_limits<double>::quiet_NaN());
    return drawn;
  }
  // Scoring evaluates the states that were just sampled.
  CachingPolicy caching(*policy);
  drawn.trajectories = sample_trajectories(environment, caching, kBatch, seed, stream, exploration);
  drawn.log_pf = log_pf_of(environment, caching, drawn.trajectories);
  return drawn;
}

// rewards, log_pf: of each trajectory.
std::vector<Sample> samples_of(const Experiment& experiment,
                               std::span<const Trajectory> trajectories,
                               std::vector<RewardResult> rewards,
                               const std::vector<double>& log_pf) {
  std::vector<Sample> samples;
  for (std::size_t i = 0; i < trajectories.size(); ++i) {
    samples.push_back({std::move(rewards[i]), log_pf[i], trajectories[i].terminal(),
                       experiment.conditioning.own()});
  }
  return samples;
}

// The samples from `first` on, at most `count`.
std::vector<Sample> score_drawn(const Experiment& experiment, const SampleRequest& request,
                                const Drawn& drawn, std::size_t first, std::size_t count) {
  const auto trajectories = std::span<const Trajectory>(drawn.trajectories).subspan(first);
  const auto wanted = trajectories.first(std::min(count, trajectories.size()));
  const torch::NoGradGuard no_grad;
  std::vector<State> terminals;
  for (const Trajectory& trajectory : wanted) terminals.push_back(trajectory.terminal());
  Reward& reward = experiment.reward();
  std::vector<RewardResult> rewards =
      request.scored ? reward.evaluate(terminals) : reward.identify(terminals);
  const auto begin = drawn.log_pf.begin() + static_cast<std::ptrdiff_t>(first);
  return samples_of(experiment, wanted, std::move(rewards),
                    {begin, begin + static_cast<std::ptrdiff_t>(wanted.size())});
}

Drawn draw_batch(const Experiment& experiment, Learner& learner, const SampleRequest& request,
                 std::uint64_t seed, std::uint64_t stream) {
  torch::NoGradGuard no_grad;
  return draw_trajectories(experiment.environment(), learner, request.exploration, seed, stream);
}

std::vector<std::vector<std::string>> details_of(const Experiment& experiment,
                                                 const std::vector<Sample>& samples) {
  std::vector<State> terminals;
  std::vector<std::string> objects;
  for (const Sample& sample : samples) {
    terminals.push_back(sample.terminal);
    objects.push_back(sample.reward.object);
  }
  return experiment.task->details_of(terminals, objects);
}

std::vector<std::string> sample_fields(const Experiment& experiment, const Sample& sample,
                                       const std::vector<std::string>& details,
                                       std::uint64_t seed) {
  const RewardResult& reward = sample.reward;
  std::vector<std::string> fields = {reward.object,
                                     csv_number(reward.score),
                                     csv_number(reward.log_reward),
                                     csv_number(sample.log_pf),
                                     std::to_string(sample.terminal.num_nodes),
                                     experiment.environment().to_string(sample.terminal)};
  for (std::size_t k = 0; k < reward.raw.size(); ++k) {
    fields.push_back(csv_number(reward.raw[k]));
    fields.push_back(csv_number(reward.transformed[k]));
  }
  fields.insert(fields.end(), details.begin(), details.end());
  for (const std::string& field : condition_fields(experiment.config, sample.condition)) {
    fields.push_back(field);
  }
  fields.push_back(std::to_string(seed));
  return fields;
}

std::vector<std::string> sample_header(const Experiment& experiment) {
  std::vector<std::string> header = {experiment.task->object_column(),
                                     "score",
                                     "log_reward",
                                     "log_pf",
                                     "num_fragments",
                                     "fragments"};
  for (const std::string& name : experiment.reward().component_names()) {
    header.push_back(name + "_raw");
    header.push_back(name);
  }
  for (const std::string& name : experiment.task->detail_columns()) header.push_back(name);
  for (const std::string& name : condition_columns(experiment.config)) header.push_back(name);
  header.push_back("seed");
  return header;
}

bool is_wanted(const Sample& sample, const SampleRequest& request) {
  return sample.reward.valid && !(sample.reward.score < request.min_score);
}

std::vector<Sample> draw_shard(const Experiment& experiment, Learner& learner,
                               const SampleRequest& request, std::uint64_t seed,
                               SampleTotals& totals) {
  const std::int64_t num_batches = (request.count + kBatch - 1) / kBatch;
  const ItemRange batches = part_of(num_batches, request.shard->count, request.shard->index - 1);
  std::vector<Sample> kept;
  for (std::int64_t batch = batches.begin; batch < batches.end; ++batch) {
    if (request.stop.stop_requested()) {
      spdlog::warn("stopped after {} of {} batches", batch - batches.begin, batches.size());
      break;
    }
    const Drawn drawn =
        draw_batch(experiment, learner, request, seed, static_cast<std::uint64_t>(batch));
    const std::int64_t size = std::min<std::int64_t>(kBatch, request.count - batch * kBatch);
    for (Sample& sample : score_drawn(experiment, request, drawn, 0, size)) {
      ++totals.drawn;
      totals.invalid += !sample.reward.valid;
      if (is_wanted(sample, request)) kept.push_back(std::move(sample));
    }
  }
  return kept;
}

}  // namespace

Shard parse_shard(const std::string& text) {
  constexpr int kMostShards = 100'000;
  Shard shard;
  const char *begin = text.data(), *end = begin + text.size();
  const auto [slash, first] = std::from_chars(begin, end, shard.index);
  if (first == std::errc() && slash != end && *slash == '/') {
    const auto [stop, second] = std::from_chars(slash + 1, end, shard.count);
    if (second == std::errc() && stop == end && shard.count >= 1 && shard.count <= kMostShards &&
        shard.index >= 1 && shard.index <= shard.count) {
      return shard;
    }
  }
  user_error("--shard '{}': give i/n, the i-th of n parts, i from 1 to n (at most {})", text,
             kMostShards);
}

std::vector<Sample> draw_samples(const Experiment& experiment, Learner& learner,
                                 const SampleRequest& request, SampleTotals& totals) {
  const std::uint64_t seed = mix_seed(request.seed, "samples");
  if (request.shard) return draw_shard(experiment, learner, request, seed, totals);
  std::vector<Sample> kept;
  std::unordered_set<std::string> seen;
  const std::int64_t limit = std::max<std::int64_t>(kMaxDrawsPerSample * request.count, 10000);
  for (std::uint64_t stream = 0; static_cast<std::int64_t>(kept.size()) < request.count; ++stream) {
    if (request.stop.stop_requested()) {
      spdlog::warn("stopped after {} of {} samples", kept.size(), request.count);
      break;
    }
    if (totals.drawn >= limit) {
      spdlog::warn("only {} of {} samples satisfy the request after {} draws", kept.size(),
                   request.count, totals.drawn);
      break;
    }
    const Drawn drawn = draw_batch(experiment, learner, request, seed, stream);
    // Scores only what is needed, since a score may take minutes; if few satisfy the request, the
    // batches grow.
    std::size_t at_a_time = 0;
    for (std::size_t first = 0; first < drawn.trajectories.size();) {
      const auto missing = static_cast<std::size_t>(request.count) - kept.size();
      if (missing == 0) break;
      at_a_time = std::max(missing, 2 * at_a_time);
      for (Sample& sample : score_drawn(experiment, request, drawn, first, at_a_time)) {
        ++first;
        if (static_cast<std::int64_t>(kept.size()) == request.count) break;
        ++totals.drawn;
        totals.invalid += !sample.reward.valid;
        if (!is_wanted(sample, request)) continue;
        if (request.unique && !seen.insert(sample.reward.object).second) continue;
        kept.push_back(std::move(sample));
      }
    }
  }
  return kept;
}

std::vector<Sample> samples_of(const Experiment& experiment, Policy& policy,
                               std::span<const Trajectory> trajectories,
                               std::vector<RewardResult> rewards) {
  std::vector<double> log_pf;
  for (std::size_t first = 0; first < trajectories.size(); first += kBatch) {
    const std::size_t count = std::min<std::size_t>(kBatch, trajectories.size() - first);
    const std::vector<double> block =
        log_pf_of(experiment.environment(), policy, trajectories.subspan(first, count));
    log_pf.insert(log_pf.end(), block.begin(), block.end());
  }
  return samples_of(experiment, trajectories, std::move(rewards), log_pf);
}

std::string samples_csv(const Experiment& experiment, const std::vector<Sample>& samples,
                        std::uint64_t seed) {
  std::string text = csv_row(sample_header(experiment));
  const auto details = details_of(experiment, samples);
  for (std::size_t i = 0; i < samples.size(); ++i) {
    text += csv_row(sample_fields(experiment, samples[i], details[i], seed));
  }
  return text;
}

std::string samples_smi(const std::vector<Sample>& samples) {
  std::string text;
  for (const Sample& sample : samples) {
    text += sample.reward.object;
    if (!std::isnan(sample.reward.score)) text += fmt::format(" {:.6g}", sample.reward.score);
    text += '\n';
  }
  return text;
}

std::string samples_sdf(const Experiment& experiment, const std::vector<Sample>& samples) {
  const auto properties = sample_properties(experiment, samples);
  std::vector<SdfRecord> records;
  for (std::size_t i = 0; i < samples.size(); ++i) {
    records.push_back({samples[i].reward.object, properties[i]});
  }
  return sdf_text(records);
}

std::vector<std::vector<std::pair<std::string, std::string>>> sample_properties(
    const Experiment& experiment, const std::vector<Sample>& samples) {
  const std::vector<std::string> header = sample_header(experiment);
  std::vector<std::vector<std::pair<std::string, std::string>>> properties(samples.size());
  const auto details = details_of(experiment, samples);
  for (std::size_t i = 0; i < samples.size(); ++i) {
    const std::vector<std::string> fields = sample_fields(experiment, samples[i], details[i], 0);
    for (std::size_t k = 0; k + 1 < header.size(); ++k) {
      if (!fields[k].empty()) properties[i].emplace_back(header[k], fields[k]);
    }
  }
  return properties;
}

std::vector<Sample> best_diverse(const std::vector<Sample>& samples, std::int64_t count,
                                 double max_similarity, const std::string& fingerprint) {
  ScoredMolecules molecules;
  std::vector<std::size_t> source;
  std::unordered_set<std::string> seen;
  for (std::size_t i = 0; i < samples.size(); ++i) {
    if (!seen.insert(samples[i].reward.object).second) continue;
    molecules.smiles.push_back(samples[i].reward.object);
    molecules.scores.push_back(samples[i].reward.score);
    source.push_back(i);
  }
  const auto order = rank_by_score(molecules);
  std::vector<Sample> best;
  for (const std::int64_t k :
       find_modes(molecules, order, fingerprint_kind(fingerprint), max_similarity,
                  -std::numeric_limits<double>::infinity(), count)) {
    best.push_back(samples[source[k]]);
  }
  return best;
}

void check_sample_format(const std::filesystem::path& path, bool molecules) {
  const std::string ending = path.extension();
  if (ending == ".csv" || (molecules && (ending == ".smi" || ending == ".sdf"))) return;
  user_error("'{}': cannot tell the format from '{}'; use {}", path.string(), ending,
             molecules ? ".csv, .smi or .sdf" : ".csv");
}

void write_samples(const std::filesystem::path& path, const Experiment& experiment,
                   const std::vector<Sample>& samples, std::uint64_t seed) {
  check_sample_format(path, experiment.has_structure());
  const std::string ending = path.extension();
  write_file_atomically(path, ending == ".smi"   ? samples_smi(samples)
                              : ending == ".sdf" ? samples_sdf(experiment, samples)
                                                 : samples_csv(experiment, samples, seed));
}

}  // namespace fragflow
