#include "envs/drawing_counter.hpp"

#include "src/base/check.hpp"

namespace fragflow {

DrawingCounter::DrawingCounter(const FragmentTree& environment) : environment_(environment) {
  FRAGFLOW_CHECK(environment.start() < 0, "drawings of trees that grow from a start fragment");
}

int DrawingCounter::num_moves(const State& state, Action action) const {
  if (action.is_stop() || state.num_nodes == 0) return 1;
  const SlotTable& slots = environment_.slots();
  const Vocabulary& vocabulary = environment_.vocabulary();
  ActionSet actions;
  environment_.legal_actions(state, actions);
  FRAGFLOW_CHECK(actions.contains(action), "illegal action at {}", environment_.to_string(state));
  const Place place = actions.places()[action.place];
  const TreeOrbits orbits = tree_orbits(slots, state, /*fixed_root=*/false);
  // Slots of the tree in the orbit of the place: nodes, their sites, and free slots at each.
  int nodes = 0;
  for (int v = 0; v < state.num_nodes; ++v) nodes += orbits.node[v] == place.node;
  const int fragment = state.nodes[place.node].label;
  int sites = 0;
  for (int s = 0; s < slots.num_sites(fragment); ++s) {
    sites += orbits.site[place.node][s] == place.site;
  }
  const int free = slots.capacity(fragment, place.site) - orbits.used[place.node][place.site];
  // Slots of the new fragment in the block's orbit.
  const Block& block = vocabulary.blocks()[action.choice];
  int entries = 0;
  for (int s = 0; s < slots.num_sites(block.fragment); ++s) {
    if (vocabulary.block_of(block.fragment, s) == action.choice) {
      entries += slots.capacity(block.fragment, s);
    }
  }
  return nodes * sites * free * entries;
}

int DrawingCounter::num_removals(const State& state) const {
  if (state.stopped) return 1;
  FRAGFLOW_CHECK(state.num_nodes > 0, "nothing can be removed from the empty tree");
  const TreeOrbits orbits = tree_orbits(environment_.slots(), state, /*fixed_root=*/false);
  int leaves = 0;
  for (int v = 0; v < state.num_nodes; ++v) leaves += orbits.degree[v] <= 1;
  return leaves;
}

}  // namespace fragflow
