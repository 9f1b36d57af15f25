// How many trees of synthons there are, without listing them.
#pragma once

#include <vector>

#include "envs/fragment_tree.hpp"

namespace fragflow {

// result[n]: finished trees of n fragments, n = 0 .. max_fragments, with no limit on their size but
// this; exact up to 2^53. The environment must have routes and no start. Synthons have at most two
// slots, so that a finished tree is a chain, and equal trees are equal chains up to reversal.
// Chains are grouped by what they let their neighbour be, of which there are few kinds.
std::vector<double> count_products(const FragmentTree& environment, int max_fragments);

}  // namespace fragflow
