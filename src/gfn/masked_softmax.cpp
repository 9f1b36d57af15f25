#include "src/gfn/masked_softmax.hpp"

#include <algorithm>
#include <cmath>

#include "src/base/exponential.hpp"
#include "src/base/vector_clones.hpp"

namespace fragflow {

// Entries per block. Masked values are first written and then summed, since compilers do not
// vectorise a sum over bytes and numbers at once.
constexpr std::int64_t kBlock = 128;

// Negligible relative to 1, however low the logit is.
template <typename Real>
FRAGFLOW_INLINE Real fraction_of(Real logit, Real log_sum) {
  return exponential(std::max(logit - log_sum, Real{-100}));
}

template <typename Real>
FRAGFLOW_VECTOR_CLONES Real masked_log_sum(const Real* logits, const std::uint8_t* mask,
                                           std::int64_t count, Real other, bool other_counts) {
  constexpr Real kNothing = static_cast<Real>(-1e30);
  Real largest = other_counts ? other : kNothing;
  Real block[kBlock];
  for (std::int64_t begin = 0; begin < count; begin += kBlock) {
    const std::int64_t size = std::min(kBlock, count - begin);
#pragma omp simd
    for (std::int64_t i = 0; i < size; ++i) {
      const Real value = logits[begin + i];
      block[i] = mask[begin + i] != 0 ? value : kNothing;
    }
#pragma omp simd reduction(max : largest)
    for (std::int64_t i = 0; i < size; ++i) largest = block[i] > largest ? block[i] : largest;
  }
  if (largest == kNothing) return kNothing;
  Real sum = other_counts ? std::exp(other - largest) : Real{0};
  for (std::int64_t begin = 0; begin < count; begin += kBlock) {
    const std::int64_t size = std::min(kBlock, count - begin);
#pragma omp simd
    for (std::int64_t i = 0; i < size; ++i) {
      const Real term = fraction_of(logits[begin + i], largest);
      block[i] = mask[begin + i] != 0 ? term : 0;
    }
#pragma omp simd reduction(+ : sum)
    for (std::int64_t i = 0; i < size; ++i) sum += block[i];
  }
  return largest + std::log(sum);
}

template <typename Real>
FRAGFLOW_VECTOR_CLONES void masked_softmax(const Real* logits, const std::uint8_t* mask,
                                           std::int64_t count, Real log_sum, Real factor,
                                           Real* gradients) {
#pragma omp simd
  for (std::int64_t i = 0; i < count; ++i) {
    const Real share = fraction_of(logits[i], log_sum);
    gradients[i] = mask[i] != 0 ? factor * share : 0;
  }
}

template float masked_log_sum(const float*, const std::uint8_t*, std::int64_t, float, bool);
template double masked_log_sum(const double*, const std::uint8_t*, std::int64_t, double, bool);
template void masked_softmax(const float*, const std::uint8_t*, std::int64_t, float, float, float*);
template void masked_softmax(const double*, const std::uint8_t*, std::int64_t, double, double,
                             double*);

}  // namespace fragflow
