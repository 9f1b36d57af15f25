// Tables of activities: read with nothing said and with everything said that it may ask for. Every
// row is used, left out with a reason, or filtered.
#include "src/chem/activity_table.hpp"

#include "src/chem/standardise.hpp"
#include "tests/fuzz/fuzz_target.hpp"

namespace fragflow {
namespace {

void check(const ActivityTable& table) {
  std::int64_t used = 0;
  for (const ActivityTable::Molecule& molecule : table.molecules) {
    used += static_cast<std::int64_t>(molecule.rows.size());
    FRAGFLOW_CHECK(molecule.lowest <= molecule.value && molecule.value <= molecule.highest,
                   "{}: {} {} {}", molecule.smiles, molecule.lowest, molecule.value,
                   molecule.highest);
    FRAGFLOW_CHECK(!molecule.smiles.empty(), "a molecule without SMILES");
    if (table.in_potency) {
      FRAGFLOW_CHECK(molecule.lowest >= kMinPotency && molecule.highest <= kMaxPotency, "{} to {}",
                     molecule.lowest, molecule.highest);
    }
  }
  for (const ActivityTable::Rejected& rejected : table.rejected) {
    FRAGFLOW_CHECK(!rejected.kind.empty() && !rejected.reason.empty(), "row {}", rejected.row);
  }
  used += table.num_bound_rows();
  for (const ActivityTable::Bound& bound : table.bounds) {
    FRAGFLOW_CHECK(
        !bound.smiles.empty() && !bound.rows.empty() &&
            (!table.in_potency || (bound.limit >= kMinPotency && bound.limit <= kMaxPotency)),
        "'{}' {}", bound.smiles, bound.limit);
  }
  const auto left_out = static_cast<std::int64_t>(table.rejected.size());
  FRAGFLOW_CHECK(used + left_out + table.filtered == table.rows, "{} + {} + {} of {} rows", used,
                 left_out, table.filtered, table.rows);
  table.conflicts(1.0);
}

}  // namespace
}  // namespace fragflow

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace fragflow;
  static const bool silent = (silence_rdkit(), true);
  static_cast<void>(silent);
  const std::string_view text = text_of(data, size);
  ActivityOptions told;
  told.units = "none";
  told.direction = "lower";
  told.decimal = "comma";
  ActivityOptions weighed = told;
  weighed.units = "ug/mL";
  for (const ActivityOptions& options : {ActivityOptions(), told, weighed}) {
    accepts([&] { check(parse_activity_table(text, "input", options)); });
  }
  return 0;
}
