#include "models/tree_network.hpp"

#include <algorithm>
#include <initializer_list>

namespace fragflow {
namespace {

// Only with conditions. A state's condition has three parts: an addition to the size, and gains of
// places and of g.
enum ConditionPart { kAddedToSize, kGainOfPlaces, kGainOfGraph };

template <typename Real>
Real* condition_of(Real* condition, std::int64_t state, ConditionPart which, std::int64_t width) {
  return condition + (3 * state + which) * width;
}

// y[r] = x[r] * (1 + gain of the row's state).
template <typename Real, typename StateOf>
void apply_gain(const Real* condition, ConditionPart which, const TreePart::Range& rows,
                std::int64_t width, StateOf&& state_of, const Real* x, Real* y) {
  for (std::int64_t r = rows.begin; r < rows.end; ++r) {
    const Real* gain = condition_of(condition, state_of(r), which, width);
    for (std::int64_t k = 0; k < width; ++k) {
      y[r * width + k] = x[r * width + k] * (1 + gain[k]);
    }
  }
}

// Turns grad_y into the gradient of x, in place; adds to that of the condition.
template <typename Real, typename StateOf>
void gain_backward(const Real* condition, ConditionPart which, const TreePart::Range& rows,
                   std::int64_t width, StateOf&& state_of, const Real* x, Real* grad_y,
                   Real* grad_condition) {
  for (std::int64_t r = rows.begin; r < rows.end; ++r) {
    const Real* gain = condition_of(condition, state_of(r), which, width);
    Real* grad_gain = condition_of(grad_condition, state_of(r), which, width);
    for (std::int64_t k = 0; k < width; ++k) {
      grad_gain[k] += grad_y[r * width + k] * x[r * width + k];
      grad_y[r * width + k] *= 1 + gain[k];
    }
  }
}

// One micro-batch and its pass through the network.
template <typename Real>
class Pass {
 public:
  Pass(const TreeNetwork<Real>& network, const TreeBatch& batch, const TreePart& part,
       const TreeNetworkRows<Real>& rows)
      : network_(network), batch_(batch), part_(part), rows_(rows) {}

  void nodes() const {
    Real* const size = of_states(rows_.size);
    sum_rows<Real>(std::vector<TableRows<const Real>>{{network_.size.rows, num_nodes()}}, states(),
                   width(), false, size);
    for (std::int64_t s = part_.states.begin; rows_.condition && s < part_.states.end; ++s) {
      const Real* added = condition_of(rows_.condition, s, kAddedToSize, width());
      for (std::int64_t k = 0; k < width(); ++k) rows_.size[s * width() + k] += added[k];
    }
    Real* const first = network_.layers.empty() ? rows_.h : input_of(0);
    sum_rows<Real>(
        std::vector<TableRows<const Real>>{{network_.label.rows, batch_.node_label + first_node()},
                                           {rows_.size, batch_.node_state + first_node()}},
        num_rows(), width(), false, of_nodes(first));
    for (std::size_t k = 0; k < network_.layers.size(); ++k) {
      Real* const next = k + 1 < network_.layers.size() ? input_of(k + 1) : rows_.h;
      apply_tree_layer(network_.layers[k], batch_, part_, rows_.layers[k], next);
    }
    layer_norm(of_nodes(rows_.h), num_rows(), width(), network_.final_scale.rows,
               network_.final_shift.rows, of_nodes(rows_.x), rows_.statistics + 2 * first_node());
  }

  void graph() const {
    Real* const pooled = of_states(rows_.pooled);
    segment_means(of_nodes(rows_.x), num_nodes(), states(), width(), pooled);
    const Real* size = of_states(rows_.size);
    for (std::int64_t k = 0; k < states() * width(); ++k) pooled[k] += size[k];
    network_.graph.apply(pooled, states(), of_states(rows_.graph));
    relu(states() * width(), of_states(rows_.graph));
    if (rows_.condition != nullptr) {
      apply_gain(rows_.condition, kGainOfGraph, part_.states, width(), kItself, rows_.graph,
                 rows_.gained_graph);
    }
  }

