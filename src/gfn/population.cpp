#include "src/gfn/population.hpp"

#include <algorithm>
#include <sstream>

#include "src/base/check.hpp"
#include "src/gfn/state_tensor.hpp"

namespace fragflow {
namespace {

std::uint64_t hash_of_fragments(const State& state) {
  std::vector<std::uint64_t> labels;
  for (int v = 0; v < state.num_nodes; ++v) labels.push_back(state.nodes[v].label);
  std::sort(labels.begin(), labels.end());
  std::uint64_t hash = 0xcbf29ce484222325u;
  for (const std::uint64_t label : labels) {
    hash = (hash ^ (label + 1)) * 0x9e3779b97f4a7c15u;
    hash ^= hash >> 29;
  }
  return hash;
}

}  // namespace

Population::Population(const Environment& environment, const BreedingConfig& config)
    : environment_(environment), config_(config) {}

void Population::add(const Experience& experience) {
  for (std::size_t i = 0; i < experience.rewards.size(); ++i) {
    const State& state = experience.trajectories[i].terminal();
    const RewardResult& reward = experience.rewards[i];
    seen_.insert(StateHash{}(state));
    if (!reward.valid) continue;
    Member member{state, reward.score, reward.object, hash_of_fragments(state)};
    if (member.object.empty()) member.object = environment_.to_string(state);
    insert(std::move(member));
  }
  const auto n = static_cast<double>(members_.size());
  cumulative_.clear();
  double sum = 0;
  for (std::size_t r = 0; r < members_.size(); ++r) {
    sum += 1.0 / (config_.selection * n + static_cast<double>(r));
    cumulative_.push_back(sum);
  }
}

void Population::insert(Member member) {
  const bool is_full = size() >= config_.population;
  if (is_full && member.score <= members_.back().score) return;
  if (objects_.contains(member.object)) return;
  const auto alike = num_alike_.find(member.fragments);
  if (alike != num_alike_.end() && alike->second >= config_.alike) {
    std::size_t worst = members_.size() - 1;
    while (members_[worst].fragments != member.fragments) --worst;
    if (member.score <= members_[worst].score) return;
    remove(worst);
  } else if (is_full) {
    remove(members_.size() - 1);
  }
  objects_.insert(member.object);
  ++num_alike_[member.fragments];
  const auto at =
      std::upper_bound(members_.begin(), members_.end(), member,
                       [](const Member& a, const Member& b) { return a.score > b.score; });
  members_.insert(at, std::move(member));
}

void Population::remove(std::size_t rank) {
  const Member& member = members_[rank];
  objects_.erase(member.object);
  const auto alike = num_alike_.find(member.fragments);
  if (--alike->second == 0) num_alike_.erase(alike);
  members_.erase(members_.begin() + static_cast<std::ptrdiff_t>(rank));
}

std::int64_t Population::draw_rank(Rng& rng) const {
  FRAGFLOW_CHECK(!members_.empty(), "a parent from an empty population");
  const auto found =
      std::upper_bound(cumulative_.begin(), cumulative_.end(), rng.uniform() * cumulative_.back());
  return std::min<std::int64_t>(found - cumulative_.begin(), size() - 1);
}

bool Population::has_seen(const State& terminal) const {
  return seen_.contains(StateHash{}(terminal));
}

void Population::save(SafetensorsFile& file) const {
  std::vector<State> states;
  std::vector<double> scores;
  std::string objects;
  for (const Member& member : members_) {
    states.push_back(member.state);
    scores.push_back(member.score);
    objects += member.object + "\n";
  }
  std::vector<std::int64_t> seen(seen_.begin(), seen_.end());
  std::sort(seen.begin(), seen.end());
  file.tensors["population.states"] = states_tensor(states);
  file.tensors["population.scores"] = TensorData::from_doubles({size()}, scores.data());
  file.tensors["population.objects"] = TensorData::from_bytes(objects);
  file.tensors["population.seen"] =
      TensorData::from_int64({static_cast<std::int64_t>(seen.size())}, seen.data());
}

void Population::load(const SafetensorsFile& file) {
  const std::vector<State> states = states_of(file.at("population.states"), "population.states");
  const TensorData& scores = file.at("population.scores");
  const double* score = scores.doubles("population.scores");
  const auto& bytes = file.at("population.objects").bytes;
  std::istringstream objects(std::string(bytes.begin(), bytes.end()));
  if (scores.num_elements() != static_cast<std::int64_t>(states.size()) ||
      static_cast<std::int64_t>(states.size()) > config_.population) {
    user_error(
        "the saved population does not fit together or has more than population = {} members",
        config_.population);
  }
  members_.clear();
  objects_.clear();
  num_alike_.clear();
  seen_.clear();
  for (std::size_t i = 0; i < states.size(); ++i) {
    std::string object;
    if (!std::getline(objects, object)) user_error("the saved population does not fit together");
    if (!states[i].stopped || environment_.canonical(states[i]) != states[i]) {
      user_error("the saved population is of another environment");
    }
    insert({states[i], score[i], object, hash_of_fragments(states[i])});
  }
  add({});
  const TensorData& seen = file.at("population.seen");
  const std::int64_t* hashes = seen.int64s("population.seen");
  for (std::int64_t i = 0; i < seen.num_elements(); ++i) {
    seen_.insert(static_cast<std::uint64_t>(hashes[i]));
  }
}

}  // namespace fragflow
