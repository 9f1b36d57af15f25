// Sums over legal actions and their gradients, for float and double. Masks are bytes, since
// compilers do not vectorise loops over bool.
#pragma once

#include <cstdint>

namespace fragflow {

// log of the sum of e^logit over the entries where mask is not 0, including `other` if that counts;
// -1e30 if there are none.
template <typename Real>
Real masked_log_sum(const Real* logits, const std::uint8_t* mask, std::int64_t count, Real other,
                    bool other_counts);

// gradients[i] = factor e^(logits[i] - log_sum) where mask is not 0, else 0.
template <typename Real>
void masked_softmax(const Real* logits, const std::uint8_t* mask, std::int64_t count, Real log_sum,
                    Real factor, Real* gradients);

}  // namespace fragflow
