// Drawings of molecules for reports.
#pragma once

#include <string>
#include <vector>

namespace RDKit {
class ROMol;
}

namespace fragflow {

// A self-contained <svg> element with a transparent background and 2D coordinates computed here.
// Thread-safe.
std::string depict(const RDKit::ROMol& molecule, int width = 250, int height = 180);

// Atoms and bonds that are drawn on a coloured ground.
struct Highlight {
  std::vector<int> atoms, bonds;
};

// The same of a molecule that has coordinates, which are kept.
std::string depict_placed(const RDKit::ROMol& molecule, const Highlight& highlight, int width,
                          int height);

}  // namespace fragflow
