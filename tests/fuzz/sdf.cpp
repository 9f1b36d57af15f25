// Records of an SDF: every molblock is a molecule that standardises like its SMILES, or refused
// with a reason.
#include "src/chem/sdf_rows.hpp"
#include "src/chem/standardise.hpp"
#include "src/chem/structure_text.hpp"
#include "tests/fuzz/fuzz_target.hpp"

namespace fragflow {
namespace {

void check(std::string_view bytes) {
  SdfEntries entries(TextLines(bytes, "input"));
  SdfEntry entry;
  while (entries.next(entry)) {
    const Standardised standard = standardise(entry.molblock);
    FRAGFLOW_CHECK(standard.ok() || !standard.reason.empty(), "refused without a reason");
    if (!standard.ok()) continue;
    const Standardised again = standardise(standard.smiles);
    FRAGFLOW_CHECK(again.smiles == standard.smiles, "{} becomes {} ({})", standard.smiles,
                   again.smiles, again.reason);
  }
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
