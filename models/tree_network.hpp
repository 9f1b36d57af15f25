// The network of the fragment policy (formulas: models/fragment_policy.hpp) as loops over the rows
// of a micro-batch, forward and backward, in float or double.
#pragma once

#include <vector>

#include "models/tree_batch.hpp"
#include "models/tree_layer.hpp"
#include "src/base/workspace.hpp"

namespace fragflow {

template <typename Real>
struct TreeNetwork {
  std::int64_t width = 0;
  ParameterRows<Real> label, size, empty, place_site;  // embeddings
  ParameterRows<Real> final_scale, final_shift;
  std::vector<TreeLayer<Real>> layers;
  LinearRows<Real> graph, place_node, place_graph, choice, stop, flow_hidden, flow;
  LinearRows<Real> leaf_node, leaf_graph, leaf;  // only with learned P_B

  bool has_leaves() const { return leaf.forward != nullptr; }
};

// Array sizes for a batch, or the maximum over its micro-batches.
struct TreeSizes {
  std::int64_t states, nodes, places, leaves;
};

// Activations of the network for a batch, kept for the backward pass. With conditions, activations
// are stored before and after gating; otherwise the two pointers alias.
template <typename Real>
struct TreeNetworkRows {
  // Arrays of `workspace`: one set per layer with gradients, else one that all layers share.
  TreeNetworkRows(const TreeNetwork<Real>& network, const TreeSizes& sizes, const Real* condition,
                  bool with_gradients, Workspace& workspace);

  const Real* condition;  // [B, 3 W] or null: added to the size; gates places; gates g
  Real* size;             // [B, W]
  std::vector<TreeLayerRows<Real>> layers;
  Real *h, *statistics, *x;               // [N, W], [N, 2], [N, W]: after the layers
  Real *pooled, *graph, *gained_graph;    // [B, W]: input of g; g before and after gating
  Real *place_rows, *place_graph;         // [N + 1, W], last: no node; [B, W]
  Real *places, *gained_places;           // [P, W]
  Real* flow_hidden;                      // [B, W]
  Real *leaf_rows, *leaf_graph, *leaves;  // [N, W], [B, W], [L, W]
};

// [P, C], [B], [B], [L]; the last is null without learned P_B. As gradients: null for outputs that
// were not used.
template <typename Real>
struct TreeNetworkOutputs {
  Real *place_logits, *stop_logits, *log_flow, *backward_logits;
};

// Gradients of the backward pass, reused for one micro-batch after the other to stay in the cache.
template <typename Real>
struct TreeNetworkGradients {
  // Arrays of `workspace`, sized by `largest`; grad_condition covers the whole batch.
  TreeNetworkGradients(const TreeNetwork<Real>& network, const TreeSizes& largest,
                       Real* grad_condition, Workspace& workspace);
  // Pointers shifted so that rows have their number in the batch; only this micro-batch's exist.
  TreeNetworkGradients of_part(const TreePart& part) const;

  std::int64_t width;
  Real* grad_condition;  // [B, 3 W] or null
  TreeLayerGradients<Real> layer;
  Real *grad_h, *grad_x, *grad_leaf_rows;                             // [N, W]
  Real *grad_size, *grad_graph, *grad_place_graph, *grad_leaf_graph;  // [B, W]
  Real* grad_flow_hidden;                                             // [B, W]
  Real* grad_place_rows;  // [N + 1, W]: the row after the last is for places without a node
  Real *grad_places, *grad_leaves;  // [P, W], [L, W]
};

// Forward pass over the rows of a micro-batch.
template <typename Real>
void apply_tree_network(const TreeNetwork<Real>& network, const TreeBatch& batch,
                        const TreePart& part, const TreeNetworkRows<Real>& rows,
                        const TreeNetworkOutputs<Real>& outputs);

// Backward pass, given the gradients of the outputs; adds to `gradients` of all parameters.
// Micro-batches may run concurrently, each with its own gradient accumulator.
template <typename Real>
void tree_network_backward(const TreeNetwork<Real>& network, const TreeBatch& batch,
                           const TreePart& part, const TreeNetworkRows<Real>& rows,
                           const TreeNetworkOutputs<const Real>& grad_outputs,
                           const TreeNetworkGradients<Real>& scratch, Real* gradients);

}  // namespace fragflow
