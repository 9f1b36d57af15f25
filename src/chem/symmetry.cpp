#include "src/chem/symmetry.hpp"

#include <GraphMol/ROMol.h>

#include <boost/graph/adjacency_list.hpp>
#include <boost/graph/vf2_sub_graph_iso.hpp>

#include "src/base/check.hpp"

namespace fragflow {
namespace {

// The invariants of an atom packed into one number.
using AtomLabel = std::uint64_t;
using AtomProperty = boost::property<boost::vertex_name_t, AtomLabel>;
using BondProperty = boost::property<boost::edge_name_t, int>;
using Graph =
    boost::adjacency_list<boost::vecS, boost::vecS, boost::undirectedS, AtomProperty, BondProperty>;

Graph make_graph(const RDKit::ROMol& molecule, const std::vector<int>& atom_class) {
  FRAGFLOW_CHECK(atom_class.size() == molecule.getNumAtoms(), "{} classes for {} atoms",
                 atom_class.size(), molecule.getNumAtoms());
  Graph graph;
  for (const RDKit::Atom* atom : molecule.atoms()) {
    AtomLabel label = static_cast<AtomLabel>(atom->getAtomicNum());
    label = label * 64 + static_cast<AtomLabel>(atom->getFormalCharge() + 32);
    label = label * 16 + atom->getTotalNumHs();
    label = label * 2 + (atom->getIsAromatic() ? 1 : 0);
    label = (label << 32) + static_cast<AtomLabel>(atom_class[atom->getIdx()]);
    boost::add_vertex(AtomProperty(label), graph);
  }
  for (const RDKit::Bond* bond : molecule.bonds()) {
    boost::add_edge(bond->getBeginAtomIdx(), bond->getEndAtomIdx(),
                    BondProperty(static_cast<int>(bond->getBondType())), graph);
  }
  return graph;
}

}  // namespace

std::vector<std::vector<int>> isomorphisms(const RDKit::ROMol& pattern,
                                           const std::vector<int>& pattern_class,
                                           const RDKit::ROMol& target,
                                           const std::vector<int>& target_class,
                                           std::size_t limit) {
  std::vector<std::vector<int>> found;
  if (pattern.getNumAtoms() != target.getNumAtoms() ||
      pattern.getNumBonds() != target.getNumBonds()) {
    return found;
  }
  const Graph a = make_graph(pattern, pattern_class);
  const Graph b = make_graph(target, target_class);
  const auto collect = [&](const auto& to_target, const auto&) {
    auto& map = found.emplace_back(boost::num_vertices(a));
    for (std::size_t v = 0; v < map.size(); ++v) map[v] = static_cast<int>(get(to_target, v));
    return found.size() < limit;
  };
  boost::vf2_subgraph_iso(
      a, b, collect, boost::vertex_order_by_mult(a),
      boost::edges_equivalent(
          boost::make_property_map_equivalent(get(boost::edge_name, a), get(boost::edge_name, b)))
          .vertices_equivalent(boost::make_property_map_equivalent(get(boost::vertex_name, a),
                                                                   get(boost::vertex_name, b))));
  return found;
}

}  // namespace fragflow
