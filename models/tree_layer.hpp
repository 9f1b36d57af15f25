// A message-passing layer on trees: products with packed weights, and between them one pass each
// over rows that are still in the cache (models/tree_loops.hpp). For float and double.
#pragma once

#include "models/linear_rows.hpp"
#include "models/tree_batch.hpp"

namespace fragflow {

// Rows of a parameter; `at` is the offset of its gradient among those of all parameters.
template <typename Real>
struct ParameterRows {
  const Real* rows = nullptr;
  std::int64_t at = 0;
};

// W is the width, S the number of sites.
//   x = norm(h)
//   m_v = sum over joins (u, v) of relu(message x_u + source_site + target_site)
//   h_v + update relu(self x_v + incoming m_v + context mean(x))
template <typename Real>
struct TreeLayer {
  ParameterRows<Real> norm_scale, norm_shift;                 // [W]
  ParameterRows<Real> source_site, target_site;               // [S, W]
  LinearRows<Real> message, self, incoming, context, update;  // W to W; the last two with a bias
};

// Activations of a layer for a batch, kept for the backward pass.
template <typename Real>
struct TreeLayerRows {
  const Real* h;             // [N, W] input
  Real *statistics, *x;      // [N, 2], [N, W]
  Real *mean, *context;      // [B, W]
  Real *message, *incoming;  // [N, W]
  Real* hidden;              // [N, W] input of the update
};

// Gradients of the backward pass, reused for one layer after the other.
template <typename Real>
struct TreeLayerGradients {
  Real *grad_hidden, *grad_incoming, *grad_message, *grad_x;  // [N, W]
  Real *grad_context, *grad_mean;                             // [B, W]
};

// Forward pass over the rows of a micro-batch: from rows.h to result [N, W].
template <typename Real>
void apply_tree_layer(const TreeLayer<Real>& layer, const TreeBatch& batch, const TreePart& part,
                      const TreeLayerRows<Real>& rows, Real* result);

// Backward pass. grad_h: [N, W], on entry the gradient of the result, on return that of h. Adds to
// the gradients of the parameters.
template <typename Real>
void tree_layer_backward(const TreeLayer<Real>& layer, const TreeBatch& batch, const TreePart& part,
                         const TreeLayerRows<Real>& rows, const TreeLayerGradients<Real>& scratch,
                         Real* grad_h, Real* gradients);

}  // namespace fragflow
