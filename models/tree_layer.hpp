// A message-passing layer on trees: products with packed weights, and between them one pass each
// over rows that are still in the cache (models/tree_loops.hpp). For float and double.
#pragma once

#include "models/linear_rows.hpp"
#include "models/tree_batch.hpp"

namespace fragflow {

// Rows of a parameter; its gradient begins at `at` among those of all parameters.
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

// What a layer writes for the nodes and states of a batch, and what the way back reads.
template <typename Real>
struct TreeLayerRows {
  const Real* h;             // [N, W] what comes in
  Real *statistics, *x;      // [N, 2], [N, W]
  Real *mean, *context;      // [B, W]
  Real *message, *incoming;  // [N, W]
  Real* hidden;              // [N, W] what the update sees
};

// Gradients on their way back, of one layer after the other.
template <typename Real>
struct TreeLayerGradients {
  Real *grad_hidden, *grad_incoming, *grad_message, *grad_x;  // [N, W]
  Real *grad_context, *grad_mean;                             // [B, W]
};

// The rows of a part: from rows.h to result [N, W].
template <typename Real>
void apply_tree_layer(const TreeLayer<Real>& layer, const TreeBatch& batch, const TreePart& part,
                      const TreeLayerRows<Real>& rows, Real* result);

// grad_h: [N, W], the gradient of the result, which becomes that of h. Adds to the gradients of the
// parameters.
template <typename Real>
void tree_layer_backward(const TreeLayer<Real>& layer, const TreeBatch& batch, const TreePart& part,
                         const TreeLayerRows<Real>& rows, const TreeLayerGradients<Real>& scratch,
                         Real* grad_h, Real* gradients);

}  // namespace fragflow
