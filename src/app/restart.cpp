#include "src/app/restart.hpp"

#include <spdlog/spdlog.h>
#include <unistd.h>

#include <array>
#include <cstdlib>
#include <string_view>

#include "src/base/blas.hpp"
#include "src/base/processor.hpp"

namespace fragflow {
namespace {

// Marks the restarted program, so that it never restarts twice; the value is the new core.
constexpr const char* kRestarted = "FRAGFLOW_RESTARTED";

}  // namespace

CpuFeatures cpu_features() {
  CpuFeatures features;
  features.avx2_fma = has_avx2();
  features.avx512 = has_avx512();
  return features;
}

std::optional<std::string> better_openblas_core(const std::string& core, CpuFeatures cpu) {
  // Kernels with AVX2 or more. On AVX-512 processors of AMD (Zen 4) Zen, Haswell and SkylakeX were
  // measured within 5 % of each other, on Intel's Haswell at half of SkylakeX.
  constexpr std::array<std::string_view, 5> kFast = {"Haswell", "Zen", "SkylakeX", "Cooperlake",
                                                     "SapphireRapids"};
  if (core.empty()) return {};
  if (cpu.avx512 && core == "Haswell") return "SkylakeX";
  for (const std::string_view fast : kFast) {
    if (core == fast) return {};
  }
  if (cpu.avx512) return "SkylakeX";
  if (cpu.avx2_fma) return "Haswell";
  return {};
}

void restart_with_fast_kernels(char** arguments) {
  if (std::getenv(kRestarted) != nullptr || std::getenv("OPENBLAS_CORETYPE") != nullptr) return;
  const auto core = better_openblas_core(openblas_core(), cpu_features());
  if (!core) return;
  ::setenv("OPENBLAS_CORETYPE", core->c_str(), 1);
  ::setenv(kRestarted, core->c_str(), 1);
  ::execv("/proc/self/exe", arguments);
  // Not reached unless the restart failed; then the program runs on, only slower.
}

void report_blas() {
  const char* new_core = std::getenv(kRestarted);
  if (new_core != nullptr) {
    spdlog::info("OpenBLAS does not know this processor; restarted with OPENBLAS_CORETYPE={}",
                 new_core);
  }
  if (blas_name() == "reference BLAS") {
    spdlog::warn(
        "the BLAS in use is the reference one, many times slower than others; "
        "install libopenblas0-openmp");
  }
}

}  // namespace fragflow
