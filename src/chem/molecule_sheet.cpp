#include "src/chem/molecule_sheet.hpp"

#include <GraphMol/MolDraw2D/MolDraw2DCairo.h>
#include <GraphMol/MolDraw2D/MolDraw2DSVG.h>
#include <GraphMol/MolDraw2D/MolDraw2DUtils.h>
#include <GraphMol/RWMol.h>
#include <cairo-pdf.h>

#include <algorithm>
#include <span>

#include "src/base/check.hpp"
#include "src/chem/standardise.hpp"

namespace fragflow {
namespace {

// Pixels of a picture's panels.
constexpr int kWidth = 300, kHeight = 240;
// A4, in points of 1/72 inch.
constexpr double kPageWidth = 595, kPageHeight = 842, kMargin = 28;

struct Panels {
  std::vector<std::unique_ptr<RDKit::RWMol>> owned;
  std::vector<RDKit::ROMol*> molecules;
  std::vector<std::string> labels;
};

Panels prepare(std::span<const SheetEntry> entries) {
  Panels panels;
  for (const SheetEntry& entry : entries) {
    auto copy = std::make_unique<RDKit::RWMol>(*entry.molecule);
    RDKit::MolDraw2DUtils::prepareMolForDrawing(*copy);
    panels.molecules.push_back(copy.get());
    panels.owned.push_back(std::move(copy));
    panels.labels.push_back(entry.label);
  }
  return panels;
}

void draw(RDKit::MolDraw2D& drawer, Panels& panels) {
  drawer.drawOptions().prepareMolsBeforeDrawing = false;
  drawer.drawOptions().legendFontSize = 15;
  const auto lines = [](const std::string& label) {
    return std::count(label.begin(), label.end(), '\n');
  };
  std::ptrdiff_t most = 0;
  for (const std::string& label : panels.labels) most = std::max(most, lines(label));
  // Room for the longest label.
  drawer.drawOptions().legendFraction = std::min(0.5, 0.1 * static_cast<double>(most + 1));
  drawer.drawMolecules(panels.molecules, &panels.labels);
}

int rows_of(std::size_t entries, int columns) {
  return static_cast<int>((entries + columns - 1) / columns);
}

std::string draw_svg(std::span<const SheetEntry> entries, int columns) {
  Panels panels = prepare(entries);
  RDKit::MolDraw2DSVG drawer(columns * kWidth, rows_of(entries.size(), columns) * kHeight, kWidth,
                             kHeight, /*noFreetype=*/true);
  draw(drawer, panels);
  drawer.finishDrawing();
  return drawer.getDrawingText();
}

std::string draw_png(std::span<const SheetEntry> entries, int columns) {
  Panels panels = prepare(entries);
  RDKit::MolDraw2DCairo drawer(columns * kWidth, rows_of(entries.size(), columns) * kHeight, kWidth,
                               kHeight);
  draw(drawer, panels);
  drawer.finishDrawing();
  return drawer.getDrawingText();
}

cairo_status_t append(void* text, const unsigned char* data, unsigned length) {
  static_cast<std::string*>(text)->append(reinterpret_cast<const char*>(data), length);
  return CAIRO_STATUS_SUCCESS;
}

// The panels are drawn in pixels of a picture as wide as `columns`, scaled to the page.
std::string draw_pdf(std::span<const SheetEntry> entries, int columns) {
  const double scale = (kPageWidth - 2 * kMargin) / (columns * kWidth);
  const int rows = std::max(1, static_cast<int>((kPageHeight - 2 * kMargin) / (scale * kHeight)));
  std::string text;
  cairo_surface_t* surface =
      cairo_pdf_surface_create_for_stream(append, &text, kPageWidth, kPageHeight);
  cairo_t* context = cairo_create(surface);
  cairo_translate(context, kMargin, kMargin);
  cairo_scale(context, scale, scale);
  const std::size_t per_page = static_cast<std::size_t>(rows) * columns;
  for (std::size_t begin = 0; begin < entries.size(); begin += per_page) {
    const auto page = entries.subspan(begin, std::min(per_page, entries.size() - begin));
    Panels panels = prepare(page);
    RDKit::MolDraw2DCairo drawer(columns * kWidth, rows * kHeight, context, kWidth, kHeight);
    drawer.drawOptions().clearBackground = false;
    draw(drawer, panels);
    cairo_show_page(context);
  }
  cairo_destroy(context);
  cairo_surface_finish(surface);
  const cairo_status_t status = cairo_surface_status(surface);
  cairo_surface_destroy(surface);
  FRAGFLOW_CHECK(status == CAIRO_STATUS_SUCCESS, "cairo: {}", cairo_status_to_string(status));
  return text;
}

}  // namespace

SheetEntry sheet_entry(std::string_view structure, std::string label, std::string& reason) {
  return {parse_structure(structure, reason), std::move(label)};
}

std::string draw_sheet(const std::vector<SheetEntry>& entries, int columns, SheetFormat format) {
  FRAGFLOW_CHECK(!entries.empty() && columns > 0, "{} entries in {} columns", entries.size(),
                 columns);
  switch (format) {
    case SheetFormat::kSvg:
      return draw_svg(entries, columns);
    case SheetFormat::kPng:
      return draw_png(entries, columns);
    case SheetFormat::kPdf:
      return draw_pdf(entries, columns);
  }
  return "";
}

}  // namespace fragflow
