// Chemical elements of molecules.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace fragflow {

struct ElementCount {
  std::string name;            // "boron"
  std::int64_t molecules = 0;  // molecules that contain it
};

// Elements of `molecules` that occur in none of `others`, by descending number of molecules, then
// by atomic number. Both are SMILES; unreadable ones count as having no elements. Parallel.
std::vector<ElementCount> elements_beyond(std::span<const std::string> molecules,
                                          std::span<const std::string> others);

}  // namespace fragflow
