#pragma once

#include <string>

namespace fragflow {

// Release of the RDKit in use, for instance "2022.09.3".
std::string rdkit_version();

}  // namespace fragflow