  void heads(const TreeNetworkOutputs<Real>& outputs) const {
    const Real* graph = of_states(rows_.gained_graph);
    network_.place_node.apply(of_nodes(rows_.x), num_rows(), of_nodes(rows_.place_rows));
    network_.place_graph.apply(graph, states(), of_states(rows_.place_graph));
    sum_rows<Real>(
        std::vector<TableRows<const Real>>{
            {rows_.place_rows, batch_.place_node + part_.places.begin},
            {network_.place_site.rows, batch_.place_site + part_.places.begin},
            {rows_.place_graph, batch_.place_state + part_.places.begin}},
        part_.places.size(), width(), true, of_places(rows_.places));
    if (rows_.condition != nullptr) {
      apply_gain(rows_.condition, kGainOfPlaces, part_.places, width(), state_of_place(),
                 rows_.places, rows_.gained_places);
    }
    network_.choice.apply(of_places(rows_.gained_places), part_.places.size(),
                          outputs.place_logits + part_.places.begin * network_.choice.out());
    network_.stop.apply(graph, states(), outputs.stop_logits + part_.states.begin);
    network_.flow_hidden.apply(graph, states(), of_states(rows_.flow_hidden));
    relu(states() * width(), of_states(rows_.flow_hidden));
    network_.flow.apply(of_states(rows_.flow_hidden), states(),
                        outputs.log_flow + part_.states.begin);
    if (outputs.backward_logits == nullptr) return;
    network_.leaf_node.apply(of_nodes(rows_.x), num_rows(), of_nodes(rows_.leaf_rows));
    network_.leaf_graph.apply(graph, states(), of_states(rows_.leaf_graph));
    Real* const leaves = rows_.leaves + part_.leaves.begin * width();
    sum_rows<Real>(
        std::vector<TableRows<const Real>>{
            {rows_.leaf_rows, batch_.leaf_node + part_.leaves.begin},
            {rows_.leaf_graph, batch_.leaf_state + part_.leaves.begin}},
        part_.leaves.size(), width(), true, leaves);
    network_.leaf.apply(leaves, part_.leaves.size(), outputs.backward_logits + part_.leaves.begin);
  }

  // The gradients of x and g start at zero, and each head with a gradient adds to them.
  void heads_backward(const TreeNetworkOutputs<const Real>& grad_output,
                      const TreeNetworkGradients<Real>& scratch, Real* gradients) const {
    const Real* graph = of_states(rows_.gained_graph);
    Real* const grad_graph = of_states(scratch.grad_graph);
    std::fill_n(of_nodes(scratch.grad_x), num_rows() * width(), Real{0});
    std::fill_n(grad_graph, states() * width(), Real{0});
    if (grad_output.place_logits != nullptr)
      places_backward(grad_output.place_logits, scratch, gradients);
    if (grad_output.stop_logits != nullptr) {
      const Real* grad_stop = grad_output.stop_logits + part_.states.begin;
      network_.stop.accumulate_weight_gradient(graph, grad_stop, states(), gradients);
      network_.stop.accumulate_backward_input(grad_stop, states(), grad_graph);
    }
    if (grad_output.log_flow != nullptr) {
      const Real* grad_flow = grad_output.log_flow + part_.states.begin;
      const Real* hidden = of_states(rows_.flow_hidden);
      Real* const grad_hidden = of_states(scratch.grad_flow_hidden);
      network_.flow.accumulate_weight_gradient(hidden, grad_flow, states(), gradients);
      network_.flow.backward_input(grad_flow, states(), grad_hidden);
      relu_backward(hidden, states() * width(), grad_hidden);
      network_.flow_hidden.accumulate_weight_gradient(graph, grad_hidden, states(), gradients);
      network_.flow_hidden.accumulate_backward_input(grad_hidden, states(), grad_graph);
    }
    if (grad_output.backward_logits != nullptr)
      leaves_backward(grad_output.backward_logits, scratch, gradients);
  }

