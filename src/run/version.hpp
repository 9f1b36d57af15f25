// What this program is made of.
#pragma once

#include <string>

namespace fragflow {

// Abbreviated commit the program was built from, "+" appended if files had changed since;
// "unknown" outside a repository.
std::string git_hash();

// One line: fragflow, its commit, RDKit, LibTorch and BLAS with their versions.
std::string version_line();

}  // namespace fragflow
