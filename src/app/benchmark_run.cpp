#include "src/app/benchmark_run.hpp"

#include <omp.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <chrono>
#include <unordered_set>
#include <utility>

#include "models/policy.hpp"
#include "src/app/matrix_products.hpp"
#include "src/base/data_path.hpp"
#include "src/reward/proxy_model.hpp"
#include "src/run/run_recorder.hpp"
#include "src/run/samples.hpp"

namespace fragflow {
namespace {

constexpr int kWarmUpSteps = 3;  // for buffers, threads and caches of the libraries
constexpr std::int64_t kSamplesPerRound = 1024;
constexpr double kSecondsPerShape = 0.1;
// Products take a tenth of the time and run under the same conditions as the steps.
constexpr double kSecondsBetweenProducts = 0.1, kSecondsOfProducts = 0.01;

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
  } while (watch.seconds() < seconds);
  return watch.seconds();
}

// Forwards to a policy and adds up its time, to separate the network from the rest.
class TimedPolicy : public Policy {
 public:
  void time(Policy& policy) { policy_ = &policy; }
  PolicyOutput forward(const StateBatch& batch) override {
    return timed([&] { return policy_->forward(batch); });
  }
  InferencePolicy for_inference() override {
    const Stopwatch watch;
    const InferencePolicy policy = policy_->for_inference();
    add(watch.seconds());
    return [this, policy](const StateBatch& batch) { return timed([&] { return policy(batch); }); };
  }
  bool rows_are_independent() const override { return policy_->rows_are_independent(); }
  // Seconds since the last call.
  double take_seconds() { return seconds_.exchange(0.0); }

 private:
  template <typename Call>
  PolicyOutput timed(Call&& call) {
    const Stopwatch watch;
    PolicyOutput output = call();
    add(watch.seconds());
    return output;
  }
  // In parallel regions, each thread's time counts as its fraction of elapsed time.
  void add(double seconds) { seconds_ += seconds / omp_get_num_threads(); }

  Policy* policy_ = nullptr;
  std::atomic<double> seconds_ = 0;
};

// Adds up the time of each part of a step.
class PhaseTimer : public StepObserver {
 public:
  Policy& watch(Policy& policy) override {
    timed_.time(policy);
    return timed_;
  }
  void phase_done(StepPhase phase) override {
    const double elapsed = std::exchange(watch_, Stopwatch()).seconds();
    const double network = timed_.take_seconds();
    switch (phase) {
      case StepPhase::kSampling:
        add(kSamplingNetwork, network);
        return add(kSamplingEnvironment, elapsed - network);
      case StepPhase::kReward:
        return add(kReward, elapsed);
      case StepPhase::kScoring:
        add(kScoringNetwork, network);
        return add(kScoringOther, elapsed - network);
      case StepPhase::kBackward:
        return add(kBackward, elapsed);
      case StepPhase::kOptimiser:
        return add(kOptimiser, elapsed);
    }
  }

  // Resets the measurements.
  void reset() { seconds_.fill(0), begin_step(); }
  // Time until this call belongs to no phase.
  void begin_step() { watch_ = Stopwatch(); }

  std::vector<std::pair<std::string, double>> mean_milliseconds(std::int64_t steps) const {
    std::vector<std::pair<std::string, double>> phases;
    for (int part = 0; part < kNumParts; ++part) {
      phases.emplace_back(kNames[part], 1e3 * seconds_[part] / static_cast<double>(steps));
    }
    return phases;
  }

 private:
  enum Part {
    kSamplingNetwork,
    kSamplingEnvironment,
    kReward,
    kScoringNetwork,
    kScoringOther,
    kBackward,
    kOptimiser,
    kNumParts
  };
  static constexpr std::array<const char*, kNumParts> kNames = {
      "sampling_network", "sampling_environment", "reward",
      "scoring_network",  "scoring_other",        "backward",
      "optimiser"};

  void add(Part part, double seconds) { seconds_[part] += seconds; }

  TimedPolicy timed_;
  Stopwatch watch_;
  std::array<double, kNumParts> seconds_{};
};