  void nodes_backward(const TreeNetworkGradients<Real>& scratch, Real* gradients) const {
    Real* const grad_graph = of_states(scratch.grad_graph);
    Real* const grad_size = of_states(scratch.grad_size);
    if (rows_.condition != nullptr) {
      gain_backward(rows_.condition, kGainOfGraph, part_.states, width(), kItself, rows_.graph,
                    scratch.grad_graph, scratch.grad_condition);
    }
    relu_backward(of_states(rows_.graph), states() * width(), grad_graph);
    network_.graph.accumulate_weight_gradient(of_states(rows_.pooled), grad_graph, states(),
                                              gradients);
    network_.graph.backward_input(grad_graph, states(),
                                  grad_size);  // of pooled: size plus the means
    segment_means_backward(grad_size, num_nodes(), states(), width(), of_nodes(scratch.grad_x));

    Real* const grad_h = of_nodes(scratch.grad_h);
    std::fill_n(grad_h, num_rows() * width(), Real{0});
    layer_norm_backward(of_nodes(rows_.h), rows_.statistics + 2 * first_node(),
                        network_.final_scale.rows, of_nodes(scratch.grad_x), num_rows(), width(),
                        grad_h, gradients + network_.final_scale.at,
                        gradients + network_.final_shift.at);
    for (std::size_t k = network_.layers.size(); k > 0; --k) {
      tree_layer_backward(network_.layers[k - 1], batch_, part_, rows_.layers[k - 1], scratch.layer,
                          scratch.grad_h, gradients);
    }
    sum_rows_backward<Real>(
        std::vector<TableRows<Real>>{
            {gradients + network_.label.at, batch_.node_label + first_node()},
            {scratch.grad_size, batch_.node_state + first_node()}},
        grad_h, nullptr, num_rows(), width());
    sum_rows_backward<Real>(
        std::vector<TableRows<Real>>{{gradients + network_.size.at, num_nodes()}}, grad_size,
        nullptr, states(), width());
    for (std::int64_t s = part_.states.begin; rows_.condition && s < part_.states.end; ++s) {
      std::copy_n(scratch.grad_size + s * width(), width(),
                  condition_of(scratch.grad_condition, s, kAddedToSize, width()));
    }
  }

 private:
  static constexpr auto kItself = [](std::int64_t state) { return state; };

  void places_backward(const Real* grad_logits, const TreeNetworkGradients<Real>& scratch,
                       Real* gradients) const {
    const std::int64_t places = part_.places.size();
    const Real* grad_output = grad_logits + part_.places.begin * network_.choice.out();
    Real* const grad_each = of_places(scratch.grad_places);
    network_.choice.accumulate_weight_gradient(of_places(rows_.gained_places), grad_output, places,
                                               gradients);
    network_.choice.backward_input(grad_output, places, grad_each);
    if (rows_.condition != nullptr) {
      gain_backward(rows_.condition, kGainOfPlaces, part_.places, width(), state_of_place(),
                    rows_.places, scratch.grad_places, scratch.grad_condition);
    }
    const std::int64_t without_node = part_.nodes.end;  // the row after the last of the micro-batch
    thread_local std::vector<std::int64_t> row;
    row.assign(batch_.place_node + part_.places.begin, batch_.place_node + part_.places.end);
    std::replace(row.begin(), row.end(), batch_.total_nodes, without_node);
    Real* const grad_empty = scratch.grad_place_rows + without_node * width();
    Real *const grad_rows = of_nodes(scratch.grad_place_rows), *const grad_shared = of_states(
                                                                   scratch.grad_place_graph);
    std::fill_n(grad_rows, num_rows() * width(), Real{0});
    std::fill_n(grad_empty, width(), Real{0});
    std::fill_n(grad_shared, states() * width(), Real{0});
    sum_rows_backward<Real>(
        std::vector<TableRows<Real>>{
            {scratch.grad_place_rows, row.data()},
            {gradients + network_.place_site.at, batch_.place_site + part_.places.begin},
            {scratch.grad_place_graph, batch_.place_state + part_.places.begin}},
        grad_each, of_places(rows_.places), places, width());
    add_row_sums(grad_empty, 1, width(), gradients + network_.empty.at);
    network_.place_node.accumulate_weight_gradient(of_nodes(rows_.x), grad_rows, num_rows(),
                                                   gradients);
    network_.place_node.accumulate_backward_input(grad_rows, num_rows(), of_nodes(scratch.grad_x));
    network_.place_graph.accumulate_weight_gradient(of_states(rows_.gained_graph), grad_shared,
                                                    states(), gradients);
    network_.place_graph.accumulate_backward_input(grad_shared, states(),
                                                   of_states(scratch.grad_graph));
  }

