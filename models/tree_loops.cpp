#include "models/tree_loops.hpp"

#include <algorithm>
#include <cmath>

#include "src/base/vector_clones.hpp"

namespace fragflow {
namespace {

constexpr double kVarianceFloor = 1e-5;

template <typename Real>
FRAGFLOW_INLINE void add_to(const Real* __restrict x, std::int64_t width, Real* __restrict y) {
#pragma omp simd
  for (std::int64_t k = 0; k < width; ++k) y[k] += x[k];
}

template <typename Real>
FRAGFLOW_INLINE void add_scaled_to(const Real* __restrict x, Real factor, std::int64_t width,
                                   Real* __restrict y) {
#pragma omp simd
  for (std::int64_t k = 0; k < width; ++k) y[k] += factor * x[k];
}

}  // namespace

template <typename Real>
FRAGFLOW_VECTOR_CLONES void layer_norm(const Real* h, std::int64_t rows, std::int64_t width,
                                       const Real* scale, const Real* shift, Real* x,
                                       Real* statistics) {
  for (std::int64_t r = 0; r < rows; ++r, h += width, x += width, statistics += 2) {
    Real sum = 0, squares = 0;
#pragma omp simd reduction(+ : sum)
    for (std::int64_t k = 0; k < width; ++k) sum += h[k];
    const Real mean = sum / static_cast<Real>(width);
#pragma omp simd reduction(+ : squares)
    for (std::int64_t k = 0; k < width; ++k) squares += (h[k] - mean) * (h[k] - mean);
    const Real variance = squares / static_cast<Real>(width);
    const Real inverse = 1 / std::sqrt(variance + static_cast<Real>(kVarianceFloor));
#pragma omp simd
    for (std::int64_t k = 0; k < width; ++k) x[k] = (h[k] - mean) * inverse * scale[k] + shift[k];
    statistics[0] = mean;
    statistics[1] = inverse;
  }
}

template <typename Real>
FRAGFLOW_VECTOR_CLONES void layer_norm_backward(const Real* h, const Real* statistics,
                                                const Real* scale, const Real* grad_x,
                                                std::int64_t rows, std::int64_t width, Real* grad_h,
                                                Real* __restrict grad_scale,
                                                Real* __restrict grad_shift) {
  for (std::int64_t r = 0; r < rows; ++r, h += width, grad_x += width, grad_h += width) {
    const Real mean = statistics[2 * r], inverse = statistics[2 * r + 1];
    Real sum = 0, product = 0;  // of the gradient of norm(h); of its product with norm(h)
#pragma omp simd reduction(+ : sum, product)
    for (std::int64_t k = 0; k < width; ++k) {
      const Real gradient = grad_x[k] * scale[k];
      sum += gradient;
      product += gradient * ((h[k] - mean) * inverse);
    }
    sum /= static_cast<Real>(width);
    product /= static_cast<Real>(width);
#pragma omp simd
    for (std::int64_t k = 0; k < width; ++k) {
      const Real normal = (h[k] - mean) * inverse;
      grad_h[k] += inverse * (grad_x[k] * scale[k] - sum - normal * product);
      grad_scale[k] += grad_x[k] * normal;
      grad_shift[k] += grad_x[k];
    }
  }
}

template <typename Real>
FRAGFLOW_VECTOR_CLONES void segment_means(const Real* x, const std::int64_t* num_rows,
                                          std::int64_t states, std::int64_t width, Real* mean) {
  for (std::int64_t s = 0; s < states; ++s, mean += width) {
    std::fill_n(mean, width, Real{0});
    for (std::int64_t r = 0; r < num_rows[s]; ++r, x += width) add_to(x, width, mean);
    const Real share = 1 / static_cast<Real>(std::max<std::int64_t>(num_rows[s], 1));
#pragma omp simd
    for (std::int64_t k = 0; k < width; ++k) mean[k] *= share;
  }
}

template <typename Real>
FRAGFLOW_VECTOR_CLONES void segment_means_backward(const Real* grad_mean,
                                                   const std::int64_t* num_rows,
                                                   std::int64_t states, std::int64_t width,
                                                   Real* grad_x) {
  for (std::int64_t s = 0; s < states; ++s, grad_mean += width) {
    const Real share = 1 / static_cast<Real>(std::max<std::int64_t>(num_rows[s], 1));
    for (std::int64_t r = 0; r < num_rows[s]; ++r, grad_x += width) {
      add_scaled_to(grad_mean, share, width, grad_x);
    }
  }
}

template <typename Real>
FRAGFLOW_VECTOR_CLONES void edge_sums(const EdgeRows& edges, const Real* message,
                                      const Real* source_site, const Real* target_site,
                                      std::int64_t width, Real* incoming) {
  for (std::int64_t e = 0; e < edges.count; ++e) {
    const Real* from = message + edges.source[e] * width;
    const Real* first = source_site + edges.source_site[e] * width;
    const Real* second = target_site + edges.target_site[e] * width;
    Real* __restrict to = incoming + edges.target[e] * width;
#pragma omp simd
    for (std::int64_t k = 0; k < width; ++k) {
      const Real value = from[k] + first[k] + second[k];
      to[k] += value > 0 ? value : 0;
    }
  }
}

template <typename Real>
FRAGFLOW_VECTOR_CLONES void edge_sums_backward(const EdgeRows& edges, const Real* message,
                                               const Real* source_site, const Real* target_site,
                                               const Real* grad_incoming, std::int64_t width,
                                               Real* grad_message, Real* grad_source_site,
                                               Real* grad_target_site) {
  for (std::int64_t e = 0; e < edges.count; ++e) {
    const std::int64_t source = edges.source[e] * width, first = edges.source_site[e] * width;
    const std::int64_t second = edges.target_site[e] * width;
    const Real *m = message + source, *a = source_site + first, *b = target_site + second;
    const Real* grad_output = grad_incoming + edges.target[e] * width;
    Real* __restrict of_m = grad_message + source;
    Real* __restrict of_a = grad_source_site + first;
    Real* __restrict of_b = grad_target_site + second;
#pragma omp simd
    for (std::int64_t k = 0; k < width; ++k) {
      const Real gradient = m[k] + a[k] + b[k] > 0 ? grad_output[k] : 0;
      of_m[k] += gradient;
      of_a[k] += gradient;
      of_b[k] += gradient;
    }
  }
}

template <typename Real>
FRAGFLOW_VECTOR_CLONES void sum_rows(std::span<const TableRows<const Real>> tables,
                                     std::int64_t rows, std::int64_t width, bool rectified,
                                     Real* y) {
  for (std::int64_t r = 0; r < rows; ++r, y += width) {
    std::copy_n(tables[0].table + tables[0].row[r] * width, width, y);
    for (std::size_t t = 1; t < tables.size(); ++t) {
      add_to(tables[t].table + tables[t].row[r] * width, width, y);
    }
    if (!rectified) continue;
#pragma omp simd
    for (std::int64_t k = 0; k < width; ++k) y[k] = y[k] > 0 ? y[k] : 0;
  }
}

template <typename Real>
FRAGFLOW_VECTOR_CLONES void sum_rows_backward(std::span<const TableRows<Real>> grad_tables,
                                              const Real* grad_y, const Real* y, std::int64_t rows,
                                              std::int64_t width) {
  for (std::int64_t r = 0; r < rows; ++r, grad_y += width) {
    for (const TableRows<Real>& table : grad_tables) {
      Real* __restrict to = table.table + table.row[r] * width;
      if (y == nullptr) {
        add_to(grad_y, width, to);
        continue;
      }
      const Real* value = y + r * width;
#pragma omp simd
      for (std::int64_t k = 0; k < width; ++k) to[k] += value[k] > 0 ? grad_y[k] : 0;
    }
  }
}

template <typename Real>
FRAGFLOW_VECTOR_CLONES void add_segment_bias_relu(const Real* shift, const std::int64_t* num_rows,
                                                  std::int64_t states, std::int64_t width,
                                                  Real* y) {
  for (std::int64_t s = 0; s < states; ++s, shift += width) {
    for (std::int64_t r = 0; r < num_rows[s]; ++r, y += width) {
#pragma omp simd
      for (std::int64_t k = 0; k < width; ++k) {
        const Real value = y[k] + shift[k];
        y[k] = value > 0 ? value : 0;
      }
    }
  }
}

template <typename Real>
FRAGFLOW_VECTOR_CLONES void add_segment_bias_relu_backward(const Real* y,
                                                           const std::int64_t* num_rows,
                                                           std::int64_t states, std::int64_t width,
                                                           Real* grad_y, Real* grad_shift) {
  for (std::int64_t s = 0; s < states; ++s, grad_shift += width) {
    for (std::int64_t r = 0; r < num_rows[s]; ++r, y += width, grad_y += width) {
      Real* __restrict sum = grad_shift;
#pragma omp simd
      for (std::int64_t k = 0; k < width; ++k) {
        const Real gradient = y[k] > 0 ? grad_y[k] : 0;
        grad_y[k] = gradient;
        sum[k] += gradient;
      }
    }
  }
}

template <typename Real>
FRAGFLOW_VECTOR_CLONES void relu(std::int64_t count, Real* y) {
#pragma omp simd
  for (std::int64_t k = 0; k < count; ++k) y[k] = y[k] > 0 ? y[k] : 0;
}

template <typename Real>
FRAGFLOW_VECTOR_CLONES void relu_backward(const Real* y, std::int64_t count, Real* grad_y) {
#pragma omp simd
  for (std::int64_t k = 0; k < count; ++k) grad_y[k] = y[k] > 0 ? grad_y[k] : 0;
}

template <typename Real>
FRAGFLOW_VECTOR_CLONES void add_bias(const Real* x, const Real* shift, std::int64_t rows,
                                     std::int64_t width, Real* y) {
  for (std::int64_t r = 0; r < rows; ++r, x += width, y += width) {
#pragma omp simd
    for (std::int64_t k = 0; k < width; ++k) y[k] = x[k] + shift[k];
  }
}

template <typename Real>
FRAGFLOW_VECTOR_CLONES void add_row_sums(const Real* x, std::int64_t rows, std::int64_t width,
                                         Real* sum) {
  for (std::int64_t r = 0; r < rows; ++r, x += width) add_to(x, width, sum);
}

// Explicit, since the attribute for several processors belongs to the definitions above.
#define FRAGFLOW_TREE_LOOPS(Real)                                                                  \
  template void layer_norm(const Real*, std::int64_t, std::int64_t, const Real*, const Real*,      \
                           Real*, Real*);                                                          \
  template void layer_norm_backward(const Real*, const Real*, const Real*, const Real*,            \
                                    std::int64_t, std::int64_t, Real*, Real*, Real*);              \
  template void segment_means(const Real*, const std::int64_t*, std::int64_t, std::int64_t,        \
                              Real*);                                                              \
  template void segment_means_backward(const Real*, const std::int64_t*, std::int64_t,             \
                                       std::int64_t, Real*);                                       \
  template void edge_sums(const EdgeRows&, const Real*, const Real*, const Real*, std::int64_t,    \
                          Real*);                                                                  \
  template void edge_sums_backward(const EdgeRows&, const Real*, const Real*, const Real*,         \
                                   const Real*, std::int64_t, Real*, Real*, Real*);                \
  template void sum_rows(std::span<const TableRows<const Real>>, std::int64_t, std::int64_t, bool, \
                         Real*);                                                                   \
  template void sum_rows_backward(std::span<const TableRows<Real>>, const Real*, const Real*,      \
                                  std::int64_t, std::int64_t);                                     \
  template void add_segment_bias_relu(const Real*, const std::int64_t*, std::int64_t,              \
                                      std::int64_t, Real*);                                        \
  template void add_segment_bias_relu_backward(const Real*, const std::int64_t*, std::int64_t,     \
                                               std::int64_t, Real*, Real*);                        \
  template void relu(std::int64_t, Real*);                                                         \
  template void relu_backward(const Real*, std::int64_t, Real*);                                   \
  template void add_bias(const Real*, const Real*, std::int64_t, std::int64_t, Real*);             \
  template void add_row_sums(const Real*, std::int64_t, std::int64_t, Real*);

FRAGFLOW_TREE_LOOPS(float)
FRAGFLOW_TREE_LOOPS(double)

}  // namespace fragflow
