// Two molecules side by side, with their differences in colour.
#pragma once

#include <string>

namespace RDKit {
class ROMol;
}

namespace fragflow {

struct PairDrawing {
  std::string first, second;  // <svg> elements as made by depict()
  // Atoms of the largest common substructure; 0: none was found and nothing is coloured.
  int common_atoms = 0;
};

// Colours atoms and bonds outside the largest common substructure (equal elements, bond orders and
// ring sizes); the second molecule is aligned with the first where both are equal. The search is
// limited by steps, not by time, so that a page is the same on any machine; the best result so far
// is used. Thread-safe.
PairDrawing depict_pair(const RDKit::ROMol& first, const RDKit::ROMol& second, int width = 300,
                        int height = 220);

}  // namespace fragflow
