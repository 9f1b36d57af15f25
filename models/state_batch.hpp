// A ragged batch of states as index tensors: nodes of all states concatenated, without padding.
#pragma once

#include "models/torch.hpp"

#include <span>
#include <vector>

#include "envs/environment.hpp"

namespace fragflow {

// B states, N nodes, E directed edges (every join in both directions), P places, C choices, L
// leaves.
struct StateBatch {
  std::int64_t num_states = 0;
  torch::Tensor num_nodes;         // [B] int64, nodes per state
  torch::Tensor node_label;        // [N] int64
  torch::Tensor node_state;        // [N] int64, ascending
  torch::Tensor edge_source;       // [E] int64, node that sends the message
  torch::Tensor edge_target;       // [E] int64, node that receives it
  torch::Tensor edge_source_site;  // [E] int64, site number (Shape::site_offset) at the source
  torch::Tensor edge_target_site;  // [E] int64, site number at the target
  torch::Tensor place_node;        // [P] int64, row of the node; N for places without a node
  torch::Tensor
      place_site;  // [P] int64, site number; the last number + 1 for places without a node
  torch::Tensor place_state;               // [P] int64, ascending
  torch::Tensor place_mask;                // [P, C] bool, legal choices
  torch::Tensor stop_mask;                 // [B] bool, stop is legal
  torch::Tensor leaf_node;                 // [L] int64, rows of removable leaf representatives
  torch::Tensor leaf_state;                // [L] int64, ascending
  torch::Tensor condition;                 // [B, K] float32 features, or undefined
  std::vector<std::int64_t> node_offset;   // [B + 1] first node of each state
  std::vector<std::int64_t> edge_offset;   // [B + 1]
  std::vector<std::int64_t> place_offset;  // [B + 1]
  std::vector<std::int64_t> leaf_offset;   // [B + 1]
  std::vector<State> states;               // [B]
  std::vector<ActionSet> actions;          // [B], the sets the masks are made from
};

// Builds the batch in parallel from canonical, non-terminal states; leaf rows are filled only if
// with_leaves.
StateBatch make_state_batch(const Environment& environment, std::span<const State> states,
                            bool with_leaves);

}  // namespace fragflow
