// The properties of an atom or a bond that SMARTS queries test, encoded as a number: those with the
// same number match the same queries.
#pragma once

#include <GraphMol/QueryOps.h>

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string>

namespace fragflow {

// Whether an elementary query depends only on the keys below. Others (recursive SMARTS, chirality,
// neighbours) do not.
bool is_known_query(const std::string& description);
bool is_compound_query(const std::string& description);

// The same for a whole query.
template <typename Query>
bool reads_only_the_invariant(const Query& query) {
  if (!is_compound_query(query.getDescription())) return is_known_query(query.getDescription());
  return std::all_of(query.beginChildren(), query.endChildren(),
                     [](const auto& child) { return reads_only_the_invariant(*child); });
}

// For an atom of a molecule with ring information; empty if a property is out of range.
std::optional<std::uint64_t> atom_invariant(const RDKit::Atom& atom);
// The same for a bond, below 256.
std::uint32_t bond_invariant(const RDKit::Bond& bond);

}  // namespace fragflow
