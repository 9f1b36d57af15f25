#include "src/chem/ring_systems.hpp"

#include <GraphMol/GraphMol.h>
#include <GraphMol/RingInfo.h>

#include <algorithm>
#include <iterator>

namespace fragflow {

std::vector<std::vector<int>> ring_systems(const RDKit::ROMol& molecule) {
  std::vector<std::vector<int>> systems;
  for (std::vector<int> ring : molecule.getRingInfo()->atomRings()) {
    std::sort(ring.begin(), ring.end());
    for (std::size_t k = 0; k < systems.size();) {
      std::vector<int> common, either;
      std::set_intersection(ring.begin(), ring.end(), systems[k].begin(), systems[k].end(),
                            std::back_inserter(common));
      if (common.empty()) {
        ++k;
        continue;
      }
      std::set_union(ring.begin(), ring.end(), systems[k].begin(), systems[k].end(),
                     std::back_inserter(either));
      ring = std::move(either);
      systems.erase(systems.begin() + static_cast<std::ptrdiff_t>(k));
    }
    systems.push_back(std::move(ring));
  }
  return systems;
}

}  // namespace fragflow
