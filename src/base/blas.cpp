#include "src/base/blas.hpp"

#include <dlfcn.h>

#include <filesystem>

namespace fragflow {
namespace {

bool has_symbol(const char* name) { return ::dlsym(RTLD_DEFAULT, name) != nullptr; }

// The file that provides the program's matrix products, links resolved; "" if unknown. Several may
// be loaded: a LAPACK brings its own BLAS.
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

std::string blas_name() {
  if (const std::string core = openblas_core(); !core.empty()) return "OpenBLAS " + core;
  if (has_symbol("MKL_Get_Version") || has_symbol("mkl_get_version")) return "MKL";
  if (has_symbol("bli_info_get_version_str") || sgemm_file().find("blis") != std::string::npos) {
    return "BLIS";
  }
  // LibTorch may bring its own BLAS; a separate libblas without these marks is netlib's.
  return sgemm_file().find("libblas") != std::string::npos ? "reference BLAS"
                                                           : "BLAS inside LibTorch";
}

}  // namespace fragflow
