#include "src/chem/depiction.hpp"

#include <GraphMol/MolDraw2D/MolDraw2DSVG.h>
#include <GraphMol/MolDraw2D/MolDraw2DUtils.h>
#include <GraphMol/RWMol.h>

#include <array>
#include <string_view>

namespace fragflow {
namespace {

// Redundant output of RDKit: properties with SVG's default values, and a comment. They are more
// than half of the text.
constexpr std::array<const char*, 10> kRedundant = {
    "fill-rule:evenodd;", "stroke-linecap:butt;",    "stroke-linejoin:miter;", ";stroke-opacity:1",
    "font-style:normal;", "font-weight:normal;",     "fill-opacity:1;",        "text-anchor:start;",
    "stroke:none;",       "<!-- END OF HEADER -->\n"};

void erase_all(std::string& text, std::string_view part) {
  for (std::size_t at = 0; (at = text.find(part, at)) != text.npos;) text.erase(at, part.size());
}

// The <svg> element without RDKit's class attributes (several per bond) and redundant parts.
std::string compact(const std::string& svg) {
  std::string result;
  for (std::size_t i = svg.find("<svg"); i < svg.size();) {
    if (svg.compare(i, 8, " class='") == 0) {
      i = svg.find('\'', i + 8) + 1;
    } else {
      result += svg[i++];
    }
  }
  for (const char* part : kRedundant) erase_all(result, part);
  return result;
}

PlacedDrawing draw(const RDKit::ROMol& molecule, const Highlight& highlight, bool keep_coordinates,
                   int width, int height) {
  RDKit::RWMol copy(molecule);
  RDKit::MolDraw2DUtils::prepareMolForDrawing(copy, /*kekulize=*/true, /*addChiralHs=*/true,
                                              /*wedgeBonds=*/true,
                                              /*forceCoords=*/!keep_coordinates);
  RDKit::MolDraw2DSVG drawer(width, height, -1, -1, /*noFreetype=*/true);
  drawer.drawOptions().clearBackground = false;
  drawer.drawOptions().prepareMolsBeforeDrawing = false;
  drawer.drawOptions().highlightColour = RDKit::DrawColour(1.0, 0.82, 0.48);
  drawer.drawMolecule(copy, "", &highlight.atoms, &highlight.bonds);
  drawer.finishDrawing();
  PlacedDrawing drawing{compact(drawer.getDrawingText()), {}};
  for (const RDKit::Atom* atom : molecule.atoms()) {  // excludes hydrogens added for the drawing
    const RDGeom::Point2D at = drawer.getDrawCoords(static_cast<int>(atom->getIdx()));
    drawing.atoms.push_back({atom->getSymbol(), at.x, at.y});
  }
  return drawing;
}

}  // namespace

std::string depict(const RDKit::ROMol& molecule, int width, int height) {
  return depict_with_atoms(molecule, width, height).svg;
}

PlacedDrawing depict_with_atoms(const RDKit::ROMol& molecule, int width, int height) {
  return draw(molecule, {}, /*keep_coordinates=*/false, width, height);
}

std::string depict_placed(const RDKit::ROMol& molecule, const Highlight& highlight, int width,
                          int height) {
  return draw(molecule, highlight, /*keep_coordinates=*/true, width, height).svg;
}

}  // namespace fragflow
