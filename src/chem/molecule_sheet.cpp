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

// finer: output pixels per pixel of a panel.
void draw(RDKit::MolDraw2D& drawer, Panels& panels, int finer = 1) {
  drawer.drawOptions().prepareMolsBeforeDrawing = false;
  drawer.drawOptions().legendFontSize = 15 * finer;
  drawer.drawOptions().bondLineWidth *= finer;
  drawer.drawOptions().maxFontSize *= finer;
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

std::string draw_png(std::span<const SheetEntry> entries, int columns, int finer = 1) {
  Panels panels = prepare(entries);
  const int width = finer * kWidth, height = finer * kHeight;
  RDKit::MolDraw2DCairo drawer(columns * width, rows_of(entries.size(), columns) * height, width,
                               height);
  draw(drawer, panels, finer);
  drawer.finishDrawing();
  return drawer.getDrawingText();
}

cairo_status_t append(void* text, const unsigned char* data, unsigned length) {
  static_cast<std::string*>(text)->append(reinterpret_cast<const char*>(data), length);
  return CAIRO_STATUS_SUCCESS;
}

cairo_status_t read(void* rest, unsigned char* data, unsigned length) {
  auto& text = *static_cast<std::string_view*>(rest);
  if (text.size() < length) return CAIRO_STATUS_READ_ERROR;
  std::copy_n(text.begin(), length, data);
  text.remove_prefix(length);
  return CAIRO_STATUS_SUCCESS;
}

// RDKit 2022.09 draws nothing into our own context, so a rendered picture is put on the page.
void paint_page(cairo_t* context, const std::string& png, double scale) {
  std::string_view rest = png;
  cairo_surface_t* picture = cairo_image_surface_create_from_png_stream(read, &rest);
  cairo_save(context);
  cairo_translate(context, kMargin, kMargin);
  cairo_scale(context, scale, scale);
  cairo_set_source_surface(context, picture, 0, 0);
  cairo_paint(context);
  cairo_restore(context);
  cairo_surface_destroy(picture);
  cairo_show_page(context);
}

std::string draw_pdf(std::span<const SheetEntry> entries, int columns) {
  // About 360 dpi with five columns; a page of many more would take gigabytes.
  const int finer = std::clamp(9 / columns, 1, 3);
  const double scale = (kPageWidth - 2 * kMargin) / (columns * kWidth);
  const int rows = std::max(1, static_cast<int>((kPageHeight - 2 * kMargin) / (scale * kHeight)));
  std::string text;
  cairo_surface_t* surface =
      cairo_pdf_surface_create_for_stream(append, &text, kPageWidth, kPageHeight);
  cairo_t* context = cairo_create(surface);
  const std::size_t per_page = static_cast<std::size_t>(rows) * columns;
  for (std::size_t begin = 0; begin < entries.size(); begin += per_page) {
    const auto page = entries.subspan(begin, std::min(per_page, entries.size() - begin));
    paint_page(context, draw_png(page, columns, finer), scale / finer);
  }
  const cairo_status_t drawn = cairo_status(context);
  cairo_destroy(context);
  cairo_surface_finish(surface);
  const cairo_status_t written = cairo_surface_status(surface);
  cairo_surface_destroy(surface);
  for (const cairo_status_t status : {drawn, written}) {
    FRAGFLOW_CHECK(status == CAIRO_STATUS_SUCCESS, "cairo: {}", cairo_status_to_string(status));
  }
  return text;
}

}  // namespace

SheetEntry sheet_entry(std::string_view structure, std::string label, std::string& reason) {
  return {parse_structure(structure, reason), std::move(label)};
}

bool fits_png(std::size_t entries, int columns) {
  constexpr int kMostPixels = 32767;
  return rows_of(entries, columns) * kHeight <= kMostPixels;
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
