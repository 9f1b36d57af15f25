#include "src/gfn/genetic_learner.hpp"

#include <limits>

#include "src/base/check.hpp"
#include "src/base/parallel.hpp"
#include "src/base/rng.hpp"
#include "src/gfn/trajectory_source.hpp"

namespace fragflow {
namespace {

void refuse_exploration(const Exploration& exploration) {
  if (exploration.epsilon > 0 || exploration.temperature != 1.0) {
    user_error(
        "methods that recombine fragments have no policy, so that no actions of it can be replaced "
        "by random ones");
  }
}

// Object i from the random stream (seed, stream, i).
std::vector<State> recombinations(const TreeOperators& operators, std::int64_t count,
                                  std::uint64_t seed, std::uint64_t stream) {
  std::vector<State> states(count);
  parallel_for(count, [&](std::int64_t i) {
    Rng rng(seed, stream, static_cast<std::uint64_t>(i));
    states[i] = operators.recombine(rng);
  });
  return states;
}

std::vector<Trajectory> as_trajectories(const std::vector<State>& objects) {
  std::vector<Trajectory> trajectories;
  for (const State& object : objects) trajectories.push_back({{object}, {}});
  return trajectories;
}

// Makes step number `done` + 1.
StepResult visit(Reward& reward, const std::vector<State>& objects, std::int64_t done) {
  StepResult result;
  result.visited.trajectories = as_trajectories(objects);
  result.visited.rewards = evaluate_ends(reward, result.visited.trajectories);
  finite_log_rewards(result.visited.rewards);
  result.step = done + 1;
  result.log_z = std::numeric_limits<double>::quiet_NaN();
  return result;
}

}  // namespace

GeneticLearner::GeneticLearner(const Environment& environment, Reward& reward,
                               const BreedingConfig& config, const TrainingConfig& training,
                               std::uint64_t seed)
    : reward_(reward),
      config_(config),
      training_(training),
      seed_(mix_seed(seed, "genetic")),
      operators_(fragment_tree_of(environment, "method.name = \"ga\""), config.frequency),
      population_(environment, config) {}

double GeneticLearner::log_z() const { return std::numeric_limits<double>::quiet_NaN(); }

StepResult GeneticLearner::step() {
  const auto stream = static_cast<std::uint64_t>(steps_done_);
  std::vector<State> objects;
  if (steps_done_ * training_.batch_size >= config_.population) {
    objects = breed(operators_, population_, config_, training_.batch_size,
                    mix_seed(seed_, "breeding"), stream);
  }
  const std::vector<State> random =
      recombinations(operators_, training_.batch_size - std::ssize(objects),
                     mix_seed(seed_, "recombination"), stream);
  objects.insert(objects.end(), random.begin(), random.end());
  observer().phase_done(StepPhase::kSampling);
  StepResult result = visit(reward_, objects, steps_done_);
  observer().phase_done(StepPhase::kReward);
  population_.add(result.visited);
  ++steps_done_;
  return result;
}

std::vector<Trajectory> GeneticLearner::sample(std::int64_t count, std::uint64_t seed,
                                               std::uint64_t stream,
                                               const Exploration& exploration) {
  refuse_exploration(exploration);
  if (population_.size() == 0) user_error("the population is empty: no valid object was met yet");
  std::vector<State> objects;
  for (std::int64_t i = 0; i < count; ++i) {
    Rng rng(seed, stream, static_cast<std::uint64_t>(i));
    objects.push_back(population_.state(population_.draw_rank(rng)));
  }
  return as_trajectories(objects);
}

void GeneticLearner::save(SafetensorsFile& file) const {
  population_.save(file);
  file.tensors["steps_done"] = TensorData::from_int64({}, &steps_done_);
}

void GeneticLearner::load(const SafetensorsFile& file) {
  population_.load(file);
  steps_done_ = *file.at("steps_done").int64s("steps_done");
}

RecombinationLearner::RecombinationLearner(const Environment& environment, Reward& reward,
                                           const TrainingConfig& training, std::uint64_t seed)
    : reward_(reward),
      training_(training),
      seed_(mix_seed(seed, "recombination")),
      operators_(fragment_tree_of(environment, "method.name = \"brics\""), /*frequency=*/1) {}

double RecombinationLearner::log_z() const { return std::numeric_limits<double>::quiet_NaN(); }

StepResult RecombinationLearner::step() {
  const std::vector<State> objects = recombinations(operators_, training_.batch_size, seed_,
                                                    static_cast<std::uint64_t>(steps_done_));
  observer().phase_done(StepPhase::kSampling);
  StepResult result = visit(reward_, objects, steps_done_);
  observer().phase_done(StepPhase::kReward);
  ++steps_done_;
  return result;
}

std::vector<Trajectory> RecombinationLearner::sample(std::int64_t count, std::uint64_t seed,
                                                     std::uint64_t stream,
                                                     const Exploration& exploration) {
  refuse_exploration(exploration);
  return as_trajectories(recombinations(operators_, count, seed, stream));
}

void RecombinationLearner::save(SafetensorsFile& file) const {
  file.tensors["steps_done"] = TensorData::from_int64({}, &steps_done_);
}

void RecombinationLearner::load(const SafetensorsFile& file) {
  steps_done_ = *file.at("steps_done").int64s("steps_done");
}

}  // namespace fragflow
