// Many molecules drawn on one sheet, to print or to paste.
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

// Of a SMILES, molblock or InChI, as it is written. `molecule` is null if it is refused; reason
// then says why.
SheetEntry sheet_entry(std::string_view structure, std::string label, std::string& reason);

enum class SheetFormat { kSvg, kPng, kPdf };

// Whether so many fit into one PNG: cairo draws no picture of more than 32,767 pixels a side.
bool fits_png(std::size_t entries, int columns);

// Row by row, `columns` in each, on white. SVG and PNG are one picture; PDF has A4 pages, which are
// filled from the top. Throws InternalError for no entries or fewer than one column.
std::string draw_sheet(const std::vector<SheetEntry>& entries, int columns, SheetFormat format);

}  // namespace fragflow
