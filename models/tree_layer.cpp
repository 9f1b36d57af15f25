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
  add_segment_bias_relu(rows.context + state, num_nodes, states, width, rows.hidden + node);
  add_bias(rows.h + node, layer.update.bias, nodes, width, result + node);
  layer.update.add_to(rows.hidden + node, nodes, result + node);
}

template <typename Real>
void tree_layer_backward(const TreeLayer<Real>& layer, const TreeBatch& batch, const TreePart& part,
                         const TreeLayerRows<Real>& rows, const TreeLayerGradients<Real>& scratch,
                         Real* grad_h, Real* gradients) {
  const std::int64_t width = layer.update.out();
  const std::int64_t nodes = part.nodes.size(), states = part.states.size();
  const std::int64_t node = part.nodes.begin * width, state = part.states.begin * width;
  const std::int64_t* num_nodes = batch.num_nodes + part.states.begin;
  Real *const grad_output = grad_h + node, *const grad_x = scratch.grad_x + node;
  Real *const grad_context = scratch.grad_context + state, *const grad_mean =
                                                               scratch.grad_mean + state;
  layer.update.accumulate_weight_gradient(rows.hidden + node, grad_output, nodes, gradients);
  // First the gradient of hidden, then that of its pre-activation.
  Real* const grad_hidden = scratch.grad_hidden + node;
  layer.update.backward_input(grad_output, nodes, grad_hidden);
  std::fill_n(grad_context, states * width, Real{0});
  add_segment_bias_relu_backward(rows.hidden + node, num_nodes, states, width, grad_hidden,
                                 grad_context);

  layer.incoming.accumulate_weight_gradient(rows.incoming + node, grad_hidden, nodes, gradients);
  layer.incoming.backward_input(grad_hidden, nodes, scratch.grad_incoming + node);
  Real* const grad_message = scratch.grad_message + node;
  std::fill_n(grad_message, nodes * width, Real{0});
  edge_sums_backward(edges_of(batch, part), rows.message, layer.source_site.rows,
                     layer.target_site.rows, scratch.grad_incoming, width, scratch.grad_message,
                     gradients + layer.source_site.at, gradients + layer.target_site.at);

  layer.self.backward_input(grad_hidden, nodes, grad_x);
  layer.message.accumulate_backward_input(grad_message, nodes, grad_x);
  layer.context.accumulate_weight_gradient(rows.mean + state, grad_context, states, gradients);
  layer.context.backward_input(grad_context, states, grad_mean);
  segment_means_backward(grad_mean, num_nodes, states, width, grad_x);

  thread_local PackedMatrix<Real> x;  // reuses its memory
  x.pack(row_major<Real>(rows.x + node, nodes, width));
  layer.message.accumulate_weight_gradient(x, grad_message, gradients);
  layer.self.accumulate_weight_gradient(x, grad_hidden, gradients);
  layer_norm_backward(rows.h + node, rows.statistics + 2 * part.nodes.begin, layer.norm_scale.rows,
                      grad_x, nodes, width, grad_output, gradients + layer.norm_scale.at,
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
