// A batch of trees as plain arrays, for loops that know nothing of LibTorch.
#pragma once

#include <cstdint>

#include "models/tree_loops.hpp"

namespace fragflow {

// B states, N nodes, E directed edges, P places, L leaves: what models/state_batch.hpp says of the
// tensors of these names. The arrays belong to others.
struct TreeBatch {
  std::int64_t total_nodes;                                   // N
  const std::int64_t* num_nodes;                              // [B]
  const std::int64_t *node_label, *node_state;                // [N]
  EdgeRows edges;                                             // of the whole batch
  const std::int64_t *place_node, *place_site, *place_state;  // [P]
  const std::int64_t *leaf_node, *leaf_state;                 // [L]
};

// Consecutive states of a batch and what is theirs. One thread takes a part through the network:
// its rows stay in the cache, and threads meet only at the end.
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
