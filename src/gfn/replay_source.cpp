#include "src/gfn/replay_source.hpp"

#include <algorithm>
#include <cmath>

#include "src/base/check.hpp"
#include "src/gfn/backward_sampler.hpp"
#include "src/gfn/saved_objects.hpp"

namespace fragflow {
namespace {

// A molecule can have thousands of trees; storing all would displace other molecules.
constexpr std::size_t kMostTerminalsKept = 8;
constexpr double kRankOffset = 0.01;

RewardResult without_components(const RewardResult& reward) {
  RewardResult kept;
  kept.log_reward = reward.log_reward;
  kept.score = reward.score;
  kept.valid = reward.valid;
  return kept;
}

}  // namespace

bool ReplayBuffer::is_better(std::int64_t a, std::int64_t b) const {
  const double x = rewards_[a].log_reward, y = rewards_[b].log_reward;
  return x != y ? x > y : a < b;
}

void ReplayBuffer::sort_in(const std::vector<std::int64_t>& changed) {
  std::vector<std::int64_t> fresh = changed;
  std::sort(fresh.begin(), fresh.end());
  fresh.erase(std::unique(fresh.begin(), fresh.end()), fresh.end());
  const auto better = [this](std::int64_t a, std::int64_t b) { return is_better(a, b); };
  std::erase_if(by_reward_, [&](std::int64_t slot) {
    return std::binary_search(fresh.begin(), fresh.end(), slot);
  });
  std::sort(fresh.begin(), fresh.end(), better);
  const auto middle = static_cast<std::ptrdiff_t>(by_reward_.size());
  by_reward_.insert(by_reward_.end(), fresh.begin(), fresh.end());
  std::inplace_merge(by_reward_.begin(), by_reward_.begin() + middle, by_reward_.end(), better);
}

void ReplayBuffer::keep(std::span<const DatasetObject> objects) {
  FRAGFLOW_CHECK(size() == num_kept_, "objects are kept before others are added");
  std::vector<std::int64_t> changed;
  for (const DatasetObject& object : objects) {
    const std::size_t count = std::min(object.terminals.size(), kMostTerminalsKept);
    for (const State& terminal : std::span(object.terminals).first(count)) {
      if (!slot_of_.try_emplace(terminal, size()).second) continue;
      changed.push_back(size());
      terminals_.push_back(terminal);
      rewards_.push_back(without_components(object.reward));
    }
  }
  num_kept_ = next_ = size();
  sort_in(changed);
}

void ReplayBuffer::add(const Experience& experience) {
  std::vector<std::int64_t> changed;
  for (std::size_t i = 0; i < experience.trajectories.size(); ++i) {
    const State& terminal = experience.trajectories[i].terminal();
    if (!slot_of_.try_emplace(terminal, next_).second) continue;
    if (next_ == size()) {
      terminals_.emplace_back();
      rewards_.emplace_back();
    } else {
      slot_of_.erase(terminals_[next_]);
    }
    terminals_[next_] = terminal;
    rewards_[next_] = without_components(experience.rewards[i]);
    changed.push_back(next_);
    if (++next_ == num_kept_ + capacity_) next_ = num_kept_;
  }
  sort_in(changed);
}

// By inversion of the continuous distribution with density proportional to 1 / (offset n + r) on
// [0, n].
std::int64_t ReplayBuffer::draw_rank(Rng& rng) const {
  const double offset = kRankOffset * static_cast<double>(size());
  const double rank = offset * (std::pow(1 + 1 / kRankOffset, rng.uniform()) - 1);
  return std::min(static_cast<std::int64_t>(rank), size() - 1);
}

std::vector<std::int64_t> ReplayBuffer::stratum_ends() const {
  std::vector<std::int64_t> ends;
  for (std::int64_t begin = 0; begin < size(); begin = ends.back()) {
    const double floor = std::floor(rewards_[by_reward_[begin]].log_reward);
    const auto end =
        std::partition_point(by_reward_.begin() + begin, by_reward_.end(),
                             [&](std::int64_t slot) { return rewards_[slot].log_reward >= floor; });
    ends.push_back(end - by_reward_.begin());
  }
  return ends;
}

ReplayBuffer::Draw ReplayBuffer::sample(std::int64_t count, const std::string& priority,
                                        Rng& rng) const {
  Draw drawn;
  if (size() == 0) return drawn;
  const std::int64_t num_top = priority == "top" ? count / 2 : 0;
  const std::int64_t top = std::max<std::int64_t>(1, size() / 10);
  const std::vector<std::int64_t> ends =
      priority == "strata" ? stratum_ends() : std::vector<std::int64_t>();
  const auto below = [&](std::int64_t bound) {
    return static_cast<std::int64_t>(rng.below(static_cast<std::uint64_t>(bound)));
  };
  const auto draw_of_stratum = [&] {
    const std::int64_t stratum = below(static_cast<std::int64_t>(ends.size()));
    const std::int64_t begin = stratum == 0 ? 0 : ends[stratum - 1];
    return by_reward_[begin + below(ends[stratum] - begin)];
  };
  for (std::int64_t k = 0; k < count; ++k) {
    const std::int64_t slot = priority == "rank"     ? by_reward_[draw_rank(rng)]
                              : priority == "strata" ? draw_of_stratum()
                              : k < num_top          ? by_reward_[below(top)]
                                                     : below(size());
    drawn.terminals.push_back(terminals_[slot]);
    drawn.rewards.push_back(rewards_[slot]);
  }
  return drawn;
}

void ReplayBuffer::save(SafetensorsFile& file) const {
  save_objects("replay", terminals_, rewards_, file);
  const std::int64_t places[] = {num_kept_, next_};
  file.tensors["replay.places"] = TensorData::from_int64({2}, places);
}

void ReplayBuffer::load(const SafetensorsFile& file) {
  SavedObjects saved = load_objects("replay", environment_, file);
  terminals_ = std::move(saved.terminals);
  rewards_ = std::move(saved.rewards);
  const TensorData& places = file.at("replay.places");
  const std::int64_t* place = places.int64s("replay.places");
  const bool fits = places.num_elements() == 2 && place[0] >= 0 && place[0] <= size() &&
                    place[1] >= place[0] && place[1] <= size();
  if (!fits || size() - place[0] > capacity_) {
    user_error("the saved replay buffer does not fit together or exceeds replay.capacity = {}",
               capacity_);
  }
  num_kept_ = place[0], next_ = place[1];
  slot_of_.clear();
  by_reward_.clear();
  std::vector<std::int64_t> all;
  for (std::int64_t i = 0; i < size(); ++i) {
    if (!slot_of_.emplace(terminals_[i], i).second) {
      user_error("the saved replay buffer holds an object twice");
    }
    all.push_back(i);
  }
  sort_in(all);
}

ReplaySource::ReplaySource(std::unique_ptr<TrajectorySource> inner, const Environment& environment,
                           const ReplayConfig& config, bool learned_backward, std::uint64_t seed,
                           std::span<const DatasetObject> objects)
    : inner_(std::move(inner)),
      environment_(environment),
      config_(config),
      learned_backward_(learned_backward),
      seed_(seed),
      buffer_(environment, config.capacity) {
  buffer_.keep(objects);
}

void append_replayed(const ReplayBuffer& buffer, const ReplayConfig& config,
                     const Environment& environment, Policy& policy, bool learned_backward,
                     std::uint64_t seed, std::int64_t step, SourceBatch& batch) {
  Rng rng(seed, static_cast<std::uint64_t>(step));
  ReplayBuffer::Draw old = buffer.sample(config.batch_size, config.priority, rng);
  std::vector<Trajectory> trajectories =
      sample_backward_trajectories(environment, policy, old.terminals, learned_backward,
                                   mix_seed(seed, "back"), static_cast<std::uint64_t>(step));
  std::move(trajectories.begin(), trajectories.end(), std::back_inserter(batch.learn.trajectories));
  std::move(old.rewards.begin(), old.rewards.end(), std::back_inserter(batch.learn.rewards));
}

SourceBatch ReplaySource::draw(Policy& policy, std::int64_t step, StepObserver& observer) {
  SourceBatch batch = inner_->draw(policy, step, observer);
  append_replayed(buffer_, config_, environment_, policy, learned_backward_, seed_, step, batch);
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
