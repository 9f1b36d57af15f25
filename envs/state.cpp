#include "envs/state.hpp"

namespace fragflow {

std::size_t StateHash::operator()(const State& state) const {
  // FNV-1a steps over packed nodes, then a final mix so that the low bits are usable.
  std::uint64_t hash = 0xcbf29ce484222325u ^ (state.num_nodes * 2u + (state.stopped ? 1u : 0u));
  for (int i = 0; i < state.num_nodes; ++i) {
    const Node& node = state.nodes[i];
    const auto label = static_cast<std::uint64_t>(node.label);
    const std::uint64_t packed = (label & 0xffff) |
                                 std::uint64_t{static_cast<std::uint8_t>(node.parent)} << 16 |
                                 std::uint64_t{node.parent_site} << 24 |
                                 std::uint64_t{node.site} << 32 | (label >> 16) << 40;
    hash = (hash ^ packed) * 0x9e3779b97f4a7c15u;
    hash ^= hash >> 29;
  }
  hash *= 0xbf58476d1ce4e5b9u;
  return static_cast<std::size_t>(hash ^ (hash >> 32));
}

void ActionSet::reset(int num_choices) {
  stop = false;
  num_choices_ = num_choices;
  words_ = (num_choices + 63) / 64;
  places_.clear();
  bits_.clear();
}

int ActionSet::add_place(Place place) {
  places_.push_back(place);
  bits_.resize(bits_.size() + words_, 0);
  return num_places() - 1;
}

int ActionSet::count() const {
  int total = stop ? 1 : 0;
  for (const std::uint64_t word : bits_) total += std::popcount(word);
  return total;
}

}  // namespace fragflow
