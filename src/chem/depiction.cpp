#include "src/chem/depiction.hpp"

#include <GraphMol/MolDraw2D/MolDraw2DSVG.h>
#include <GraphMol/MolDraw2D/MolDraw2DUtils.h>
#include <GraphMol/RWMol.h>

namespace fragflow {
namespace {

// Everything before the <svg> element, and RDKit's class attributes (several per bond).
std::string compact(const std::string& svg) {
  std::string result;
  for (std::size_t i = svg.find("<svg"); i < svg.size();) {
    if (svg.compare(i, 8, " class='") == 0) {
      i = svg.find('\'', i + 8) + 1;
    } else {
      result += svg[i++];
    }
  }
  return result;
}

}  // namespace

std::string depict(const RDKit::ROMol& molecule, int width, int height) {
  RDKit::RWMol copy(molecule);
  RDKit::MolDraw2DUtils::prepareMolForDrawing(copy, /*kekulize=*/true, /*addChiralHs=*/true,
                                              /*wedgeBonds=*/true, /*forceCoords=*/true);
  RDKit::MolDraw2DSVG drawer(width, height, -1, -1, /*noFreetype=*/true);
  drawer.drawOptions().clearBackground = false;
  drawer.drawOptions().prepareMolsBeforeDrawing = false;
  drawer.drawMolecule(copy);
  drawer.finishDrawing();
  return compact(drawer.getDrawingText());
}

}  // namespace fragflow
