#include "src/run/front.hpp"

#include "src/base/check.hpp"
#include "src/eval/hypervolume.hpp"
#include "src/run/condition_choice.hpp"

namespace fragflow {
namespace {

// Extends a vector of shares, of which `left` of `divisions` are still to be assigned.
void add_points(std::vector<double>& shares, std::size_t parts, int left, int divisions,
                std::vector<std::vector<double>>& points) {
  if (shares.size() + 1 == parts) {
    points.push_back(shares);
    points.back().push_back(static_cast<double>(left) / divisions);
    return;
  }
  for (int part = 0; part <= left; ++part) {
    shares.push_back(static_cast<double>(part) / divisions);
    add_points(shares, parts, left - part, divisions, points);
    shares.pop_back();
  }
}

}  // namespace

std::vector<std::vector<double>> simplex_grid(std::size_t parts, int divisions) {
  FRAGFLOW_CHECK(parts >= 1 && divisions >= 1, "{} parts, {} divisions", parts, divisions);
  std::vector<std::vector<double>> points;
  std::vector<double> shares;
  add_points(shares, parts, divisions, divisions, points);
  return points;
}

std::vector<Sample> draw_front(const Experiment& experiment, const Learner& learner, int divisions,
                               const SampleRequest& request, SampleTotals& totals) {
  const std::vector<std::string>& names = experiment.config.condition.preference;
  if (names.empty()) {
    user_error(
        "a front needs a run that learned preferences: train with condition.preference "
        "(docs/conditions.md)");
  }
  SafetensorsFile weights;
  learner.save(weights);
  std::vector<Sample> samples;
  for (const std::vector<double>& shares : simplex_grid(names.size(), divisions)) {
    if (request.stop.stop_requested()) break;
    Config config = experiment.config;
    set_preference(shares, config);
    const Experiment point = make_experiment(config);
    const std::unique_ptr<Learner> sampler = point.make_learner(Experiment::Use::kSample);
    sampler->load_weights(weights);
    SampleTotals drawn;
    for (Sample& sample : draw_samples(point, *sampler, request, drawn)) {
      samples.push_back(std::move(sample));
    }
    totals.drawn += drawn.drawn;
    totals.invalid += drawn.invalid;
  }
  return samples;
}

void write_front(const std::filesystem::path& path, const Experiment& experiment,
                 const Learner& learner, StopToken stop) {
  const ConditionConfig& condition = experiment.config.condition;
  if (!condition.learns_preferences()) return;
  SampleRequest request;
  request.count = condition.front_samples;
  request.seed = experiment.config.seed;
  request.stop = stop;
  SampleTotals totals;
  const std::vector<Sample> samples =
      draw_front(experiment, learner, condition.front, request, totals);
  if (!stop.stop_requested()) write_samples(path, experiment, samples, request.seed);
}

double front_hypervolume(const Experiment& experiment, const std::vector<Sample>& samples) {
  const auto components =
      preference_components(experiment.config.condition, experiment.config.reward);
  std::vector<std::vector<double>> points;
  for (const Sample& sample : samples) {
    if (sample.reward.score <= 0) continue;
    points.emplace_back();
    for (const std::size_t i : components) points.back().push_back(sample.reward.transformed[i]);
  }
  return hypervolume(std::move(points));
}

}  // namespace fragflow
