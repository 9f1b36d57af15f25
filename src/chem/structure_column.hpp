// By which names a header is known: those of columns of structures.
#pragma once

#include <optional>
#include <string_view>

namespace fragflow {

// How surely a column of this name holds structures, 0 best: "SMILES"; "Canonical SMILES" and its
// kin; "structure", "mol", ...; names of InChI and molblock columns. Nothing: another column.
inline constexpr int kStructureRanks = 4;
std::optional<int> structure_rank(std::string_view name);

}  // namespace fragflow
