// The linear-algebra library decides the speed, and it chooses its kernels before main() runs.
#pragma once

#include <optional>
#include <string>

namespace fragflow {

// What the processor and the operating system support.
struct CpuFeatures {
  bool avx2_fma = false;
  bool avx512 = false;  // F, BW, DQ, VL: what the SkylakeX kernels use
};
CpuFeatures cpu_features();

// The OPENBLAS_CORETYPE that this processor deserves, if OpenBLAS runs kernels for a much older
// one. OpenBLAS falls back to such kernels (Prescott: a sixth of the speed) on processors that are
// newer than itself.
std::optional<std::string> better_openblas_core(const std::string& core, CpuFeatures cpu);

// Call first in main(). Where OpenBLAS started with kernels that make the program slow, restarts it
// with better ones; returns if nothing is to be mended, or cannot be, or the user has set
// OPENBLAS_CORETYPE.
void restart_with_fast_kernels(char** arguments);

// Says once in the log what restart_with_fast_kernels changed, and warns of a slow BLAS.
void report_blas();

}  // namespace fragflow
