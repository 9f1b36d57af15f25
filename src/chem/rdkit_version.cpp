#include "src/chem/rdkit_version.hpp"

#include <RDGeneral/versions.h>

namespace fragflow {

std::string rdkit_version() { return RDKit::rdkitVersion; }

}  // namespace fragflow
