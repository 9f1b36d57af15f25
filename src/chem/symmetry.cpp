#include "src/chem/symmetry.hpp"

#include <GraphMol/ROMol.h>

#include <boost/graph/adjacency_list.hpp>
#include <boost/graph/vf2_sub_graph_iso.hpp>

#include "src/base/check.hpp"

namespace fragflow {
namespace {

using AtomProperty = boost::property<boost::vertex_name_t, std::uint64_t>;
using BondProperty = boost::property<boost::edge_name_t, int>;
using Graph =
    boost::adjacency_list<boost::vecS, boost::vecS, boost::undirectedS, AtomProperty, BondProperty>;

Graph make_graph(const LabelledGraph& labelled) {
  Graph graph;
  for (const std::uint64_t label : labelled.atoms) boost::add_vertex(AtomProperty(label), graph);
  for (const auto& [begin, end, type] : labelled.bonds) {
    boost::add_edge(begin, end, BondProperty(type), graph);
  }
  return graph;
}

}  // namespace

std::uint64_t atom_label(const RDKit::Atom& atom, unsigned hydrogens, int atom_class) {
  auto label = static_cast<std::uint64_t>(atom.getAtomicNum());
  label = label * 64 + static_cast<std::uint64_t>(atom.getFormalCharge() + 32);
  label = label * 16 + hydrogens;
  label = label * 2 + (atom.getIsAromatic() ? 1 : 0);
  return (label << 32) + static_cast<std::uint64_t>(atom_class);
}

LabelledGraph labelled_graph(const RDKit::ROMol& molecule, const std::vector<int>& atom_class) {
  FRAGFLOW_CHECK(atom_class.empty() || atom_class.size() == molecule.getNumAtoms(),
                 "{} classes for {} atoms", atom_class.size(), molecule.getNumAtoms());
  LabelledGraph graph;
  for (const RDKit::Atom* atom : molecule.atoms()) {
    const int kind = atom_class.empty() ? 0 : atom_class[atom->getIdx()];
    graph.atoms.push_back(atom_label(*atom, atom->getTotalNumHs(), kind));
  }
  for (const RDKit::Bond* bond : molecule.bonds()) {
    graph.bonds.push_back({static_cast<int>(bond->getBeginAtomIdx()),
                           static_cast<int>(bond->getEndAtomIdx()),
                           static_cast<int>(bond->getBondType())});
  }
  return graph;
}

std::vector<std::vector<int>> isomorphisms(const LabelledGraph& pattern,
                                           const LabelledGraph& target, std::size_t limit) {
  std::vector<std::vector<int>> found;
  if (pattern.atoms.size() != target.atoms.size() || pattern.bonds.size() != target.bonds.size()) {
    return found;
  }
  const Graph a = make_graph(pattern);
  const Graph b = make_graph(target);
  const auto collect = [&](const auto& to_target, const auto&) {
    auto& map = found.emplace_back(pattern.atoms.size());
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
