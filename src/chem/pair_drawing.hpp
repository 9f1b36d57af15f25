// Two molecules side by side, with what tells them apart in colour.
#pragma once

#include <string>

namespace RDKit {
class ROMol;
}

namespace fragflow {

struct PairDrawing {
  std::string first, second;  // <svg> elements as depict() makes them
  // Atoms of the largest common substructure; 0: none was found and nothing is coloured.
  int common_atoms = 0;
};

// Atoms and bonds that are no part of the largest common substructure (equal elements, bond orders
// and sizes of rings) are coloured; the second molecule lies as the first where both are equal. The
// search ends after a number of steps, not seconds, so that a page is the same on any machine; what
// it has by then is taken. Thread-safe.
PairDrawing depict_pair(const RDKit::ROMol& first, const RDKit::ROMol& second, int width = 300,
                        int height = 220);

}  // namespace fragflow
