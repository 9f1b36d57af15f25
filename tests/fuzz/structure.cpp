// A cell of a table where a structure is expected: SMILES with an extension or a name behind it,
// InChI, molblock. It is split into what stands in it, shown on one line, and standardised to a
// SMILES that stays as it is, or refused with a reason.
#include "src/chem/structure_text.hpp"

#include <algorithm>

#include "src/base/text_encoding.hpp"
#include "src/chem/standardise.hpp"
#include "tests/fuzz/fuzz_target.hpp"

namespace fragflow {
namespace {

void check_split(std::string_view cell, const StructureCell& split) {
  const auto is_part = [&](std::string_view part) {
    return part.empty() ||
           (part.data() >= cell.data() && part.data() + part.size() <= cell.data() + cell.size());
  };
  FRAGFLOW_CHECK(is_part(split.structure) && is_part(split.name), "not of the cell");
  if (is_molblock(cell)) return;
  FRAGFLOW_CHECK(split.structure.find_first_of(" \t\r\n") == cell.npos, "'{}'", split.structure);
  const StructureCell again = split_structure(split.structure);
  FRAGFLOW_CHECK(again.structure == split.structure && again.name.empty(), "'{}' is split again",
                 split.structure);
}

void check_standardised(std::string_view structure) {
  const Standardised standard = standardise(structure);
  FRAGFLOW_CHECK(standard.ok() == (standard.molecule != nullptr), "{}", standard.smiles);
  FRAGFLOW_CHECK(standard.ok() || !standard.reason.empty(), "refused without a reason");
  if (!standard.ok()) return;
  const Standardised again = standardise(standard.smiles);
  FRAGFLOW_CHECK(again.smiles == standard.smiles, "{} becomes {} ({})", standard.smiles,
                 again.smiles, again.reason);
}

}  // namespace
}  // namespace fragflow

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace fragflow;
  static const bool silent = (silence_rdkit(), true);
  static_cast<void>(silent);
  const std::string_view cell = text_of(data, size);
  const StructureCell split = split_structure(cell);
  check_split(cell, split);
  const std::string shown = shown_structure(cell);
  FRAGFLOW_CHECK(shown.size() <= 80 && shown.find('\n') == shown.npos, "shown as '{}'", shown);
  check_standardised(split.structure);
  return 0;
}
