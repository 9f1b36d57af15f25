// Which vector instructions this processor has, for code that is written for several kinds.
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

// AVX-512 as every processor with it has had it since 2017 (F, VL, DQ, BW).
inline bool has_avx512() {
#if defined(__x86_64__) && defined(__GNUC__)
  return has_avx2() && __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512vl") &&
         __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512bw");
#else
  return false;
#endif
}

// The widest of them, which decide the rounding of our own sums.
inline const char* vector_instructions() {
  if (has_avx512()) return "AVX-512";
  return has_avx2() ? "AVX2" : "no wide vectors";
}

}  // namespace fragflow
