#include "src/run/exact_monitor.hpp"

#include <cmath>

#include "src/base/check.hpp"
#include "src/base/csv.hpp"
#include "src/gfn/distribution.hpp"

namespace fragflow {

ExactMonitor::ExactMonitor(const Experiment& experiment)
    : experiment_(experiment), target_(make_exact_target(experiment, kMaxExactStates)) {
  const auto terminals = target_.graph.terminals();
  for (std::size_t i = 0; i < terminals.size(); ++i) {
    index_.emplace(terminals[i], static_cast<std::int64_t>(i));
    mode_.push_back(experiment.task->known_mode_of(terminals[i]));
  }
}

void ExactMonitor::observe(const StepResult& result) {
  for (const Trajectory& trajectory : result.visited.trajectories) {
    const std::int64_t i = index_.at(trajectory.terminal());
    visited_.push_back(i);
    if (mode_[i] >= 0) modes_found_.insert(mode_[i]);
  }
}

std::int64_t ExactMonitor::num_counted() const {
  const auto count = static_cast<std::int64_t>(visited_.size());
  return count - count / 2;
}

std::vector<double> ExactMonitor::visited_fractions() const {
  std::vector<double> shares(target_.probability.size(), 0.0);
  const double weight = 1.0 / static_cast<double>(std::max<std::int64_t>(1, num_counted()));
  for (std::size_t i = visited_.size() / 2; i < visited_.size(); ++i) shares[visited_[i]] += weight;
  return shares;
}

std::vector<double> ExactMonitor::learned(Learner& learner) const {
  Policy* policy = learner.sampling_policy();
  if (policy == nullptr) return {};
  return learned_distribution(experiment_.environment(), *policy, target_.graph);
}

std::string ExactMonitor::header() {
  return "step,trajectories,reward_calls,tv,jsd,l1_visited,l1_floor,modes_found,log_z_error\n";
}

std::string ExactMonitor::row(Learner& learner, std::int64_t step) const {
  const std::vector<double> policy = learned(learner);
  Distances exact;
  exact.tv = exact.jsd = std::nan("");
  double visited = std::nan("");
  if (!experiment_.conditioning.is_used()) {
    visited = distances(target_.probability, visited_fractions()).l1_sum;
  }
  if (!policy.empty()) exact = distances(target_.probability, policy);
  return csv_row({std::to_string(step), std::to_string(visited_.size()),
                  std::to_string(experiment_.reward().num_calls()), csv_number(exact.tv),
                  csv_number(exact.jsd), csv_number(visited),
                  csv_number(expected_l1_of_perfect_samples(target_.probability, num_counted())),
                  std::to_string(modes_found_.size()),
                  csv_number(learner.log_z() - target_.log_z)});
}

nlohmann::ordered_json ExactMonitor::picture(Learner& learner) const {
  const Config& config = experiment_.config;
  const std::vector<double> policy = learned(learner);
  const std::vector<double> shares = visited_fractions();
  const nlohmann::ordered_json picture = experiment_.task->picture(
      target_.graph, target_.probability, policy.empty() ? shares : policy);
  if (picture.is_null()) return {};
  nlohmann::ordered_json json;
  json["method"] = config.method.name;
  json["objective"] = config.objective.name;
  json["seed"] = config.seed;
  json["trajectories"] = visited_.size();
  json["log_z"] = learner.log_z();
  json["log_z_exact"] = target_.log_z;
  if (!policy.empty()) {
    const Distances exact = distances(target_.probability, policy);
    json["tv"] = exact.tv;
    json["jsd"] = exact.jsd;
    json["l1_sum_exact"] = exact.l1_sum;
  }
  json["l1_visited"] = distances(target_.probability, shares).l1_sum;
  json["l1_floor"] = expected_l1_of_perfect_samples(target_.probability, num_counted());
  json["modes_found"] = modes_found_.size();
  json["modes_total"] = experiment_.task->num_known_modes();
  json.update(picture);
  return json;
}

void ExactMonitor::save(SafetensorsFile& file) const {
  file.tensors["exact.visited"] =
      TensorData::from_int64({static_cast<std::int64_t>(visited_.size())}, visited_.data());
}

void ExactMonitor::load(const SafetensorsFile& file) {
  const TensorData& visited = file.at("exact.visited");
  const std::int64_t* values = visited.int64s("exact.visited");
  visited_.assign(values, values + visited.num_elements());
  modes_found_.clear();
  for (const std::int64_t i : visited_) {
    if (i < 0 || i >= static_cast<std::int64_t>(mode_.size())) {
      user_error("'exact.visited' is of another space");
    }
    if (mode_[i] >= 0) modes_found_.insert(mode_[i]);
  }
}

}  // namespace fragflow
