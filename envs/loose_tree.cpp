#include "envs/loose_tree.hpp"

#include <algorithm>

#include "src/base/check.hpp"

namespace fragflow {
namespace {

// The end of a join of this node at the other node.
const Slot& other_end(const Join& join, int node) { return join.a.node == node ? join.b : join.a; }

bool touches(const Join& join, int node) { return join.a.node == node || join.b.node == node; }

bool is_same(const Join& x, const Join& y) { return x.a == y.a && x.b == y.b; }

}  // namespace

int LooseTree::degree(int node) const {
  return static_cast<int>(std::count_if(joins.begin(), joins.end(),
                                        [&](const Join& join) { return touches(join, node); }));
}

LooseTree loose_tree(const State& state) {
  LooseTree tree;
  for (int v = 0; v < state.num_nodes; ++v) {
    const Node& node = state.nodes[v];
    tree.labels.push_back(node.label);
    if (v > 0) tree.joins.push_back({{node.parent, node.parent_site}, {v, node.site}});
  }
  return tree;
}

State to_state(const LooseTree& tree, std::vector<int>* order) {
  FRAGFLOW_CHECK(tree.size() > 0 && tree.size() <= kMaxNodes, "a tree of {} nodes", tree.size());
  State state;
  std::vector<int> nodes = {0};
  std::vector<int> place(tree.labels.size(), -1);
  place[0] = 0;
  state.nodes[0].label = tree.labels[0];
  for (std::size_t k = 0; k < nodes.size(); ++k) {
    const int from = nodes[k];
    for (const Join& join : tree.joins) {
      if (!touches(join, from)) continue;
      const Slot& to = other_end(join, from);
      if (place[to.node] >= 0) continue;
      place[to.node] = static_cast<int>(nodes.size());
      Node& node = state.nodes[nodes.size()];
      node.label = tree.labels[to.node];
      node.parent = static_cast<std::int8_t>(k);
      node.parent_site = static_cast<std::uint8_t>(other_end(join, to.node).site);
      node.site = static_cast<std::uint8_t>(to.site);
      nodes.push_back(to.node);
    }
  }
  FRAGFLOW_CHECK(nodes.size() == tree.labels.size(), "a tree in several parts");
  state.num_nodes = static_cast<std::uint8_t>(nodes.size());
  if (order != nullptr) *order = std::move(nodes);
  return state;
}

Piece part(const LooseTree& tree, const Join& join, const Slot& kept) {
  std::vector<int> nodes = {kept.node};
  std::vector<int> place(tree.labels.size(), -1);
  place[kept.node] = 0;
  Piece piece;
  piece.slot = {0, kept.site};
  piece.tree.labels.push_back(tree.labels[kept.node]);
  for (std::size_t k = 0; k < nodes.size(); ++k) {
    for (const Join& other : tree.joins) {
      if (!touches(other, nodes[k]) || is_same(other, join)) continue;
      const Slot& to = other_end(other, nodes[k]);
      if (place[to.node] >= 0) continue;
      place[to.node] = static_cast<int>(nodes.size());
      piece.tree.labels.push_back(tree.labels[to.node]);
      piece.tree.joins.push_back(
          {{static_cast<int>(k), other_end(other, to.node).site}, {place[to.node], to.site}});
      nodes.push_back(to.node);
    }
  }
  return piece;
}

LooseTree joined(const Piece& x, const Piece& y) {
  LooseTree tree = x.tree;
  const int shift = x.tree.size();
  tree.labels.insert(tree.labels.end(), y.tree.labels.begin(), y.tree.labels.end());
  for (Join join : y.tree.joins) {
    join.a.node += shift;
    join.b.node += shift;
    tree.joins.push_back(join);
  }
  tree.joins.push_back({x.slot, {y.slot.node + shift, y.slot.site}});
  return tree;
}

Piece single(std::int32_t label, int site) { return {{{label}, {}}, {0, site}}; }

}  // namespace fragflow
