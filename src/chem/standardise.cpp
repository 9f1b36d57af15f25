#include "src/chem/standardise.hpp"

#include <GraphMol/GraphMol.h>
#include <GraphMol/MolOps.h>
#include <GraphMol/MolStandardize/Charge.h>
#include <GraphMol/SmilesParse/SmilesParse.h>
#include <GraphMol/SmilesParse/SmilesWrite.h>
#include <RDGeneral/RDLog.h>

#include <algorithm>
#include <cstdlib>

#include "src/base/check.hpp"
#include "src/base/out_of_memory.hpp"
#include "src/base/text.hpp"
#include "src/chem/connected_parts.hpp"
#include "src/chem/fast/mol_to_smiles.hpp"
#include "src/chem/inchi.hpp"
#include "src/chem/inchi_layers.hpp"
#include "src/chem/parent.hpp"
#include "src/chem/rdkit_releases.hpp"
#include "src/chem/structure_text.hpp"

namespace fragflow {
namespace {

bool has_dummy(const RDKit::ROMol& molecule) {
  for (const RDKit::Atom* atom : molecule.atoms()) {
    if (atom->getAtomicNum() == 0) return true;
  }
  return false;
}

// RDKit searches every molecule for stereochemistry and explicit hydrogen atoms, a fifth of the
// time. Without marks in the text there are none.
bool needs_more_than_sanitising(std::string_view smiles) {
  if (smiles.find_first_of("@/\\") != smiles.npos) return true;
  for (std::size_t i = smiles.find('['); i != smiles.npos; i = smiles.find('[', i + 1)) {
    const char next = i + 1 < smiles.size() ? smiles[i + 1] : ']';
    if (next == 'H' || ('0' <= next && next <= '9')) return true;  // [H], [2H]
  }
  return false;
}

// Atom maps have no meaning here, and a hydrogen with one would remain an atom.
void clear_atom_maps(std::string_view smiles, RDKit::RWMol& molecule) {
  if (smiles.find(':') == smiles.npos) return;
  for (RDKit::Atom* atom : molecule.atoms()) atom->setAtomMapNum(0);
}

// Checks the length before parsing and the atoms before sanitising. Null with a reason.
std::unique_ptr<RDKit::RWMol> parse_smiles_of_others(std::string_view smiles, std::string& reason) {
  const std::string text(trim(smiles));
  if (text.empty()) {
    reason = "empty";
    return nullptr;
  }
  if (text.size() > kMaxSmilesLength) {
    reason = fmt::format("{} characters; the limit is {}", text.size(), kMaxSmilesLength);
    return nullptr;
  }
  // RDKit would stop at a zero byte and parse only what precedes it.
  if (!std::all_of(text.begin(), text.end(), [](char c) { return c > ' ' && c < 0x7F; })) {
    reason = "white space inside the SMILES, or letters that no SMILES has";
    return nullptr;
  }
  RDKit::SmilesParserParams parameters;
  parameters.sanitize = false;
  parameters.removeHs = false;
  parameters.allowCXSMILES = false;
  parameters.parseName = false;
  try {
    prepare_rdkit();
    std::unique_ptr<RDKit::RWMol> molecule(RDKit::SmilesToMol(text, parameters));
    if (!molecule || molecule->getNumAtoms() == 0) {
      reason = "not a SMILES";
      return nullptr;
    }
    if (const int heavy = static_cast<int>(molecule->getNumHeavyAtoms()); heavy > kMaxHeavyAtoms) {
      reason = fmt::format("{} heavy atoms; the limit is {}", heavy, kMaxHeavyAtoms);
      return nullptr;
    }
    clear_atom_maps(smiles, *molecule);
    // RDKit may not terminate on aromatic rings of dummy atoms.
    if (has_dummy(*molecule)) {
      reason = "a dummy atom (*): not a whole molecule";
      return nullptr;
    }
    if (needs_more_than_sanitising(smiles)) {
      remove_hydrogen_atoms(*molecule, /*update_explicit_count=*/true);  // sanitises
    } else {
      RDKit::MolOps::sanitizeMol(*molecule);
    }
    return molecule;
  } catch (const std::exception& error) {
    pass_on_out_of_memory(error);
    reason = trim(error.what()).empty() ? "not a SMILES" : std::string(trim(error.what()));
    return nullptr;
  }
}

bool keep_parent(std::unique_ptr<RDKit::RWMol>& molecule) {
  if (num_connected_parts(*molecule) < 2) return false;
  molecule = parent_of(*molecule);
  return true;
}

// Whether RDKit's neutralisation may change anything: it keeps a charge next to its opposite, as in
// nitro groups and N-oxides.
bool may_be_neutralised(const RDKit::ROMol& molecule) {
  for (const RDKit::Atom* atom : molecule.atoms()) {
    const int charge = atom->getFormalCharge();
    if (charge == 0) continue;
    int opposite = 0;
    for (const RDKit::Atom* neighbour : molecule.atomNeighbors(atom)) {
      opposite += charge * neighbour->getFormalCharge() < 0 ? 1 : 0;
    }
    if (opposite != 1) return true;
  }
  return false;
}

bool same_charges(const RDKit::ROMol& molecule, const RDKit::ROMol& other) {
  for (const RDKit::Atom* atom : molecule.atoms()) {
    const RDKit::Atom* same = other.getAtomWithIdx(atom->getIdx());
    if (atom->getFormalCharge() != same->getFormalCharge()) return false;
  }
  return true;
}

// A molecule with nothing to neutralise is left unchanged, and so is one whose neutral form has no
// valid valences: RDKit 2025.03 adds a hydrogen atom to PF6-.
bool neutralise(std::unique_ptr<RDKit::RWMol>& molecule) {
  if (!may_be_neutralised(*molecule)) return false;
  // Building its patterns costs more than using them.
  thread_local RDKit::MolStandardize::Uncharger uncharger(/*canonicalOrdering=*/true);
  const std::unique_ptr<RDKit::ROMol> neutral(uncharger.uncharge(*molecule));
  if (same_charges(*molecule, *neutral)) return false;
  auto checked = std::make_unique<RDKit::RWMol>(*neutral);
  try {
    RDKit::MolOps::sanitizeMol(*checked);
  } catch (const RDKit::MolSanitizeException&) {
    return false;
  }
  molecule = std::move(checked);
  return true;
}

bool has_stereo(const RDKit::ROMol& molecule) {
  for (const RDKit::Atom* atom : molecule.atoms()) {
    if (atom->getChiralTag() != RDKit::Atom::CHI_UNSPECIFIED) return true;
  }
  for (const RDKit::Bond* bond : molecule.bonds()) {
    if (bond->getStereo() > RDKit::Bond::STEREOANY ||
        bond->getBondDir() == RDKit::Bond::ENDUPRIGHT ||
        bond->getBondDir() == RDKit::Bond::ENDDOWNRIGHT) {
      return true;
    }
  }
  return false;
}

bool drop_isotopes(RDKit::RWMol& molecule) {
  bool changed = false;
  for (RDKit::Atom* atom : molecule.atoms()) {
    changed |= atom->getIsotope() != 0;
    atom->setIsotope(0);
  }
  // Deuterium, kept as an explicit atom, is now an ordinary hydrogen.
  if (changed) remove_hydrogen_atoms(molecule);
  return changed;
}

// Makes the result depend only on the canonical SMILES, not on the input's atom order; this is also
// the SMILES that later steps would write. RDKit may need a second round (bonds to metals). `read`
// is the SMILES that the molecule was parsed from: if it is canonical already, nothing was changed
// and nothing is left to do, which takes half the time for SMILES written by us.
void settle(std::unique_ptr<RDKit::RWMol> molecule, std::string_view read, Standardised& result) {
  std::string text = write_smiles(*molecule).text;
  bool is_settled = text == read;
  for (int round = 0; !is_settled && round < 3; ++round) {
    molecule = parse_smiles(text, &result.reason);
    if (!molecule) return;
    std::string again = write_smiles(*molecule).text;
    is_settled = again == text;
    text = std::move(again);
  }
  if (!is_settled) {
    result.reason = "its canonical SMILES changes each time it is read";
    return;
  }
  result.smiles = std::move(text);
  result.molecule = std::move(molecule);
}

}  // namespace

StandardiseCounts& StandardiseCounts::operator+=(const StandardiseCounts& other) {
  read += other.read;
  accepted += other.accepted;
  largest_fragment += other.largest_fragment;
  neutralised += other.neutralised;
  stereo_dropped += other.stereo_dropped;
  isotopes_dropped += other.isotopes_dropped;
  return *this;
}

std::string StandardiseCounts::summary() const {
  return fmt::format(
      "{} molecules read, {} accepted; largest part kept in {}, neutralised {}, stereo dropped "
      "from {}, isotopes from {}",
      read, accepted, largest_fragment, neutralised, stereo_dropped, isotopes_dropped);
}

Standardised::Standardised() = default;
Standardised::~Standardised() = default;
Standardised::Standardised(Standardised&&) noexcept = default;
Standardised& Standardised::operator=(Standardised&&) noexcept = default;

void Standardised::count_into(StandardiseCounts& counts) const {
  counts +=
      {1, ok() ? 1 : 0, largest_fragment ? 1 : 0, neutralised, stereo_dropped, isotopes_dropped};
}

std::unique_ptr<RDKit::RWMol> parse_structure(std::string_view structure, std::string& reason) {
  if (is_molblock(structure)) return parse_molblock(structure, reason);
  if (is_inchi(structure)) return parse_inchi(structure, reason);
  return parse_smiles_of_others(structure, reason);
}

Standardised standardise(std::string_view structure) {
  Standardised result;
  auto molecule = parse_structure(structure, result.reason);
  if (!molecule) return result;
  try {
    result.largest_fragment = keep_parent(molecule);
    const bool marked = has_stereo(*molecule);
    result.stereo_dropped = marked || (is_inchi(structure) && inchi_has_stereo(structure));
    if (marked) RDKit::MolOps::removeStereochemistry(*molecule);
    result.isotopes_dropped =
        drop_isotopes(*molecule) || (is_inchi(structure) && inchi_has_isotopes(structure));
    result.neutralised = neutralise(molecule);
    settle(std::move(molecule), trim(structure), result);
  } catch (const std::exception& error) {
    pass_on_out_of_memory(error);
    result.reason = error.what();
  }
  return result;
}

std::unique_ptr<RDKit::RWMol> parse_smiles(std::string_view smiles, std::string* reason) {
  RDKit::SmilesParserParams parameters;
  parameters.allowCXSMILES = false;
  parameters.parseName = false;
  const bool whole_way = needs_more_than_sanitising(smiles);
  parameters.sanitize = parameters.removeHs = whole_way;
  std::string why = "not a SMILES";
  try {
    prepare_rdkit();
    std::unique_ptr<RDKit::RWMol> molecule(RDKit::SmilesToMol(std::string(smiles), parameters));
    if (molecule && !whole_way) RDKit::MolOps::sanitizeMol(*molecule);
    if (molecule) return molecule;
  } catch (const std::exception& error) {
    pass_on_out_of_memory(error);
    if (!trim(error.what()).empty()) why = trim(error.what());
  }
  if (reason != nullptr) *reason = why;
  return nullptr;
}

std::string canonical_smiles(const RDKit::ROMol& molecule) {
  return RDKit::MolToSmiles(molecule, /*doIsomericSmiles=*/false);
}

void prepare_rdkit() {
  [[maybe_unused]] static const int set = ::setenv("RDK_USE_LEGACY_STEREO_PERCEPTION", "1", 1);
}

void silence_rdkit() {
  prepare_rdkit();
  boost::logging::disable_logs("rdApp.*");
}

}  // namespace fragflow
