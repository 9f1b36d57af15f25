#include "models/state_batch.hpp"

#include "src/base/check.hpp"
#include "src/base/parallel.hpp"

namespace fragflow {
namespace {

// Result of the first pass over a state: sizes, so that the second can write in place.
struct Sizes {
  std::vector<std::int64_t> nodes, edges, places, leaves;  // [B + 1] offsets
};

torch::Tensor empty_index(std::int64_t size) { return torch::empty({size}, torch::kInt64); }

std::int64_t num_edges(const State& state) {
  std::int64_t joins = 0;
  for (int i = 0; i < state.num_nodes; ++i) joins += state.nodes[i].parent >= 0;
  return 2 * joins;
}

Sizes offsets_of(std::span<const State> states, const std::vector<ActionSet>& actions,
                 const std::vector<std::vector<BackwardAction>>& leaves) {
  Sizes offsets;
  for (auto* list : {&offsets.nodes, &offsets.edges, &offsets.places, &offsets.leaves}) {
    list->assign(states.size() + 1, 0);
  }
  for (std::size_t b = 0; b < states.size(); ++b) {
    offsets.nodes[b + 1] = offsets.nodes[b] + states[b].num_nodes;
    offsets.edges[b + 1] = offsets.edges[b] + num_edges(states[b]);
    offsets.places[b + 1] = offsets.places[b] + actions[b].num_places();
    offsets.leaves[b + 1] =
        offsets.leaves[b] + (leaves.empty() ? 0 : static_cast<std::int64_t>(leaves[b].size()));
  }
  return offsets;
}

// Raw pointers to the tensors being filled.
struct Writer {
  explicit Writer(StateBatch& batch, const Environment::Shape& shape)
      : num_nodes(batch.num_nodes.data_ptr<std::int64_t>()),
        node_label(batch.node_label.data_ptr<std::int64_t>()),
        node_state(batch.node_state.data_ptr<std::int64_t>()),
        edge_source(batch.edge_source.data_ptr<std::int64_t>()),
        edge_target(batch.edge_target.data_ptr<std::int64_t>()),
        edge_source_site(batch.edge_source_site.data_ptr<std::int64_t>()),
        edge_target_site(batch.edge_target_site.data_ptr<std::int64_t>()),
        place_node(batch.place_node.data_ptr<std::int64_t>()),
        place_site(batch.place_site.data_ptr<std::int64_t>()),
        place_state(batch.place_state.data_ptr<std::int64_t>()),
        leaf_node(batch.leaf_node.data_ptr<std::int64_t>()),
        leaf_state(batch.leaf_state.data_ptr<std::int64_t>()),
        place_mask(batch.place_mask.data_ptr<bool>()),
        stop_mask(batch.stop_mask.data_ptr<bool>()),
        shape(shape) {}

  std::int64_t site_number(const Node& node, int site) const {
    return shape.is_vector ? 0 : shape.site_offset[node.label] + site;
  }

  void write_nodes(const State& state, std::int64_t b, std::int64_t first, std::int64_t edge) {
    num_nodes[b] = state.num_nodes;
    for (int i = 0; i < state.num_nodes; ++i) {
      const Node& node = state.nodes[i];
      node_label[first + i] = node.label;
      node_state[first + i] = b;
      if (node.parent < 0) continue;
      const std::int64_t parent_site = site_number(state.nodes[node.parent], node.parent_site);
      const std::int64_t own_site = site_number(node, node.site);
      edge_source[edge] = edge_target[edge + 1] = first + node.parent;
      edge_target[edge] = edge_source[edge + 1] = first + i;
      edge_source_site[edge] = edge_target_site[edge + 1] = parent_site;
      edge_target_site[edge] = edge_source_site[edge + 1] = own_site;
      edge += 2;
    }
  }

