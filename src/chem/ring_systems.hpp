// Groups the rings of a molecule into ring systems.
#pragma once

#include <vector>

namespace RDKit {
class ROMol;
}

namespace fragflow {

// Rings that share atoms (fused, bridged, spiro), as sorted lists of atoms.
std::vector<std::vector<int>> ring_systems(const RDKit::ROMol& molecule);

}  // namespace fragflow
