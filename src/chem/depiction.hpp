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

struct DrawnAtom {
  std::string element;
  double x = 0, y = 0;  // pixels of the drawing
};
struct PlacedDrawing {
  std::string svg;               // as depict()
  std::vector<DrawnAtom> atoms;  // in the order of the molecule
};
// The same with the positions of the atoms, for overlays drawn by the page.
PlacedDrawing depict_with_atoms(const RDKit::ROMol& molecule, int width = 250, int height = 180);

// Atoms and bonds drawn on a coloured background.
struct Highlight {
  std::vector<int> atoms, bonds;
};

// The same for a molecule that has coordinates, which are kept.
std::string depict_placed(const RDKit::ROMol& molecule, const Highlight& highlight, int width,
                          int height);

}  // namespace fragflow
