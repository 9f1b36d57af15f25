#include "src/gfn/sampler.hpp"

#include <algorithm>
#include <unordered_map>

#include "models/policy.hpp"
#include "src/base/check.hpp"
#include "src/base/parallel.hpp"
#include "src/gfn/action_distribution.hpp"
#include "src/gfn/batch_conditions.hpp"

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

// Number of trajectories that a thread draws completely, without waiting for others: as large as
// possible, for larger products and fewer states evaluated twice. Only for policies with
// independent rows, where results do not depend on the number of threads.
std::int64_t group_size(std::int64_t count) {
  const int threads = num_threads();
  return threads == 1 ? count : std::max<std::int64_t>(32, count / (2 * threads));
}

// Draws for the state in this row of the batch.
Action draw_action(const StateBatch& batch, const ActionDistribution& distribution,
                   std::int64_t row, const Exploration& exploration, Rng& rng) {
  const ActionSet& actions = batch.actions[row];
  if (exploration.stop > 0 && actions.stop && rng.uniform() < exploration.stop) {
    return Action::stop();
  }
  const bool uniform = exploration.epsilon > 0 && rng.uniform() < exploration.epsilon;
  return uniform ? draw_uniform(actions, rng)
                 : distribution.sample(row, exploration.temperature, rng);
}

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

// A state within a group.
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

bool advance_all(const Environment& environment, const InferencePolicy& policy,
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
  const ActionDistribution distribution(policy(batch), batch);
  const auto take_step = [&](std::int64_t k) {
    const std::int64_t i = live.trajectory[k];
    const Action action =
        draw_action(batch, distribution, distinct.row[k], exploration, generators[i]);
    advance(environment, trajectories[i], action);
  };
  parallel_for(static_cast<std::int64_t>(live.trajectory.size()), take_step);
  return true;
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

DistinctStates distinct_start_states(std::span<const Trajectory> trajectories) {
  std::vector<const State*> states;
  for (const Trajectory& trajectory : trajectories) {
    for (int t = 0; t < trajectory.length(); ++t) states.push_back(&trajectory.states[t]);
  }
  return distinct_states(states);
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
  return advance_all(environment, policy.for_inference(), trajectories, generators, exploration);
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
  const InferencePolicy inference = policy.for_inference();
  const auto count = static_cast<std::int64_t>(begun.size());
  const std::int64_t per_group = policy.rows_are_independent() ? group_size(count) : count;
  const auto complete_group = [&](std::int64_t group) {
    const std::int64_t begin = group * per_group, size = std::min(per_group, count - begin);
    const std::span trajectories = std::span(begun).subspan(begin, size);
    const std::span own = std::span(generators).subspan(begin, size);
    while (advance_all(environment, inference, trajectories, own, exploration)) {
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
