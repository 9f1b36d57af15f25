#include "src/run/version.hpp"

#include <fmt/format.h>
#include <torch/version.h>

#include "fragflow_git_hash.hpp"
#include "src/base/blas.hpp"
#include "src/chem/rdkit_version.hpp"

namespace fragflow {

std::string git_hash() { return FRAGFLOW_GIT_HASH; }

std::string version_line() {
  return fmt::format("fragflow {} ({}), RDKit {}, LibTorch {}.{}.{}, {}", FRAGFLOW_VERSION,
                     git_hash(), rdkit_version(), TORCH_VERSION_MAJOR, TORCH_VERSION_MINOR,
                     TORCH_VERSION_PATCH, blas_name());
}

}  // namespace fragflow
