// Molecules as an SD file.
#pragma once

#include <span>
#include <string>
#include <utility>
#include <vector>

namespace fragflow {

struct SdfRecord {
  std::string smiles;
  std::vector<std::pair<std::string, std::string>> properties;  // written in order
};

// V2000 blocks with computed 2D coordinates. Records that RDKit cannot parse are skipped.
std::string sdf_text(std::span<const SdfRecord> records);

// A single block, named by its SMILES; "" if RDKit cannot parse that.
std::string molblock_2d(const std::string& smiles);

}  // namespace fragflow
