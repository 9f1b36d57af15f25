// A batch of trees as plain arrays, for loops that do not use LibTorch.
#pragma once

#include <cstdint>

#include "models/tree_loops.hpp"

namespace fragflow {

// B states, N nodes, E directed edges, P places, L leaves; the arrays are the tensors of the same
// names in models/state_batch.hpp. Non-owning.
struct TreeBatch {
  std::int64_t total_nodes;                                   // N
  const std::int64_t* num_nodes;                              // [B]
  const std::int64_t *node_label, *node_state;                // [N]
  EdgeRows edges;                                             // of the whole batch
  const std::int64_t *place_node, *place_site, *place_state;  // [P]
  const std::int64_t *leaf_node, *leaf_state;                 // [L]
};

// A micro-batch: the ranges of consecutive states of a batch and of their rows. One thread takes it
// through the whole network: its rows stay in the cache, and threads synchronise only at the end.
struct TreePart {
  struct Range {
    std::int64_t begin, end;
    std::int64_t size() const { return end - begin; }
  };
  Range states, nodes, edges, places, leaves;
};

inline EdgeRows edges_of(const TreeBatch& batch, const TreePart& part) {
  const std::int64_t first = part.edges.begin;
  return {batch.edges.source + first, batch.edges.target + first, batch.edges.source_site + first,
          batch.edges.target_site + first, part.edges.size()};
}

}  // namespace fragflow
