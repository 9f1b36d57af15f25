#include "src/gfn/shared_trajectories.hpp"

#include <iterator>

#include "src/base/byte_text.hpp"
#include "src/base/check.hpp"

namespace fragflow {
namespace {

void write_state(const State& state, ByteWriter& to) {
  to.put(state.num_nodes);
  to.put(state.stopped);
  to.put_all(state.nodes.data(), state.num_nodes);
}

State read_state(ByteReader& from) {
  State state;
  state.num_nodes = from.take<std::uint8_t>();
  state.stopped = from.take<bool>();
  FRAGFLOW_CHECK(state.num_nodes <= kMaxNodes, "a state of {} nodes", state.num_nodes);
  from.take_all(state.nodes.data(), state.num_nodes);
  return state;
}

// Without the condition, which is known to every rank.
void write_trajectory(const Trajectory& trajectory, ByteWriter& to) {
  to.put(static_cast<std::int32_t>(trajectory.actions.size()));
  to.put_all(trajectory.actions.data(), trajectory.actions.size());
  for (const State& state : trajectory.states) write_state(state, to);
}

void read_trajectory(ByteReader& from, Trajectory& trajectory) {
  trajectory.actions.resize(from.take<std::int32_t>());
  from.take_all(trajectory.actions.data(), trajectory.actions.size());
  trajectory.states.clear();
  for (std::size_t i = 0; i <= trajectory.actions.size(); ++i) {
    trajectory.states.push_back(read_state(from));
  }
}

}  // namespace

std::vector<Trajectory> complete_together(const SharedWork& work, const Environment& environment,
                                          Policy& policy, std::vector<Trajectory> begun,
                                          std::uint64_t seed, std::uint64_t stream,
                                          const Exploration& exploration) {
  if (!work.is_split()) {
    return complete_trajectories(environment, policy, std::move(begun), seed, stream, exploration);
  }
  const auto count = static_cast<std::int64_t>(begun.size());
  ByteWriter own;
  const ItemRange blocks = work.own_blocks();
  for (std::int64_t block = blocks.begin; block < blocks.end; ++block) {
    const ItemRange items = work.items_of(block, count);
    std::vector<Trajectory> part(begun.begin() + items.begin, begun.begin() + items.end);
    part = complete_trajectories(environment, policy, std::move(part), seed, stream, exploration,
                                 items.begin);
    for (const Trajectory& trajectory : part) write_trajectory(trajectory, own);
  }
  auto next = begun.begin();
  for (const std::string& text : work.group->gather(own.text())) {
    for (ByteReader reader(text); !reader.is_empty(); ++next) read_trajectory(reader, *next);
  }
  FRAGFLOW_CHECK(next == begun.end(), "{} of {} trajectories came", next - begun.begin(), count);
  return begun;
}

}  // namespace fragflow
