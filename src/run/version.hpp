// The versions of this program and its libraries.
#pragma once

#include <string>

namespace fragflow {

// Abbreviated commit of the build, followed by "+" if files had been modified; "unknown" outside a
// repository.
std::string git_hash();

// One line: fragflow and its commit, RDKit, LibTorch and BLAS with their versions.
std::string version_line();

}  // namespace fragflow
