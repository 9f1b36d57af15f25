// Automorphisms of a molecular graph and isomorphisms between two graphs, by VF2.
#pragma once

#include <array>
#include <cstdint>
#include <vector>

namespace RDKit {
class Atom;
class ROMol;
}  // namespace RDKit

namespace fragflow {

// A graph with one number per atom that isomorphisms preserve.
struct LabelledGraph {
  std::vector<std::uint64_t> atoms;
  std::vector<std::array<int, 3>> bonds;  // begin, end, RDKit bond type
};

// Element, charge, aromaticity and the given number of hydrogens; room for a class below 2^32.
std::uint64_t atom_label(const RDKit::Atom& atom, unsigned hydrogens, int atom_class = 0);

// The graph of a whole molecule. atom_class has one entry per atom, or is empty.
LabelledGraph labelled_graph(const RDKit::ROMol& molecule, const std::vector<int>& atom_class = {});

// All bijections from the atoms of `pattern` to those of `target` that preserve labels and bond
// types: result[k][a] is the atom of target for atom a of pattern. At most `limit` of them;
// result.size() == limit may mean that there are more.
std::vector<std::vector<int>> isomorphisms(const LabelledGraph& pattern,
                                           const LabelledGraph& target, std::size_t limit);

}  // namespace fragflow
