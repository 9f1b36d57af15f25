#include "src/gfn/sampler.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <unordered_map>

#include "models/policy.hpp"
#include "models/state_set.hpp"
#include "src/base/check.hpp"
#include "src/base/parallel.hpp"
#include "src/gfn/action_distribution.hpp"
#include "src/gfn/batch_conditions.hpp"
#include "src/gfn/masked_softmax.hpp"

namespace fragflow {
namespace {

Action draw_uniform(const ActionSet& actions, Rng& rng) {
  auto left = static_cast<std::int64_t>(rng.below(actions.count()));
  Action drawn;
  actions.for_each([&](Action action) {
    if (left-- == 0) drawn = action;
  });
  return drawn;
}

// Trajectories that a thread takes from beginning to end, without waiting for the others: as many
// as can be, for more states in a product and fewer that are evaluated twice. For policies whose
// rows are independent, so that this may depend on the threads.
std::int64_t group_size(std::int64_t count) {
  const int threads = num_threads();
  return threads == 1 ? count : std::max<std::int64_t>(32, count / (2 * threads));
}

// What an action is drawn from: the legal ones among places x choices logits, and stop.
struct ActionLogits {
  const float* places;
  const std::uint8_t* legal;
  std::int64_t count;  // places x choices
  int num_choices;
  float stop;
  bool stop_is_legal;
};

// Draws from softmax(logits / temperature).
Action draw_softmax(ActionLogits logits, double temperature, Rng& rng) {
  thread_local std::vector<float> scaled, probabilities;
  if (temperature != 1.0) {
    const auto factor = static_cast<float>(1.0 / temperature);
    scaled.assign(logits.places, logits.places + logits.count);
    for (float& value : scaled) value *= factor;
    logits.places = scaled.data();
    logits.stop *= factor;
  }
  const float log_sum =
      masked_log_sum(logits.places, logits.legal, logits.count, logits.stop, logits.stop_is_legal);
  if (!std::isfinite(log_sum) || log_sum <= static_cast<float>(kMaskedLogit)) {
    user_error("the policy's logits are not finite; lower learning_rate or set gradient_clip");
  }
  probabilities.resize(logits.count);
  masked_softmax(logits.places, logits.legal, logits.count, log_sum, 1.0f, probabilities.data());
  const double stop =
      logits.stop_is_legal ? std::exp(static_cast<double>(logits.stop) - log_sum) : 0.0;
  double left = rng.uniform() * std::accumulate(probabilities.begin(), probabilities.end(), stop);
  std::int64_t last = -1;  // the last legal action is kept if rounding leaves a rest
  for (std::int64_t i = 0; i < logits.count; ++i) {
    if (logits.legal[i] == 0) continue;
    last = i;
    left -= probabilities[i];
    if (left < 0) break;
  }
  if (last < 0 || (left >= 0 && logits.stop_is_legal)) return Action::stop();
  return {static_cast<std::int32_t>(last / logits.num_choices),
          static_cast<std::int32_t>(last % logits.num_choices)};
}

// A batch's answers as actions are drawn from them.
class Answers {
 public:
  // batch must outlive the answers.
  Answers(const StateBatch& batch, const PolicyOutput& output)
      : batch_(batch),
        place_logits_(output.place_logits.detach().to(torch::kFloat32).contiguous()),
        stop_logits_(output.stop_logits.detach().to(torch::kFloat32).contiguous()),
        places_(place_logits_.data_ptr<float>()),
        stops_(stop_logits_.data_ptr<float>()),
        legal_(reinterpret_cast<const std::uint8_t*>(batch.place_mask.data_ptr<bool>())),
        num_choices_(place_logits_.size(1)) {}

  // For the state in this row.
  Action draw(std::int64_t row, const Exploration& exploration, Rng& rng) const {
    const ActionSet& actions = batch_.actions[row];
    if (exploration.stop > 0 && actions.stop && rng.uniform() < exploration.stop) {
      return Action::stop();
    }
    const bool uniform = exploration.epsilon > 0 && rng.uniform() < exploration.epsilon;
    return uniform ? draw_uniform(actions, rng)
                   : draw_softmax(logits_of(row), exploration.temperature, rng);
  }

