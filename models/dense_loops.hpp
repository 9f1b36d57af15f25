// The loops of a dense network on a few rows. A BLAS rearranges the whole weight matrix before it
// multiplies, which pays for many rows only.
#pragma once

#include <cstdint>

namespace fragflow {

// y[r, o] = bias[o] + sum over i of x[r, i] * weight[o, i]; x is [rows, in], weight [out, in], bias
// [out], y [rows, out], all contiguous; y is no part of the others. The order of a sum depends on
// the kind of processor alone.
void dense_rows(const float* x, std::int64_t rows, std::int64_t in, const float* weight,
                const float* bias, std::int64_t out, float* y);

// leaky_relu with slope 0.01, in place.
void leaky_relu(float* values, std::int64_t count);
// From the gradient of what leaky_relu returned, `activation`, that of what it was given.
void leaky_relu_backward(const float* gradient, const float* activation, std::int64_t count,
                         float* result);

// y += factor * x.
void add_scaled(const float* x, float factor, std::int64_t count, float* y);

}  // namespace fragflow
