// Vocabulary files: what is accepted is written and read back as the same vocabulary, and its
// fragments can be joined.
#include "src/chem/vocabulary.hpp"

#include "src/chem/assembly.hpp"
#include "src/chem/standardise.hpp"
#include "tests/fuzz/fuzz_target.hpp"

namespace fragflow {
namespace {

// The first fragment with the first block that fits it, as a molecule or a refusal.
void check_join(const Vocabulary& vocabulary) {
  const Assembler assembler(vocabulary);
  for (const Block& block : vocabulary.blocks()) {
    const Fragment& root = vocabulary.fragment(0);
    const Site& site = vocabulary.fragment(block.fragment).sites[block.site];
    for (std::size_t s = 0; s < root.sites.size(); ++s) {
      if (!vocabulary.can_join(root.sites[s].types, site.types)) continue;
      const std::vector<FragmentNode> nodes = {
          {0, -1, 0, 0}, {block.fragment, 0, static_cast<int>(s), block.site}};
      const Assembled assembled = assembler.assemble(nodes);
      FRAGFLOW_CHECK(assembled.smiles.empty() != assembled.reason.empty(), "{}: {}",
                     assembled.smiles, assembled.reason);
      return;
    }
  }
}

}  // namespace
}  // namespace fragflow

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace fragflow;
  static const bool silent = (silence_rdkit(), true);
  static_cast<void>(silent);
  Vocabulary vocabulary;
  if (!accepts(
          [&] { vocabulary = Vocabulary::parse(std::string(text_of(data, size)), "input"); })) {
    return 0;
  }
  const std::string written = vocabulary.to_json();
  FRAGFLOW_CHECK(Vocabulary::parse(written, "again").to_json() == written, "{}", written);
  FRAGFLOW_CHECK(vocabulary.isolated_fragments().size() <= std::size_t(vocabulary.size()),
                 "isolated");
  check_join(vocabulary);
  return 0;
}
