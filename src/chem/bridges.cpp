#include "src/chem/bridges.hpp"

#include <GraphMol/ROMol.h>

#include <boost/graph/adjacency_list.hpp>
#include <boost/graph/biconnected_components.hpp>

namespace fragflow {

std::vector<int> cuttable_bonds(const RDKit::ROMol& molecule) {
  using Graph =
      boost::adjacency_list<boost::vecS, boost::vecS, boost::undirectedS, boost::no_property,
                            boost::property<boost::edge_index_t, std::size_t>>;
  Graph graph(molecule.getNumAtoms());
  for (const RDKit::Bond* bond : molecule.bonds()) {
    boost::add_edge(bond->getBeginAtomIdx(), bond->getEndAtomIdx(), bond->getIdx(), graph);
  }
  std::vector<std::size_t> component(molecule.getNumBonds());
  const std::size_t num_components = boost::biconnected_components(
      graph,
      boost::make_iterator_property_map(component.begin(), boost::get(boost::edge_index, graph)));
  std::vector<int> size(num_components);
  for (const std::size_t c : component) ++size[c];
  std::vector<int> bonds;
  for (const RDKit::Bond* bond : molecule.bonds()) {
    if (size[component[bond->getIdx()]] == 1 && bond->getBondType() == RDKit::Bond::SINGLE) {
      bonds.push_back(static_cast<int>(bond->getIdx()));
    }
  }
  return bonds;
}

}  // namespace fragflow
