// Operations of tree networks between their matrix products, each in one pass over the rows. For
// float and double. Matrices are contiguous, [rows, width]; sums are in a fixed order.
#pragma once

#include <cstdint>
#include <span>

namespace fragflow {

// x[r] = norm(h[r]) * scale + shift, where norm subtracts the mean and divides by the deviation,
// sqrt(variance + 1e-5). statistics: [rows, 2], mean and 1 / deviation, for the backward pass.
template <typename Real>
void layer_norm(const Real* h, std::int64_t rows, std::int64_t width, const Real* scale,
                const Real* shift, Real* x, Real* statistics);
// Given the gradient of x, adds to those of h, scale and shift.
template <typename Real>
void layer_norm_backward(const Real* h, const Real* statistics, const Real* scale,
                         const Real* grad_x, std::int64_t rows, std::int64_t width, Real* grad_h,
                         Real* grad_scale, Real* grad_shift);

// mean[s] = mean over the next num_rows[s] rows of x, 0 if there are none; s in [0, states).
template <typename Real>
void segment_means(const Real* x, const std::int64_t* num_rows, std::int64_t states,
                   std::int64_t width, Real* mean);
// Given the gradient of the means, adds to that of x.
template <typename Real>
void segment_means_backward(const Real* grad_mean, const std::int64_t* num_rows,
                            std::int64_t states, std::int64_t width, Real* grad_x);

// Joins in both directions: row numbers, [count] each.
struct EdgeRows {
  const std::int64_t *source, *target;            // nodes
  const std::int64_t *source_site, *target_site;  // rows of the embeddings of sites
  std::int64_t count;
};

// incoming[v] = sum over the edges to v of relu(message[source] + source_site[..] +
// target_site[..]); incoming is zero on entry.
template <typename Real>
void edge_sums(const EdgeRows& edges, const Real* message, const Real* source_site,
               const Real* target_site, std::int64_t width, Real* incoming);
// Given the gradient of incoming, adds to those of the three others.
template <typename Real>
void edge_sums_backward(const EdgeRows& edges, const Real* message, const Real* source_site,
                        const Real* target_site, const Real* grad_incoming, std::int64_t width,
                        Real* grad_message, Real* grad_source_site, Real* grad_target_site);

// A lookup into a table: one row number for each row of the result.
template <typename Real>
struct TableRows {
  Real* table;
  const std::int64_t* row;
};

// y[r] = sum over the tables of table[row[r]], and relu of it if `rectified`.
template <typename Real>
void sum_rows(std::span<const TableRows<const Real>> tables, std::int64_t rows, std::int64_t width,
              bool rectified, Real* y);
// Given the gradient of y, adds to those of the tables. y: the result of sum_rows(), or null if it
// was not rectified.
template <typename Real>
void sum_rows_backward(std::span<const TableRows<Real>> grad_tables, const Real* grad_y,
                       const Real* y, std::int64_t rows, std::int64_t width);

// y[r] = relu(y[r] + shift[segment]), where the s-th segment is the next num_rows[s] rows.
template <typename Real>
void add_segment_bias_relu(const Real* shift, const std::int64_t* num_rows, std::int64_t states,
                           std::int64_t width, Real* y);
// Turns the gradient of the result into that of the input y, in place; adds to that of shift.
template <typename Real>
void add_segment_bias_relu_backward(const Real* y, const std::int64_t* num_rows,
                                    std::int64_t states, std::int64_t width, Real* grad_y,
                                    Real* grad_shift);

// y = relu(y), in place; and the gradient of the result into that of the input, in place.
template <typename Real>
void relu(std::int64_t count, Real* y);
template <typename Real>
void relu_backward(const Real* y, std::int64_t count, Real* grad_y);

// y[r] = x[r] + shift.
template <typename Real>
void add_bias(const Real* x, const Real* shift, std::int64_t rows, std::int64_t width, Real* y);
// Adds the sum of the rows of x to sum.
template <typename Real>
void add_row_sums(const Real* x, std::int64_t rows, std::int64_t width, Real* sum);

}  // namespace fragflow
