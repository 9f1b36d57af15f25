#include "src/gfn/state_tensor.hpp"

#include "src/base/check.hpp"

namespace fragflow {

TensorData states_tensor(const std::vector<State>& states) {
  std::vector<std::int64_t> values;
  for (const State& state : states) {
    values.insert(values.end(), {state.num_nodes, state.stopped});
    for (int i = 0; i < state.num_nodes; ++i) {
      const Node& node = state.nodes[i];
      values.insert(values.end(), {node.label, node.parent, node.parent_site, node.site});
    }
  }
  return TensorData::from_int64({static_cast<std::int64_t>(values.size())}, values.data());
}

std::vector<State> states_of(const TensorData& tensor, const std::string& name) {
  const std::int64_t* value = tensor.int64s(name);
  const std::int64_t* const end = value + tensor.num_elements();
  std::vector<State> states;
  while (value != end) {
    if (end - value < 2 || value[0] < 0 || value[0] > kMaxNodes || end - value < 2 + 4 * value[0]) {
      user_error("tensor '{}' holds no states", name);
    }
    State& state = states.emplace_back();
    state.num_nodes = static_cast<std::uint8_t>(*value++);
    state.stopped = *value++ != 0;
    for (int i = 0; i < state.num_nodes; ++i, value += 4) {
      Node& node = state.nodes[i];
      node.label = static_cast<std::int32_t>(value[0]);
      node.parent = static_cast<std::int8_t>(value[1]);
      node.parent_site = static_cast<std::uint8_t>(value[2]);
      node.site = static_cast<std::uint8_t>(value[3]);
    }
  }
  return states;
}

}  // namespace fragflow
