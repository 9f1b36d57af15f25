// The vector instructions of this processor, for code with several variants.
#pragma once

namespace fragflow {

// AVX2 and fused multiplication and addition.
inline bool has_avx2() {
#if defined(__x86_64__) && defined(__GNUC__)
  return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
#else
  return false;
#endif
}

// AVX-512 in the extent that all processors with it have had since 2017 (F, VL, DQ, BW).
inline bool has_avx512() {
#if defined(__x86_64__) && defined(__GNUC__)
  return has_avx2() && __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512vl") &&
         __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512bw");
#else
  return false;
#endif
}

// The widest of them, which determines the rounding of our own sums.
inline const char* vector_instructions() {
  if (has_avx512()) return "AVX-512";
  return has_avx2() ? "AVX2" : "no wide vectors";
}

}  // namespace fragflow
