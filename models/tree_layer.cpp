#include "models/tree_layer.hpp"

#include <algorithm>

namespace fragflow {

template <typename Real>
void apply_tree_layer(const TreeLayer<Real>& layer, const TreeBatch& batch, const TreePart& part,
                      const TreeLayerRows<Real>& rows, Real* result) {
  const std::int64_t width = layer.update.out();
  const std::int64_t nodes = part.nodes.size(), states = part.states.size();
  const std::int64_t node = part.nodes.begin * width, state = part.states.begin * width;
  const std::int64_t* num_nodes = batch.num_nodes + part.states.begin;
  layer_norm(rows.h + node, nodes, width, layer.norm_scale.rows, layer.norm_shift.rows,
             rows.x + node, rows.statistics + 2 * part.nodes.begin);
  segment_means(rows.x + node, num_nodes, states, width, rows.mean + state);
  layer.message.apply(rows.x + node, nodes, rows.message + node);
  std::fill_n(rows.incoming + node, nodes * width, Real{0});
  edge_sums(edges_of(batch, part), rows.message, layer.source_site.rows, layer.target_site.rows,
            width, rows.incoming);
  layer.context.apply(rows.mean + state, states, rows.context + state);
  layer.self.apply(rows.x + node, nodes, rows.hidden + node);
  layer.incoming.add_to(rows.incoming + node, nodes, rows.hidden + node);
  shift_segments_relu(rows.context + state, num_nodes, states, width, rows.hidden + node);
  shift_rows(rows.h + node, layer.update.bias, nodes, width, result + node);
  layer.update.add_to(rows.hidden + node, nodes, result + node);
}

template <typename Real>
void tree_layer_backward(const TreeLayer<Real>& layer, const TreeBatch& batch, const TreePart& part,
                         const TreeLayerRows<Real>& rows, const TreeLayerGradients<Real>& scratch,
                         Real* of_h, Real* gradients) {
  const std::int64_t width = layer.update.out();
  const std::int64_t nodes = part.nodes.size(), states = part.states.size();
  const std::int64_t node = part.nodes.begin * width, state = part.states.begin * width;
  const std::int64_t* num_nodes = batch.num_nodes + part.states.begin;
  Real *const given = of_h + node, *const of_x = scratch.of_x + node;
  Real *const of_context = scratch.of_context + state, *const of_mean = scratch.of_mean + state;
  layer.update.learn(rows.hidden + node, given, nodes, gradients);
  // Of hidden, then of what it is the relu of.
  Real* const of_hidden = scratch.of_hidden + node;
  layer.update.apply_back(given, nodes, of_hidden);
  std::fill_n(of_context, states * width, Real{0});
  shift_segments_relu_backward(rows.hidden + node, num_nodes, states, width, of_hidden, of_context);

  layer.incoming.learn(rows.incoming + node, of_hidden, nodes, gradients);
  layer.incoming.apply_back(of_hidden, nodes, scratch.of_incoming + node);
  Real* const of_message = scratch.of_message + node;
  std::fill_n(of_message, nodes * width, Real{0});
  edge_sums_backward(edges_of(batch, part), rows.message, layer.source_site.rows,
                     layer.target_site.rows, scratch.of_incoming, width, scratch.of_message,
                     gradients + layer.source_site.at, gradients + layer.target_site.at);

  layer.self.apply_back(of_hidden, nodes, of_x);
  layer.message.add_back_to(of_message, nodes, of_x);
  layer.context.learn(rows.mean + state, of_context, states, gradients);
  layer.context.apply_back(of_context, states, of_mean);
  segment_means_backward(of_mean, num_nodes, states, width, of_x);

  thread_local PackedMatrix<Real> x;  // keeps its memory
  x.pack(row_major<Real>(rows.x + node, nodes, width));
  layer.message.learn(x, of_message, gradients);
  layer.self.learn(x, of_hidden, gradients);
  layer_norm_backward(rows.h + node, rows.statistics + 2 * part.nodes.begin, layer.norm_scale.rows,
                      of_x, nodes, width, given, gradients + layer.norm_scale.at,
                      gradients + layer.norm_shift.at);
}

#define FRAGFLOW_TREE_LAYER(Real)                                                                \
  template void apply_tree_layer(const TreeLayer<Real>&, const TreeBatch&, const TreePart&,      \
                                 const TreeLayerRows<Real>&, Real*);                             \
  template void tree_layer_backward(const TreeLayer<Real>&, const TreeBatch&, const TreePart&,   \
                                    const TreeLayerRows<Real>&, const TreeLayerGradients<Real>&, \
                                    Real*, Real*);

FRAGFLOW_TREE_LAYER(float)
FRAGFLOW_TREE_LAYER(double)

}  // namespace fragflow
