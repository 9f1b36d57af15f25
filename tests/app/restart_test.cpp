#include "src/app/restart.hpp"

#include <gtest/gtest.h>

namespace fragflow {
namespace {

constexpr CpuFeatures kOld{};
constexpr CpuFeatures kAvx2{.avx2_fma = true, .avx512 = false};
constexpr CpuFeatures kAvx512{.avx2_fma = true, .avx512 = true};

TEST(Blas, FallbackKernelsAreReplacedByWhatTheProcessorCanDo) {
  EXPECT_EQ(better_openblas_core("Prescott", kAvx512), "SkylakeX");
  EXPECT_EQ(better_openblas_core("Prescott", kAvx2), "Haswell");
  EXPECT_EQ(better_openblas_core("Prescott", kOld), std::nullopt);
  EXPECT_EQ(better_openblas_core("Haswell", kAvx512), "SkylakeX");
}

TEST(Blas, GoodKernelsAndOtherLibrariesAreLeftAlone) {
  EXPECT_EQ(better_openblas_core("Haswell", kAvx2), std::nullopt);
  for (const char* core : {"SkylakeX", "Cooperlake", "SapphireRapids", "Zen"}) {
    EXPECT_EQ(better_openblas_core(core, kAvx512), std::nullopt) << core;
  }
  EXPECT_EQ(better_openblas_core("", kAvx512), std::nullopt) << "no OpenBLAS";
}

}  // namespace
}  // namespace fragflow
