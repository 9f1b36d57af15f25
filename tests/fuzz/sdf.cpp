// An SDF: every molblock is a molecule that standardises like its SMILES, or refused with a reason;
// the table of its records has every data field in its own column.
#include <algorithm>

#include "src/chem/sdf_rows.hpp"
#include "src/chem/standardise.hpp"
#include "src/chem/structure_text.hpp"
#include "tests/fuzz/fuzz_target.hpp"

namespace fragflow {
namespace {

std::vector<SdfEntry> entries_of(std::string_view bytes) {
  std::vector<SdfEntry> all;
  SdfEntries entries(TextLines(bytes, "input"));
  for (SdfEntry entry; entries.next(entry);) all.push_back(entry);
  return all;
}

void check_molecule(const std::string& molblock) {
  const Standardised standard = standardise(molblock);
  FRAGFLOW_CHECK(standard.ok() || !standard.reason.empty(), "refused without a reason");
  if (!standard.ok()) return;
  const Standardised again = standardise(standard.smiles);
  FRAGFLOW_CHECK(again.smiles == standard.smiles, "{} becomes {} ({})", standard.smiles,
                 again.smiles, again.reason);
}

// The value of a field stands in the row of its record; of a field that comes twice the last.
void check_row(const TableRow& row, const SdfEntry& entry, const std::vector<std::string>& header) {
  FRAGFLOW_CHECK(row.cells.size() == header.size() && row.line == entry.line, "line {}", row.line);
  for (auto field = entry.fields.begin(); field != entry.fields.end(); ++field) {
    const bool again = std::any_of(field + 1, entry.fields.end(),
                                   [&](const auto& later) { return later.first == field->first; });
    if (again) continue;
    bool found = false;
    for (std::size_t c = 1; c < header.size(); ++c) {
      const bool named = header[c] == field->first || header[c] == field->first + " (data field)";
      found |= named && row.cells[c] == field->second;
    }
    FRAGFLOW_CHECK(found, "field '{}' of line {}", field->first, entry.line);
  }
}

void check(std::string_view bytes) {
  const std::vector<SdfEntry> entries = entries_of(bytes);
  for (const SdfEntry& entry : entries) check_molecule(entry.molblock);
  SdfRows table([bytes] { return TextLines(bytes, "input"); });
  const std::vector<TableRow> rows = table.next(static_cast<std::int64_t>(entries.size()) + 1);
  FRAGFLOW_CHECK(rows.size() == entries.size(), "{} rows of {} records", rows.size(),
                 entries.size());
  for (std::size_t i = 0; i < rows.size(); ++i) check_row(rows[i], entries[i], table.header());
}

}  // namespace
}  // namespace fragflow

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace fragflow;
  static const bool silent = (silence_rdkit(), true);
  static_cast<void>(silent);
  accepts([&] { check(text_of(data, size)); });
  return 0;
}
