// The number of trees of synthons, without enumerating them.
#pragma once

#include <vector>

#include "envs/fragment_tree.hpp"

namespace fragflow {

// result[n]: number of complete trees of n fragments, n = 0 .. max_fragments, without other limits
// on size; exact up to 2^53. The environment must have routes and no start. Synthons have at most
// two slots, so that a complete tree is a chain, and chains are equal up to reversal. Chains are
// grouped by the neighbours that they allow, which gives few groups.
std::vector<double> count_products(const FragmentTree& environment, int max_fragments);

}  // namespace fragflow
