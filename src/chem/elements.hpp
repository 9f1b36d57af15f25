// Chemical elements of molecules.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace fragflow {

struct ElementCount {
  std::string name;            // "boron"
  std::int64_t molecules = 0;  // that have it
};

// Elements of the molecules that none of `others` has, by falling number of molecules, then by
// atomic number. Both are SMILES; those that cannot be read have none. Parallel.
std::vector<ElementCount> elements_beyond(std::span<const std::string> molecules,
                                          std::span<const std::string> others);

}  // namespace fragflow
