#include "src/app/benchmark_run.hpp"

#include <array>
#include <chrono>
#include <unordered_set>
#include <utility>

#include "models/adam.hpp"
#include "models/make_policy.hpp"
#include "src/app/run_recorder.hpp"
#include "src/app/samples.hpp"
#include "src/app/signals.hpp"
#include "src/base/rng.hpp"
#include "src/gfn/objectives.hpp"
#include "src/gfn/sampler.hpp"
#include "src/gfn/scoring.hpp"
#include "src/reward/proxy_model.hpp"

namespace fragflow {
namespace {

constexpr int kWarmUpSteps = 3;  // buffers, threads and caches of the libraries
constexpr std::int64_t kSamplesPerRound = 1024;

class Stopwatch {
 public:
  double seconds() const {
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - start_).count();
  }

 private:
  std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
};

// Calls round() until the time is over, at least once; returns the seconds it took.
template <typename Round>
double repeat(double seconds, Round&& round) {
  const Stopwatch watch;
  do {
    round();
  } while (watch.seconds() < seconds && !stop_requested());
  return watch.seconds();
}

// Forwards to a policy and adds up the time, to tell the network from what surrounds it.
class TimedPolicy : public Policy {
 public:
  explicit TimedPolicy(Policy& policy) : policy_(policy) {}
  PolicyOutput forward(const StateBatch& batch) override {
    const Stopwatch watch;
    PolicyOutput output = policy_.forward(batch);
    seconds_ += watch.seconds();
    return output;
  }
  // Since the last call.
  double take_seconds() { return std::exchange(seconds_, 0.0); }

 private:
  Policy& policy_;
  double seconds_ = 0;
};

// The parts of a training step (Trainer::step), taken apart to be timed one by one.
class PhaseTimer {
 public:
  explicit PhaseTimer(const Experiment& experiment)
      : experiment_(experiment),
        config_(experiment.config),
        policy_(make_policy(experiment.environment->shape(), config_.policy, config_.seed)),
        timed_(*policy_),
        optimiser_(policy_->parameters(), AdamSettings{}),
        log_z_(torch::zeros({1}, torch::requires_grad())) {}

  void step() {
    const Environment& environment = *experiment_.environment;
    const std::uint64_t seed = mix_seed(config_.seed, "phases");
    const auto stream = static_cast<std::uint64_t>(steps_++);
    Stopwatch sampling;
    const std::vector<Trajectory> trajectories =
        sample_trajectories(environment, timed_, config_.training.batch_size, seed, stream,
                            {config_.exploration.epsilon, config_.exploration.temperature});
    const double sampling_network = timed_.take_seconds();
    add(kSamplingNetwork, sampling_network);
    add(kSamplingEnvironment, sampling.seconds() - sampling_network);

    const Stopwatch rewarding;
    std::vector<State> terminals;
    for (const Trajectory& trajectory : trajectories) terminals.push_back(trajectory.terminal());
    std::vector<double> log_rewards;
    for (const RewardResult& reward : experiment_.reward->evaluate(terminals)) {
      log_rewards.push_back(reward.log_reward);
    }
    add(kReward, rewarding.seconds());

    const Stopwatch scoring;
    const ScoredBatch scored = score_trajectories(environment, timed_, trajectories, log_rewards,
                                                  config_.policy.learned_backward);
    const torch::Tensor value =
        loss(residuals(scored, log_z_, config_.objective), config_.objective);
    const double scoring_network = timed_.take_seconds();
    add(kScoringNetwork, scoring_network);
    add(kScoringOther, scoring.seconds() - scoring_network);

    const Stopwatch backward;
    optimiser_.zero_grad();
    value.backward();
    add(kBackward, backward.seconds());
    const Stopwatch update;
    const double norm = optimiser_.gradient_norm();
    const double clip = config_.training.gradient_clip;
    optimiser_.step(config_.training.learning_rate, clip > 0 && norm > clip ? clip / norm : 1.0);
    add(kOptimiser, update.seconds());
  }

  void reset() { seconds_.fill(0), steps_timed_from_ = steps_; }

  std::vector<std::pair<std::string, double>> mean_milliseconds() const {
    std::vector<std::pair<std::string, double>> phases;
    for (int phase = 0; phase < kNumPhases; ++phase) {
      phases.emplace_back(kNames[phase],
                          1e3 * seconds_[phase] / static_cast<double>(steps_ - steps_timed_from_));
    }
    return phases;
  }