  void write_places(const State& state, const ActionSet& actions, std::int64_t b,
                    std::int64_t first_node, std::int64_t row, std::int64_t total_nodes) {
    stop_mask[b] = actions.stop;
    const std::int64_t width = shape.num_choices;
    for (int p = 0; p < actions.num_places(); ++p, ++row) {
      const Place place = actions.places()[p];
      const bool on_node = place.node >= 0;
      place_node[row] = on_node ? first_node + place.node : total_nodes;
      place_site[row] = on_node ? site_number(state.nodes[place.node], place.site)
                                : (shape.site_offset.empty() ? 0 : shape.site_offset.back());
      place_state[row] = b;
      const std::uint64_t* bits = actions.row(p);
      bool* mask = place_mask + row * width;
      for (std::int64_t c = 0; c < width; ++c) mask[c] = (bits[c >> 6] >> (c & 63) & 1) != 0;
    }
  }

  std::int64_t *num_nodes, *node_label, *node_state, *edge_source, *edge_target, *edge_source_site,
      *edge_target_site, *place_node, *place_site, *place_state, *leaf_node, *leaf_state;
  bool *place_mask, *stop_mask;
  const Environment::Shape& shape;
};

void allocate(StateBatch& batch, const Sizes& offsets, int num_choices) {
  const std::int64_t nodes = offsets.nodes.back(), edges = offsets.edges.back();
  const std::int64_t places = offsets.places.back(), leaves = offsets.leaves.back();
  batch.num_nodes = empty_index(batch.num_states);
  batch.node_label = empty_index(nodes);
  batch.node_state = empty_index(nodes);
  batch.edge_source = empty_index(edges);
  batch.edge_target = empty_index(edges);
  batch.edge_source_site = empty_index(edges);
  batch.edge_target_site = empty_index(edges);
  batch.place_node = empty_index(places);
  batch.place_site = empty_index(places);
  batch.place_state = empty_index(places);
  batch.leaf_node = empty_index(leaves);
  batch.leaf_state = empty_index(leaves);
  batch.place_mask = torch::empty({places, num_choices}, torch::kBool);
  batch.stop_mask = torch::empty({batch.num_states}, torch::kBool);
}

}  // namespace

StateBatch make_state_batch(const Environment& environment, std::span<const State> states,
                            bool with_leaves) {
  const Environment::Shape shape = environment.shape();
  const auto count = static_cast<std::int64_t>(states.size());
  StateBatch batch;
  batch.num_states = count;
  batch.states.assign(states.begin(), states.end());
  batch.actions.resize(states.size());
  std::vector<std::vector<BackwardAction>> leaves(with_leaves ? states.size() : 0);
  const auto find_actions = [&](std::int64_t b) {
    FRAGFLOW_DCHECK(!environment.is_terminal(states[b]), "state {} is terminal", b);
    environment.legal_actions(states[b], batch.actions[b]);
    if (with_leaves) environment.legal_backward_actions(states[b], leaves[b]);
  };
  parallel_for(count, find_actions, kShortBodies);
  Sizes offsets = offsets_of(states, batch.actions, leaves);
  allocate(batch, offsets, shape.num_choices);
  Writer writer(batch, shape);
  const auto write = [&](std::int64_t b) {
    const std::int64_t first_node = offsets.nodes[b];
    writer.write_nodes(states[b], b, first_node, offsets.edges[b]);
    writer.write_places(states[b], batch.actions[b], b, first_node, offsets.places[b],
                        offsets.nodes.back());
    for (std::int64_t i = offsets.leaves[b]; i < offsets.leaves[b + 1]; ++i) {
      writer.leaf_node[i] = first_node + leaves[b][i - offsets.leaves[b]].node;
      writer.leaf_state[i] = b;
    }
  };
  parallel_for(count, write, kShortBodies);
  batch.node_offset = std::move(offsets.nodes);
  batch.edge_offset = std::move(offsets.edges);
  batch.place_offset = std::move(offsets.places);
  batch.leaf_offset = std::move(offsets.leaves);
  return batch;
}

}  // namespace fragflow
