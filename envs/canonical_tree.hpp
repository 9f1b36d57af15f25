// The canonical form of a tree of fragments: two trees have the same form if and only if a tree
// isomorphism preserves fragments and maps the sites of every node by an element of Aut(f).
//
// The code of a rooted tree (Aho, Hopcroft and Ullman) is computed from the centre of the tree: at
// every node, the automorphism of the fragment is chosen that gives the smallest sorted list of
// (site, code of the child), so that equal slots at one site need no permuting. Trees with two
// centres are cut at the central edge, and the half with the smaller code comes first.
//
// Layout of the canonical state: preorder from the root, children sorted by (site, code), sites
// renumbered by the chosen automorphisms; with two centres, node 0 is the root of the smaller half
// and the other half follows it as the last child of node 0.
#pragma once

#include "envs/slot_table.hpp"
#include "envs/state.hpp"

namespace fragflow {

// Maps nodes and sites of the given state to those of the canonical one.
struct Relabelling {
  std::array<std::uint8_t, kMaxNodes> node;            // [old node] -> new node
  std::array<const SitePermutation*, kMaxNodes> site;  // (*site[old node])[old site] -> new site
};

// state: any tree in which parents precede their children. root: the node to use as root, or -1 for
// the centre. Allocates nothing. relabelling may be null.
State canonical_tree(const SlotTable& slots, const State& state, int root,
                     Relabelling* relabelling);

}  // namespace fragflow