void measure_phases(const Experiment& experiment, double seconds, BenchmarkResult& result) {
  PhaseTimer phases;
  const std::unique_ptr<Learner> learner = experiment.make_learner();
  learner->observe(phases);
  for (int i = 0; i < kWarmUpSteps; ++i) learner->step();
  RepeatedProduct product = fastest_product(kSecondsPerShape);
  phases.reset();
  Stopwatch since_product;
  repeat(seconds, [&] {
    phases.begin_step();
    learner->step();
    if (since_product.seconds() < kSecondsBetweenProducts) return;
    product.run(kSecondsOfProducts);
    since_product = Stopwatch();
  });
  product.run(kSecondsOfProducts);  // if the measurement is shorter than the interval
  const std::int64_t timed_steps = learner->steps_done() - kWarmUpSteps;
  result.phases_ms = phases.mean_milliseconds(timed_steps);
  constexpr int kCountedSteps = 3;
  {
    const MatrixOperationCounter counter;
    for (int i = 0; i < kCountedSteps; ++i) learner->step();
    result.matrix_operations_per_step = counter.operations() / kCountedSteps;
  }
  result.matrix_product_rate = product.mean_rate();
  result.best_matrix_product_rate = product.best_rate();
}

void measure_training(const Experiment& experiment, Learner& learner, double seconds,
                      BenchmarkResult& result) {
  const Config& config = experiment.config;
  RunRecorder recorder(config.metrics, experiment.has_structure());
  for (int i = 0; i < kWarmUpSteps; ++i) recorder.observe(learner.step());
  const double elapsed = repeat(seconds, [&] {
    recorder.observe(learner.step());
    if (learner.steps_done() % config.training.log_every == 0) {
      recorder.next_row(experiment.reward().num_calls());
    }
    ++result.training_steps;
  });
  result.training_trajectories_per_second =
      static_cast<double>(result.training_steps * config.training.batch_size) / elapsed;
}

// All the work of `fragflow sample`, up to the text of the CSV.
class Sampling {
 public:
  Sampling(const Experiment& experiment, Learner& learner)
      : experiment_(experiment), learner_(learner) {}

  // Molecules per second. No two calls use the same random numbers.
  double measure(double seconds, bool scored, SampleTotals& totals) {
    request_.count = kSamplesPerRound;
    request_.scored = scored;
    const double elapsed = repeat(seconds, [&] {
      SampleTotals round;
      const std::vector<Sample> samples = draw_samples(experiment_, learner_, request_, round);
      totals.drawn += round.drawn;
      totals.invalid += round.invalid;
      samples_csv(experiment_, samples, request_.seed);
      for (const Sample& sample : samples) distinct_.insert(sample.reward.object);
      ++request_.seed;
    });
    return static_cast<double>(totals.drawn) / elapsed;
  }

  // Over all calls.
  const std::unordered_set<std::string>& distinct() const { return distinct_; }

 private:
  const Experiment& experiment_;
  Learner& learner_;
  SampleRequest request_;
  std::unordered_set<std::string> distinct_;
};

// Predicts no molecule twice, because a proxy may cache parts of its results.
void measure_proxy(const Config& config, const std::vector<std::string>& smiles, double seconds,
                   BenchmarkResult& result) {
  for (const ComponentConfig& component : config.reward.components) {
    if (component.type != "proxy" || smiles.empty()) continue;
    const std::unique_ptr<ProxyModel> model = load_proxy(find_file(component.file));
    const Stopwatch watch;
    // In portions, so that a slow model stops on time.
    std::size_t next = 0;
    while (next < smiles.size() && watch.seconds() < seconds) {
      const std::size_t count = std::min<std::size_t>(smiles.size() - next, kSamplesPerRound);
      model->predict(std::span(smiles).subspan(next, count));
      next += count;
    }
    result.predicted = static_cast<std::int64_t>(next);
    result.proxy_molecules_per_second = static_cast<double>(next) / watch.seconds();
    return;
  }
}

}  // namespace

BenchmarkResult run_benchmark(BenchmarkRequest request) {
  BenchmarkResult result;
  request.config.exploration.replay.ahead = 0;  // so that every step has all of its parts
  // The phases share no cache of scores with the other measurements.
  measure_phases(make_experiment(request.config), request.seconds, result);
  const Experiment experiment = make_experiment(request.config);
  const std::unique_ptr<Learner> learner = experiment.make_learner();
  measure_training(experiment, *learner, request.seconds, result);
  Sampling sampling(experiment, *learner);
  SampleTotals unscored, scored;
  result.sampling_without_scores_per_second =
      sampling.measure(request.seconds, /*scored=*/false, unscored);
  result.sampling_molecules_per_second = sampling.measure(request.seconds, /*scored=*/true, scored);
  result.sampled = scored.drawn;
  result.sampling_valid_share =
      1.0 - static_cast<double>(scored.invalid) / static_cast<double>(scored.drawn);
  measure_proxy(request.config, {sampling.distinct().begin(), sampling.distinct().end()},
                request.seconds, result);
  return result;
}

}  // namespace fragflow
