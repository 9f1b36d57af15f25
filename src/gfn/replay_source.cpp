#include "src/gfn/replay_source.hpp"

#include <algorithm>
#include <numeric>

#include "src/base/check.hpp"

namespace fragflow {
namespace {

RewardResult without_components(const RewardResult& reward) {
  RewardResult kept;
  kept.log_reward = reward.log_reward;
  kept.score = reward.score;
  kept.valid = reward.valid;
  return kept;
}

}  // namespace

void ReplayBuffer::add(const Experience& experience) {
  for (std::size_t i = 0; i < experience.trajectories.size(); ++i) {
    const Trajectory& trajectory = experience.trajectories[i];
    RewardResult reward = without_components(experience.rewards[i]);
    const auto [found, is_new] = slot_of_.try_emplace(trajectory.terminal(), next_);
    if (is_new) {
      if (size() < capacity_) {
        slots_.trajectories.emplace_back();
        slots_.rewards.emplace_back();
      } else {
        slot_of_.erase(slots_.trajectories[next_].terminal());
      }
      slots_.trajectories[next_] = trajectory;
      slots_.rewards[next_] = std::move(reward);
      next_ = (next_ + 1) % capacity_;
    } else {
      slots_.trajectories[found->second] = trajectory;
    }
  }
}

Experience ReplayBuffer::sample(std::int64_t count, bool prioritised, Rng& rng) const {
  Experience drawn;
  if (size() == 0) return drawn;
  const auto take = [&](std::int64_t slot) {
    drawn.trajectories.push_back(slots_.trajectories[slot]);
    drawn.rewards.push_back(slots_.rewards[slot]);
  };
  const std::int64_t num_best = prioritised ? count / 2 : 0;
  if (num_best > 0) {
    const std::int64_t top = std::max<std::int64_t>(1, size() / 10);
    std::vector<std::int64_t> order(size());
    std::iota(order.begin(), order.end(), 0);
    std::partial_sort(order.begin(), order.begin() + top, order.end(),
                      [&](std::int64_t a, std::int64_t b) {
                        const double x = slots_.rewards[a].log_reward;
                        const double y = slots_.rewards[b].log_reward;
                        return x != y ? x > y : a < b;
                      });
    for (std::int64_t k = 0; k < num_best; ++k) take(order[rng.below(top)]);
  }
  for (std::int64_t k = num_best; k < count; ++k)
    take(static_cast<std::int64_t>(rng.below(size())));
  return drawn;
}

void ReplayBuffer::save(SafetensorsFile& file) const {
  std::vector<std::int64_t> actions, lengths, valid;
  std::vector<double> rewards;
  for (std::int64_t i = 0; i < size(); ++i) {
    for (const Action action : slots_.trajectories[i].actions) {
      actions.push_back(action.site);
      actions.push_back(action.choice);
    }
    lengths.push_back(slots_.trajectories[i].length());
    rewards.push_back(slots_.rewards[i].log_reward);
    rewards.push_back(slots_.rewards[i].score);
    valid.push_back(slots_.rewards[i].valid);
  }
  const auto num_actions = static_cast<std::int64_t>(actions.size() / 2);
  file.tensors["replay.actions"] = TensorData::from_int64({num_actions, 2}, actions.data());
  file.tensors["replay.lengths"] = TensorData::from_int64({size()}, lengths.data());
  file.tensors["replay.rewards"] = TensorData::from_doubles({size(), 2}, rewards.data());
  file.tensors["replay.valid"] = TensorData::from_int64({size()}, valid.data());
  file.tensors["replay.next"] = TensorData::from_int64({}, &next_);
}

void ReplayBuffer::load(const SafetensorsFile& file) {
  const TensorData& all_actions = file.at("replay.actions");
  const TensorData& all_lengths = file.at("replay.lengths");
  const std::int64_t* actions = all_actions.int64s("replay.actions");
  const std::int64_t* lengths = all_lengths.int64s("replay.lengths");
  const double* rewards = file.at("replay.rewards").doubles("replay.rewards");
  const std::int64_t* valid = file.at("replay.valid").int64s("replay.valid");
  const std::int64_t count = all_lengths.num_elements();
  if (count > capacity_ || file.at("replay.rewards").num_elements() != 2 * count ||
      file.at("replay.valid").num_elements() != count ||
      2 * std::accumulate(lengths, lengths + count, std::int64_t{0}) !=
          all_actions.num_elements()) {
    user_error("the saved replay buffer does not fit together or exceeds replay.capacity = {}",
               capacity_);
  }
  slots_ = {};
  slot_of_.clear();
  ActionSet legal;
  for (std::int64_t i = 0; i < count; ++i) {
    Trajectory trajectory;
    trajectory.states.push_back(environment_.initial_state());
    for (std::int64_t t = 0; t < lengths[i]; ++t, actions += 2) {
      const Action action{static_cast<std::int32_t>(actions[0]),
                          static_cast<std::int32_t>(actions[1])};
      environment_.legal_actions(trajectory.states.back(), legal);
      if (!legal.contains(action)) user_error("the saved replay buffer is of another environment");
      trajectory.states.push_back(environment_.apply(trajectory.states.back(), action));
      trajectory.actions.push_back(action);
    }
    RewardResult reward;
    reward.log_reward = rewards[2 * i];
    reward.score = rewards[2 * i + 1];
    reward.valid = valid[i] != 0;
    slot_of_.emplace(trajectory.terminal(), i);
    slots_.trajectories.push_back(std::move(trajectory));
    slots_.rewards.push_back(std::move(reward));
  }
  next_ = *file.at("replay.next").int64s("replay.next");
}

ReplaySource::ReplaySource(std::unique_ptr<TrajectorySource> inner, const Environment& environment,
                           const ReplayConfig& config, std::uint64_t seed)
    : inner_(std::move(inner)),
      config_(config),
      seed_(seed),
      buffer_(environment, config.capacity) {}

SourceBatch ReplaySource::draw(Policy& policy, std::int64_t step, StepObserver& observer) {
  SourceBatch batch = inner_->draw(policy, step, observer);
  Rng rng(seed_, static_cast<std::uint64_t>(step));
  Experience old = buffer_.sample(config_.batch_size, config_.priority == "top", rng);
  batch.learn.trajectories.insert(batch.learn.trajectories.end(), old.trajectories.begin(),
                                  old.trajectories.end());
  batch.learn.rewards.insert(batch.learn.rewards.end(), old.rewards.begin(), old.rewards.end());
  buffer_.add(batch.visited);
  observer.phase_done(StepPhase::kSampling);
  return batch;
}

void ReplaySource::save(SafetensorsFile& file) const {
  inner_->save(file);
  buffer_.save(file);
}

void ReplaySource::load(const SafetensorsFile& file) {
  inner_->load(file);
  buffer_.load(file);
}

}  // namespace fragflow