 private:
  ActionLogits logits_of(std::int64_t row) const {
    const std::int64_t first = batch_.place_offset[row] * num_choices_;
    return {places_ + first,
            legal_ + first,
            batch_.place_offset[row + 1] * num_choices_ - first,
            static_cast<int>(num_choices_),
            stops_[row],
            batch_.actions[row].stop};
  }

  const StateBatch& batch_;
  torch::Tensor place_logits_, stop_logits_;
  const float *places_, *stops_;
  const std::uint8_t* legal_;
  std::int64_t num_choices_;
};

struct Live {
  std::vector<std::int64_t> trajectory;  // indices of unfinished trajectories
  std::vector<const State*> state;
};

Live find_live(const Environment& environment, std::span<const Trajectory> trajectories) {
  Live live;
  for (std::size_t i = 0; i < trajectories.size(); ++i) {
    const State& state = trajectories[i].states.back();
    if (environment.is_terminal(state)) continue;
    live.trajectory.push_back(static_cast<std::int64_t>(i));
    live.state.push_back(&state);
  }
  return live;
}

void advance(const Environment& environment, Trajectory& trajectory, Action action) {
  trajectory.states.push_back(environment.apply(trajectory.states.back(), action));
  trajectory.actions.push_back(action);
}

// A state in a group.
struct GroupedState {
  State state;
  std::int64_t group;
  bool operator==(const GroupedState&) const = default;
};

struct GroupedStateHash {
  std::size_t operator()(const GroupedState& key) const {
    return StateHash()(key.state) ^ (static_cast<std::size_t>(key.group) * 0x9E3779B97F4A7C15ULL);
  }
};

bool advance_all(const Environment& environment, const FrozenPolicy& policy,
                 std::span<Trajectory> trajectories, std::span<Rng> generators,
                 const Exploration& exploration) {
  torch::NoGradGuard no_grad;
  const Live live = find_live(environment, trajectories);
  if (live.state.empty()) return false;
  const BatchConditions conditions(trajectories);
  std::vector<std::int64_t> groups;
  for (const std::int64_t i : live.trajectory) groups.push_back(conditions.group[i]);
  const DistinctStates distinct = distinct_states(live.state, groups);
  StateBatch batch = make_state_batch(environment, distinct.states, /*with_leaves=*/false);
  batch.condition = conditions.of(distinct.group);
  const Answers answers(batch, policy(batch));
  const auto take_step = [&](std::int64_t k) {
    const std::int64_t i = live.trajectory[k];
    const Action action = answers.draw(distinct.row[k], exploration, generators[i]);
    advance(environment, trajectories[i], action);
  };
  parallel_for(static_cast<std::int64_t>(live.trajectory.size()), take_step);
  return true;
}

bool have_conditions(std::span<const Trajectory> trajectories) {
  return std::any_of(trajectories.begin(), trajectories.end(),
                     [](const Trajectory& trajectory) { return trajectory.condition.is_used(); });
}

void complete_from_answers(const Environment& environment, const AnsweredStates& answered,
                           std::span<Trajectory> trajectories, std::span<Rng> generators,
                           const Exploration& exploration) {
  const Answers answers(answered.set.batch, answered.output);
  const auto complete = [&](std::int64_t i) {
    Trajectory& trajectory = trajectories[i];
    while (!environment.is_terminal(trajectory.states.back())) {
      const std::int64_t state = answered.index.at(trajectory.states.back());
      const Action action =
          answers.draw(answered.set.network_row[state], exploration, generators[i]);
      advance(environment, trajectory, action);
    }
  };
  parallel_for(static_cast<std::int64_t>(trajectories.size()), complete, kShortBodies);
}

}  // namespace

DistinctStates distinct_states(const std::vector<const State*>& states,
                               const std::vector<std::int64_t>& groups) {
  FRAGFLOW_CHECK(groups.empty() || groups.size() == states.size(), "{} states, {} groups",
                 states.size(), groups.size());
  DistinctStates distinct;
  distinct.row.reserve(states.size());
  std::unordered_map<GroupedState, std::int64_t, GroupedStateHash> rows;
  rows.reserve(states.size());
  for (std::size_t i = 0; i < states.size(); ++i) {
    const GroupedState key{*states[i], groups.empty() ? 0 : groups[i]};
    const auto [found, inserted] =
        rows.emplace(key, static_cast<std::int64_t>(distinct.states.size()));
    if (inserted) {
      distinct.states.push_back(key.state);
      if (!groups.empty()) distinct.group.push_back(key.group);
    }
    distinct.row.push_back(found->second);
  }
  return distinct;
}

std::vector<Trajectory> begin_trajectories(const Environment& environment, std::int64_t count) {
  std::vector<Trajectory> trajectories(count);
  for (Trajectory& trajectory : trajectories) {
    trajectory.states.reserve(environment.max_length() + 1);
    trajectory.states.push_back(environment.initial_state());
  }
  return trajectories;
}

bool advance_trajectories(const Environment& environment, Policy& policy,
                          std::span<Trajectory> trajectories, std::span<Rng> generators,
                          const Exploration& exploration) {
  return advance_all(environment, policy.frozen(), trajectories, generators, exploration);
}

std::vector<Trajectory> complete_trajectories(const Environment& environment, Policy& policy,
                                              std::vector<Trajectory> begun, std::uint64_t seed,
                                              std::uint64_t stream, const Exploration& exploration,
                                              std::int64_t first) {
  std::vector<Rng> generators;
  generators.reserve(begun.size());
  for (std::size_t i = 0; i < begun.size(); ++i) {
    generators.emplace_back(seed, stream, static_cast<std::uint64_t>(first) + i);
  }
  if (const AnsweredStates* answered = have_conditions(begun) ? nullptr : policy.answered()) {
    complete_from_answers(environment, *answered, begun, generators, exploration);
    return begun;
  }
  const FrozenPolicy frozen = policy.frozen();
  const auto count = static_cast<std::int64_t>(begun.size());
  const std::int64_t per_group = policy.rows_are_independent() ? group_size(count) : count;
  const auto complete_group = [&](std::int64_t group) {
    const std::int64_t begin = group * per_group, size = std::min(per_group, count - begin);
    const std::span trajectories = std::span(begun).subspan(begin, size);
    const std::span own = std::span(generators).subspan(begin, size);
    while (advance_all(environment, frozen, trajectories, own, exploration)) {
    }
  };
  parallel_for((count + per_group - 1) / std::max<std::int64_t>(per_group, 1), complete_group,
               /*chunk=*/1);
  return begun;
}

std::vector<Trajectory> sample_trajectories(const Environment& environment, Policy& policy,
                                            std::int64_t count, std::uint64_t seed,
                                            std::uint64_t stream, const Exploration& exploration) {
  return complete_trajectories(environment, policy, begin_trajectories(environment, count), seed,
                               stream, exploration);
}

std::vector<Trajectory> sample_uniform_trajectories(const Environment& environment,
                                                    std::int64_t count, std::uint64_t seed,
                                                    std::uint64_t stream) {
  std::vector<Trajectory> trajectories = begin_trajectories(environment, count);
  parallel_for(count, [&](std::int64_t i) {
    Rng rng(seed, stream, i);
    ActionSet actions;
    Trajectory& trajectory = trajectories[i];
    while (!environment.is_terminal(trajectory.states.back())) {
      environment.legal_actions(trajectory.states.back(), actions);
      advance(environment, trajectory, draw_uniform(actions, rng));
    }
  });
  return trajectories;
}

}  // namespace fragflow