 private:
  enum Phase {
    kSamplingNetwork,
    kSamplingEnvironment,
    kReward,
    kScoringNetwork,
    kScoringOther,
    kBackward,
    kOptimiser,
    kNumPhases
  };
  static constexpr std::array<const char*, kNumPhases> kNames = {
      "sampling_network", "sampling_environment", "reward",
      "scoring_network",  "scoring_other",        "backward",
      "optimiser"};

  void add(Phase phase, double seconds) { seconds_[phase] += seconds; }

  const Experiment& experiment_;
  const Config& config_;
  std::shared_ptr<Policy> policy_;
  TimedPolicy timed_;
  Adam optimiser_;
  torch::Tensor log_z_;
  std::array<double, kNumPhases> seconds_{};
  std::int64_t steps_ = 0, steps_timed_from_ = 0;
};

void measure_training(const Experiment& experiment, Trainer& trainer, double seconds,
                      BenchmarkResult& result) {
  const Config& config = experiment.config;
  RunRecorder recorder(config.metrics, experiment.builds_molecules);
  for (int i = 0; i < kWarmUpSteps; ++i) recorder.observe(trainer.step());
  const double elapsed = repeat(seconds, [&] {
    recorder.observe(trainer.step());
    if (trainer.steps_done() % config.training.log_every == 0) {
      recorder.next_row(experiment.reward->num_calls());
    }
    ++result.training_steps;
  });
  result.training_trajectories_per_second =
      static_cast<double>(result.training_steps * config.training.batch_size) / elapsed;
}

// Returns the distinct objects, for the proxy.
std::vector<std::string> measure_sampling(const Experiment& experiment, Policy& policy,
                                          double seconds, BenchmarkResult& result) {
  std::unordered_set<std::string> distinct;
  SampleTotals totals;
  std::uint64_t round = 0;
  const double elapsed = repeat(seconds, [&] {
    SampleRequest request;
    request.count = kSamplesPerRound;
    request.seed = round++;
    const std::vector<Sample> samples = draw_samples(experiment, policy, request, totals);
    samples_csv(experiment, samples, request.seed);
    for (const Sample& sample : samples) distinct.insert(sample.reward.object);
  });
  result.sampled = totals.drawn;
  result.sampling_molecules_per_second = static_cast<double>(totals.drawn) / elapsed;
  result.sampling_valid_share =
      1.0 - static_cast<double>(totals.invalid) / static_cast<double>(totals.drawn);
  return {distinct.begin(), distinct.end()};
}

void measure_proxy(const Config& config, const std::vector<std::string>& smiles, double seconds,
                   BenchmarkResult& result) {
  for (const ComponentConfig& component : config.reward.components) {
    if (component.type != "proxy" || smiles.empty()) continue;
    const std::unique_ptr<ProxyModel> model = load_proxy(find_file(component.file));
    // In portions, so that a slow model stops in time.
    std::size_t next = 0;
    const double elapsed = repeat(seconds, [&] {
      const std::size_t count = std::min<std::size_t>(smiles.size() - next, kSamplesPerRound);
      model->predict(std::span(smiles).subspan(next, count));
      result.predicted += static_cast<std::int64_t>(count);
      next = next + count < smiles.size() ? next + count : 0;
    });
    result.proxy_molecules_per_second = static_cast<double>(result.predicted) / elapsed;
    return;
  }
}

}  // namespace

BenchmarkResult run_benchmark(const BenchmarkRequest& request) {
  BenchmarkResult result;
  // The phases share no cache of scored molecules with the other measurements.
  {
    const Experiment experiment = make_experiment(request.config);
    PhaseTimer phases(experiment);
    for (int i = 0; i < kWarmUpSteps; ++i) phases.step();
    phases.reset();
    repeat(request.seconds, [&] { phases.step(); });
    result.phases_ms = phases.mean_milliseconds();
  }
  const Experiment experiment = make_experiment(request.config);
  const std::unique_ptr<Trainer> trainer = experiment.make_trainer();
  measure_training(experiment, *trainer, request.seconds, result);
  const std::vector<std::string> objects =
      measure_sampling(experiment, trainer->sampling_policy(), request.seconds, result);
  measure_proxy(request.config, objects, request.seconds, result);
  return result;
}

}  // namespace fragflow
