// SMILES as every command reads them, and what is computed from the molecules that are accepted.
#include <GraphMol/RWMol.h>

#include <cmath>

#include "src/chem/descriptors.hpp"
#include "src/chem/fingerprint.hpp"
#include "src/chem/qed.hpp"
#include "src/chem/sa_score.hpp"
#include "src/chem/standardise.hpp"
#include "tests/fuzz/fuzz_target.hpp"

namespace fragflow {
namespace {

struct Tools {
  Tools() { silence_rdkit(); }
  Qed qed;
  SaScore sa_score;
};

void check_molecule(const Tools& tools, const Standardised& standard) {
  const Standardised again = standardise(standard.smiles);
  FRAGFLOW_CHECK(again.smiles == standard.smiles, "{} becomes {} ({})", standard.smiles,
                 again.smiles, again.reason);
  const RDKit::ROMol& molecule = *standard.molecule;
  const double qed = tools.qed(molecule), sa_score = tools.sa_score(molecule);
  FRAGFLOW_CHECK(qed >= 0 && qed <= 1, "{}: QED {}", standard.smiles, qed);
  FRAGFLOW_CHECK(sa_score >= 1 && sa_score <= 10, "{}: SA {}", standard.smiles, sa_score);
  FRAGFLOW_CHECK(std::isfinite(descriptors(molecule).logp), "{}", standard.smiles);
  murcko_scaffold(molecule);
  for (const FingerprintKind kind : {FingerprintKind::kMorgan2, FingerprintKind::kRdk}) {
    const Fingerprint bits = fingerprint(molecule, kind);
    FRAGFLOW_CHECK(tanimoto(bits, bits) == 1 || bits.popcount == 0, "{}", standard.smiles);
  }
}

}  // namespace
}  // namespace fragflow

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace fragflow;
  static const Tools tools;
  const Standardised standard = standardise(text_of(data, size));
  FRAGFLOW_CHECK(standard.ok() == (standard.molecule != nullptr), "{}", standard.smiles);
  FRAGFLOW_CHECK(standard.ok() || !standard.reason.empty(), "refused without a reason");
  if (standard.ok()) check_molecule(tools, standard);
  return 0;
}