  void leaves_backward(const Real* grad_logits, const TreeNetworkGradients<Real>& scratch,
                       Real* gradients) const {
    const std::int64_t count = part_.leaves.size(), first = part_.leaves.begin;
    const Real* leaves = rows_.leaves + first * width();
    Real* const grad_leaves = scratch.grad_leaves + first * width();
    network_.leaf.accumulate_weight_gradient(leaves, grad_logits + first, count, gradients);
    network_.leaf.backward_input(grad_logits + first, count, grad_leaves);
    Real *const grad_rows = of_nodes(scratch.grad_leaf_rows), *const grad_shared = of_states(
                                                                  scratch.grad_leaf_graph);
    std::fill_n(grad_rows, num_rows() * width(), Real{0});
    std::fill_n(grad_shared, states() * width(), Real{0});
    sum_rows_backward<Real>(
        std::vector<TableRows<Real>>{{scratch.grad_leaf_rows, batch_.leaf_node + first},
                                     {scratch.grad_leaf_graph, batch_.leaf_state + first}},
        grad_leaves, leaves, count, width());
    network_.leaf_node.accumulate_weight_gradient(of_nodes(rows_.x), grad_rows, num_rows(),
                                                  gradients);
    network_.leaf_node.accumulate_backward_input(grad_rows, num_rows(), of_nodes(scratch.grad_x));
    network_.leaf_graph.accumulate_weight_gradient(of_states(rows_.gained_graph), grad_shared,
                                                   states(), gradients);
    network_.leaf_graph.accumulate_backward_input(grad_shared, states(),
                                                  of_states(scratch.grad_graph));
  }

  std::int64_t width() const { return network_.width; }
  std::int64_t states() const { return part_.states.size(); }
  std::int64_t num_rows() const { return part_.nodes.size(); }
  std::int64_t first_node() const { return part_.nodes.begin; }
  const std::int64_t* num_nodes() const { return batch_.num_nodes + part_.states.begin; }
  Real* of_states(Real* rows) const { return rows + part_.states.begin * width(); }
  Real* of_nodes(Real* rows) const { return rows + part_.nodes.begin * width(); }
  Real* of_places(Real* rows) const { return rows + part_.places.begin * width(); }
  // The input of a layer is the output of the previous one.
  Real* input_of(std::size_t layer) const { return const_cast<Real*>(rows_.layers[layer].h); }
  auto state_of_place() const {
    return [this](std::int64_t place) { return batch_.place_state[place]; };
  }

