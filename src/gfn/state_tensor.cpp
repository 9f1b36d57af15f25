#include "src/gfn/state_tensor.hpp"

#include "src/base/check.hpp"

namespace fragflow {
namespace {

constexpr std::int64_t kColumns = 2 + 4 * kMaxNodes;

}  // namespace

TensorData states_tensor(const std::vector<State>& states) {
  std::vector<std::int64_t> values;
  for (const State& state : states) {
    values.push_back(state.num_nodes);
    values.push_back(state.stopped);
    for (const Node& node : state.nodes) {
      values.insert(values.end(), {node.label, node.parent, node.parent_site, node.site});
    }
  }
  return TensorData::from_int64({static_cast<std::int64_t>(states.size()), kColumns},
                                values.data());
}

std::vector<State> states_of(const TensorData& tensor, const std::string& name) {
  if (tensor.shape.size() != 2 || tensor.shape[1] != kColumns) {
    user_error("tensor '{}' must have {} columns", name, kColumns);
  }
  const std::int64_t* value = tensor.int64s(name);
  std::vector<State> states(static_cast<std::size_t>(tensor.shape[0]));
  for (State& state : states) {
    if (value[0] < 0 || value[0] > kMaxNodes) user_error("tensor '{}' holds no state", name);
    state.num_nodes = static_cast<std::uint8_t>(*value++);
    state.stopped = *value++ != 0;
    for (Node& node : state.nodes) {
      node.label = static_cast<std::uint16_t>(value[0]);
      node.parent = static_cast<std::int8_t>(value[1]);
      node.parent_site = static_cast<std::uint8_t>(value[2]);
      node.site = static_cast<std::uint8_t>(value[3]);
      value += 4;
    }
  }
  return states;
}

}  // namespace fragflow
