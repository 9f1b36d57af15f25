#include "src/app/blas.hpp"

#include <dlfcn.h>
#include <spdlog/spdlog.h>
#include <unistd.h>

#include <array>
#include <cstdlib>
#include <filesystem>
#include <string_view>

#include "src/base/processor.hpp"

namespace fragflow {
namespace {

// Marks the restarted program, so that it never restarts twice; the value is the new core.
constexpr const char* kRestarted = "FRAGFLOW_RESTARTED";

bool has_symbol(const char* name) { return ::dlsym(RTLD_DEFAULT, name) != nullptr; }

// The file that the program's matrix products come from, links resolved; "" if it is not known.
// Several may be loaded: a LAPACK brings its own BLAS.
std::string sgemm_file() {
  Dl_info info{};
  void* sgemm = ::dlsym(RTLD_DEFAULT, "sgemm_");
  if (sgemm == nullptr || ::dladdr(sgemm, &info) == 0) return "";
  std::error_code error;
  const auto file = std::filesystem::canonical(info.dli_fname, error);
  return error ? std::string(info.dli_fname) : file.string();
}

// The kernels OpenBLAS runs, or "" if OpenBLAS is not the BLAS of this program.
std::string openblas_core() {
  const std::string file = sgemm_file();
  const bool is_another = file.find("blas") != file.npos && file.find("openblas") == file.npos;
  if (is_another || file.find("blis") != file.npos) return "";
  using CoreName = char* (*)();
  const auto core_name = reinterpret_cast<CoreName>(::dlsym(RTLD_DEFAULT, "openblas_get_corename"));
  return core_name == nullptr ? std::string() : std::string(core_name());
}

}  // namespace

CpuFeatures cpu_features() {
  CpuFeatures features;
  features.avx2_fma = has_avx2();
  features.avx512 = has_avx512();
  return features;
}

std::string blas_name() {
  if (const std::string core = openblas_core(); !core.empty()) return "OpenBLAS " + core;
  if (has_symbol("MKL_Get_Version") || has_symbol("mkl_get_version")) return "MKL";
  if (has_symbol("bli_info_get_version_str") || sgemm_file().find("blis") != std::string::npos) {
    return "BLIS";
  }
  // LibTorch may bring a BLAS of its own; a separate libblas without the marks above is netlib's.
  return sgemm_file().find("libblas") != std::string::npos ? "reference BLAS"
                                                           : "BLAS inside LibTorch";
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
