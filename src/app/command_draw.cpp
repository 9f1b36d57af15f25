// fragflow draw: molecules of a file on one sheet.
#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <memory>

#include "src/app/command.hpp"
#include "src/base/check.hpp"
#include "src/base/file.hpp"
#include "src/base/log.hpp"
#include "src/base/text.hpp"
#include "src/chem/activity_columns.hpp"
#include "src/chem/molecule_sheet.hpp"
#include "src/chem/structure_text.hpp"
#include "src/chem/table_reader.hpp"

namespace fragflow {
namespace {

struct DrawArguments {
  std::string file, output, smiles;
  std::vector<std::string> labels;
  int columns = 5;
  std::int64_t count = 100;
};

SheetFormat format_of(const std::filesystem::path& output) {
  const std::map<std::string, SheetFormat> formats = {
      {"svg", SheetFormat::kSvg}, {"png", SheetFormat::kPng}, {"pdf", SheetFormat::kPdf}};
  const auto found = formats.find(key_of_name(output.extension().string()));
  if (found != formats.end()) return found->second;
  user_error("'{}': a sheet is .svg, .png or .pdf", output.string());
}

// Labels are meant for paper: four digits for numbers with a point or an exponent. Whole numbers
// may be names.
std::string shown(const std::string& cell) {
  if (cell.find_first_of(".eE") == cell.npos) return cell;
  const auto number = parse_double(cell);
  return number ? fmt::format("{:.4g}", *number) : cell;
}

// "prediction 7.53", one line for each column; only the text for the column of names.
std::string label_of(const CsvTable& table, const std::vector<std::size_t>& columns,
                     std::size_t row) {
  std::vector<std::string> lines;
  for (const std::size_t column : columns) {
    const std::string& cell = table.rows[row][column];
    const std::string& name = table.header[column];
    if (cell.empty()) continue;
    lines.push_back(key_of_name(name) == "name" ? cell : name + " " + shown(cell));
  }
  return join(lines, "\n");
}

std::vector<std::size_t> label_columns(const CsvTable& table, const DrawArguments& arguments) {
  std::vector<std::size_t> columns;
  for (const std::string& label : arguments.labels) {
    columns.push_back(table.column(label, "'" + arguments.file + "'"));
  }
  if (!arguments.labels.empty()) return columns;
  for (std::size_t i = 0; i < table.header.size(); ++i) {
    if (key_of_name(table.header[i]) == "name") columns.push_back(i);
  }
  return columns;
}

void run(const GlobalOptions& global, const DrawArguments& arguments) {
  const SheetFormat format = format_of(arguments.output);
  const CsvTable table = read_whole(TableReader(arguments.file, arguments.smiles));
  const std::size_t smiles = find_smiles_column(table, arguments.smiles, arguments.file);
  const std::vector<std::size_t> labels = label_columns(table, arguments);
  std::vector<SheetEntry> entries;
  std::int64_t skipped = 0;
  for (std::size_t row = 0; row < table.rows.size(); ++row) {
    if (static_cast<std::int64_t>(entries.size()) == arguments.count) break;
    std::string reason;
    const std::string& cell = table.rows[row][smiles];
    SheetEntry entry =
        sheet_entry(split_structure(cell).structure, label_of(table, labels, row), reason);
    if (entry.molecule == nullptr) {
      ++skipped;
      spdlog::warn("{}, line {}: '{}' is left out: {}", arguments.file, table.line_numbers[row],
                   shown_structure(cell), reason);
      continue;
    }
    entries.push_back(std::move(entry));
  }
  if (entries.empty()) user_error("'{}' holds no molecule that can be drawn", arguments.file);
  const auto drawn = static_cast<std::int64_t>(entries.size());
  const int columns = std::min(arguments.columns, static_cast<int>(drawn));
  if (format == SheetFormat::kPng && !fits_png(entries.size(), columns)) {
    user_error(
        "{} molecules in {} columns are more than one .png can hold; draw them as .svg or .pdf, "
        "or take fewer with --count",
        drawn, columns);
  }
  write_file_atomically(arguments.output, draw_sheet(entries, columns, format));
  const std::int64_t left = static_cast<std::int64_t>(table.rows.size()) - drawn - skipped;
  nlohmann::ordered_json json = {
      {"output", arguments.output}, {"drawn", drawn}, {"skipped", skipped}, {"left", left}};
  std::string text = fmt::format("{} molecules drawn on {}\n", drawn, arguments.output);
  if (left > 0) text += fmt::format("{} more rows are not on it (--count)\n", left);
  print_result(global, json, text);
}

}  // namespace

void add_draw_command(CLI::App& app, GlobalOptions& global) {
  CLI::App& command = *app.add_subcommand("draw", "Draw the molecules of a file on a sheet");
  const auto arguments = std::make_shared<DrawArguments>();
  command.add_option("molecules", arguments->file, "CSV, .smi or SDF; the first rows are drawn")
      ->required();
  command.add_option("-o,--output", arguments->output, ".svg, .png, or .pdf with A4 pages")
      ->required();
  command
      .add_option("--labels", arguments->labels,
                  "columns written below each drawing, separated by commas (default: name)")
      ->delimiter(',');
  command.add_option("--columns", arguments->columns, "drawings in a row")
      ->check(CLI::Range(1, 20))
      ->capture_default_str();
  command.add_option("-n,--count", arguments->count, "most molecules on the sheet")
      ->check(CLI::Range(1, 5000))
      ->capture_default_str();
  command.add_option("--smiles", arguments->smiles,
                     "column with structures (default: found by name)");
  add_global_options(command, global);
  command.footer(
      "Example:\n"
      "  fragflow draw my_design/shortlist.csv -o sheet.pdf --labels rank,prediction,uncertainty");
  command.callback([arguments, &global] { run(global, *arguments); });
}

}  // namespace fragflow