  const TreeNetwork<Real>& network_;
  const TreeBatch& batch_;
  const TreePart& part_;
  const TreeNetworkRows<Real>& rows_;
};

}  // namespace

template <typename Real>
TreeNetworkRows<Real>::TreeNetworkRows(const TreeNetwork<Real>& network, const TreeSizes& sizes,
                                       const Real* input_condition, bool with_gradients,
                                       Workspace& workspace)
    : condition(input_condition) {
  const std::int64_t width = network.width;
  const auto of = [&](std::int64_t rows) { return workspace.take<Real>(rows * width); };
  const auto layer = [&] {
    return TreeLayerRows<Real>{of(sizes.nodes),  workspace.take<Real>(2 * sizes.nodes),
                               of(sizes.nodes),  of(sizes.states),
                               of(sizes.states), of(sizes.nodes),
                               of(sizes.nodes),  of(sizes.nodes)};
  };
  size = of(sizes.states);
  for (std::size_t k = 0; k < network.layers.size(); ++k) {
    if (with_gradients || k == 0) {
      layers.push_back(layer());
    } else {
      layers.push_back(layers[0]);
      // Input and output of a layer must not alias.
      layers[k].h = k == 1 ? of(sizes.nodes) : layers[k - 2].h;
    }
  }
  h = of(sizes.nodes), statistics = workspace.take<Real>(2 * sizes.nodes), x = of(sizes.nodes);
  pooled = of(sizes.states), graph = of(sizes.states);
  gained_graph = condition != nullptr ? of(sizes.states) : graph;
  place_rows = of(sizes.nodes + 1), place_graph = of(sizes.states);
  std::copy_n(network.empty.rows, width, place_rows + sizes.nodes * width);
  places = of(sizes.places);
  gained_places = condition != nullptr ? of(sizes.places) : places;
  flow_hidden = of(sizes.states);
  leaf_rows = leaf_graph = leaves = nullptr;
  if (network.has_leaves()) {
    leaf_rows = of(sizes.nodes), leaf_graph = of(sizes.states), leaves = of(sizes.leaves);
  }
}

template <typename Real>
TreeNetworkGradients<Real>::TreeNetworkGradients(const TreeNetwork<Real>& network,
                                                 const TreeSizes& largest, Real* condition_gradient,
                                                 Workspace& workspace)
    : width(network.width), grad_condition(condition_gradient) {
  const auto of = [&](std::int64_t rows) { return workspace.take<Real>(rows * width); };
  layer = {of(largest.nodes), of(largest.nodes),  of(largest.nodes),
           of(largest.nodes), of(largest.states), of(largest.states)};
  grad_h = of(largest.nodes), grad_x = of(largest.nodes);
  grad_size = of(largest.states), grad_graph = of(largest.states);
  grad_place_graph = of(largest.states), grad_flow_hidden = of(largest.states);
  grad_place_rows = of(largest.nodes + 1);
  grad_places = of(largest.places);
  grad_leaf_rows = grad_leaf_graph = grad_leaves = nullptr;
  if (network.has_leaves()) {
    grad_leaf_rows = of(largest.nodes), grad_leaf_graph = of(largest.states);
    grad_leaves = of(largest.leaves);
  }
}

template <typename Real>
TreeNetworkGradients<Real> TreeNetworkGradients<Real>::of_part(const TreePart& part) const {
  TreeNetworkGradients moved = *this;
  const auto begin_at = [this](const TreePart::Range& range, std::initializer_list<Real**> arrays) {
    for (Real** const array : arrays) {
      if (*array != nullptr) *array -= range.begin * width;
    }
  };
  begin_at(part.nodes, {&moved.layer.grad_hidden, &moved.layer.grad_incoming,
                        &moved.layer.grad_message, &moved.layer.grad_x, &moved.grad_h,
                        &moved.grad_x, &moved.grad_leaf_rows, &moved.grad_place_rows});
  begin_at(part.states,
           {&moved.layer.grad_context, &moved.layer.grad_mean, &moved.grad_size, &moved.grad_graph,
            &moved.grad_place_graph, &moved.grad_leaf_graph, &moved.grad_flow_hidden});
  begin_at(part.places, {&moved.grad_places});
  begin_at(part.leaves, {&moved.grad_leaves});
  return moved;
}

template <typename Real>
void apply_tree_network(const TreeNetwork<Real>& network, const TreeBatch& batch,
                        const TreePart& part, const TreeNetworkRows<Real>& rows,
                        const TreeNetworkOutputs<Real>& outputs) {
  const Pass<Real> pass(network, batch, part, rows);
  pass.nodes();
  pass.graph();
  pass.heads(outputs);
}

template <typename Real>
void tree_network_backward(const TreeNetwork<Real>& network, const TreeBatch& batch,
                           const TreePart& part, const TreeNetworkRows<Real>& rows,
                           const TreeNetworkOutputs<const Real>& grad_outputs,
                           const TreeNetworkGradients<Real>& scratch, Real* gradients) {
  const Pass<Real> pass(network, batch, part, rows);
  pass.heads_backward(grad_outputs, scratch, gradients);
  pass.nodes_backward(scratch, gradients);
}

#define FRAGFLOW_TREE_NETWORK(Real)                                                                \
  template struct TreeNetworkRows<Real>;                                                           \
  template struct TreeNetworkGradients<Real>;                                                      \
  template void apply_tree_network(const TreeNetwork<Real>&, const TreeBatch&, const TreePart&,    \
                                   const TreeNetworkRows<Real>&, const TreeNetworkOutputs<Real>&); \
  template void tree_network_backward(                                                             \
      const TreeNetwork<Real>&, const TreeBatch&, const TreePart&, const TreeNetworkRows<Real>&,   \
      const TreeNetworkOutputs<const Real>&, const TreeNetworkGradients<Real>&, Real*);

FRAGFLOW_TREE_NETWORK(float)
FRAGFLOW_TREE_NETWORK(double)

}  // namespace fragflow
