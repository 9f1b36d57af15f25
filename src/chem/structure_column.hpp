// Recognises columns of structures by name, which identifies the header.
#pragma once

#include <optional>
#include <string_view>

namespace fragflow {

// How certainly a column of this name holds structures, 0 best: "SMILES"; "Canonical SMILES" and
// similar; "structure", "mol", ...; names of InChI and molblock columns. Empty: another column.
inline constexpr int kStructureRanks = 4;
std::optional<int> structure_rank(std::string_view name);

}  // namespace fragflow
