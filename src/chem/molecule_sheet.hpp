// Many molecules drawn on one sheet, for printing or pasting.
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace RDKit {
class ROMol;
}

namespace fragflow {

struct SheetEntry {
  std::shared_ptr<const RDKit::ROMol> molecule;
  std::string label;  // below the drawing; line breaks are kept
};

// From a SMILES, molblock or InChI, not standardised. `molecule` is null if it is rejected; reason
// then says why.
SheetEntry sheet_entry(std::string_view structure, std::string label, std::string& reason);

enum class SheetFormat { kSvg, kPng, kPdf };

// Whether all entries fit into one PNG: cairo is limited to 32,767 pixels per side.
bool fits_png(std::size_t entries, int columns);

// Row by row with `columns` entries each, on white. SVG and PNG are a single picture; PDF has A4
// pages, filled from the top. Throws InternalError for no entries or fewer than one column.
std::string draw_sheet(const std::vector<SheetEntry>& entries, int columns, SheetFormat format);

}  // namespace fragflow
