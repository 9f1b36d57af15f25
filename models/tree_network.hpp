// The network of the fragment policy (the formulas: models/fragment_policy.hpp) as loops over the
// rows of a part of a batch, forward and backward, in float or double.
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

// Of a batch, or what no part of it exceeds.
struct TreeSizes {
  std::int64_t states, nodes, places, leaves;
};

// What the network writes for a batch, and what the way back reads. What a condition multiplies
// stands twice, before and after; both are the same array without conditions.
template <typename Real>
struct TreeNetworkRows {
  // Arrays of `workspace`. The way back needs those of every layer; without it, all share one.
  TreeNetworkRows(const TreeNetwork<Real>& network, const TreeSizes& sizes, const Real* condition,
                  bool with_gradients, Workspace& workspace);

  const Real* condition;  // [B, 3 W] or null: added to the size, gains of places, of g
  Real* size;             // [B, W]
  std::vector<TreeLayerRows<Real>> layers;
  Real *h, *statistics, *x;               // [N, W], [N, 2], [N, W]: after the layers
  Real *pooled, *graph, *gained_graph;    // [B, W]: what g is made from, g
  Real *place_rows, *place_graph;         // [N + 1, W] the last without a node, [B, W]
  Real *places, *gained_places;           // [P, W]
  Real* flow_hidden;                      // [B, W]
  Real *leaf_rows, *leaf_graph, *leaves;  // [N, W], [B, W], [L, W]
};

// [P, C], [B], [B], [L]; the last is null without learned P_B. As gradients: null where nothing
// depends on an output.
template <typename Real>
struct TreeNetworkOutputs {
  Real *place_logits, *stop_logits, *log_flow, *backward_logits;
};

// Gradients on their way back, for one part after the other, so that they stay in the cache.
template <typename Real>
struct TreeNetworkGradients {
  // Arrays of `workspace`; grad_condition is the whole batch's. No part has more than `largest`.
  TreeNetworkGradients(const TreeNetwork<Real>& network, const TreeSizes& largest,
                       Real* grad_condition, Workspace& workspace);
  // Such that a row has the number that it has in the batch; only those of this part are there.
  TreeNetworkGradients of_part(const TreePart& part) const;

  std::int64_t width;
  Real* grad_condition;  // [B, 3 W] or null
  TreeLayerGradients<Real> layer;
  Real *grad_h, *grad_x, *grad_leaf_rows;                             // [N, W]
  Real *grad_size, *grad_graph, *grad_place_graph, *grad_leaf_graph;  // [B, W]
  Real* grad_flow_hidden;                                             // [B, W]
  Real* grad_place_rows;  // [N + 1, W]: the row after a part's is of places without a node
  Real *grad_places, *grad_leaves;  // [P, W], [L, W]
};

// The rows of a part.
template <typename Real>
void apply_tree_network(const TreeNetwork<Real>& network, const TreeBatch& batch,
                        const TreePart& part, const TreeNetworkRows<Real>& rows,
                        const TreeNetworkOutputs<Real>& outputs);

// From the gradients of the outputs; adds to `gradients` of all parameters. Parts may go at the
// same time with gradients of their own.
template <typename Real>
void tree_network_backward(const TreeNetwork<Real>& network, const TreeBatch& batch,
                           const TreePart& part, const TreeNetworkRows<Real>& rows,
                           const TreeNetworkOutputs<const Real>& grad_outputs,
                           const TreeNetworkGradients<Real>& scratch, Real* gradients);

}  // namespace fragflow
