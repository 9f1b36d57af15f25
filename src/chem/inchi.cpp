#include "src/chem/inchi.hpp"

#include <GraphMol/GraphMol.h>
#include <inchi_api.h>

#include <mutex>

#include "src/base/check.hpp"
#include "src/base/out_of_memory.hpp"
#include "src/base/text.hpp"
#include "src/chem/inchi_layers.hpp"
#include "src/chem/mobile_hydrogens.hpp"
#include "src/chem/rdkit_releases.hpp"
#include "src/chem/standardise.hpp"

namespace fragflow {
namespace {

// The library's output, freed with the object.
class Structure {
 public:
  explicit Structure(std::string text) {
    char options[] = "";
    inchi_InputINCHI input = {text.data(), options};
    result_ = ::GetStructFromINCHI(&input, &out_);
  }
  ~Structure() { ::FreeStructFromINCHI(&out_); }
  Structure(const Structure&) = delete;
  Structure& operator=(const Structure&) = delete;

  int num_atoms() const { return out_.num_atoms; }
  const inchi_Atom& atom(int i) const { return out_.atom[i]; }

  // "" if there is a structure with this InChI.
  std::string problem() const {
    const std::string_view said = out_.szMessage == nullptr ? "" : trim(out_.szMessage);
    if (result_ != inchi_Ret_OKAY && result_ != inchi_Ret_WARNING) {
      return said.empty() ? "not an InChI" : fmt::format("InChI: {}", said);
    }
    if (out_.num_atoms <= 0) return "an InChI without atoms";
    for (const auto& layers : out_.WarningFlags) {
      if (layers[0] != 0 || layers[1] != 0) return "no structure is known to have this InChI";
    }
    return "";
  }

 private:
  inchi_OutputStruct out_ = {};
  int result_ = 0;
};

RDKit::Bond::BondType order_of(int type) {
  if (type == INCHI_BOND_TYPE_DOUBLE) return RDKit::Bond::DOUBLE;
  return type == INCHI_BOND_TYPE_TRIPLE ? RDKit::Bond::TRIPLE : RDKit::Bond::SINGLE;
}

void add_atom(const inchi_Atom& atom, RDKit::RWMol& molecule) {
  auto made = std::make_unique<RDKit::Atom>(std::string(atom.elname));
  made->setFormalCharge(atom.charge);
  made->setNoImplicit(true);
  made->setNumExplicitHs(atom.num_iso_H[0]);
  if (atom.radical > INCHI_RADICAL_SINGLET) made->setNumRadicalElectrons(atom.radical - 1);
  molecule.addAtom(made.release(), false, true);
}

std::unique_ptr<RDKit::RWMol> molecule_of(const Structure& structure) {
  auto molecule = std::make_unique<RDKit::RWMol>();
  for (int i = 0; i < structure.num_atoms(); ++i) add_atom(structure.atom(i), *molecule);
  for (int i = 0; i < structure.num_atoms(); ++i) {
    const inchi_Atom& atom = structure.atom(i);
    for (int k = 0; k < atom.num_bonds; ++k) {
      const auto a = static_cast<unsigned>(i), b = static_cast<unsigned>(atom.neighbor[k]);
      FRAGFLOW_CHECK(a != b && b < molecule->getNumAtoms(), "bond {} - {}", a, b);
      if (molecule->getBondBetweenAtoms(a, b) == nullptr) {
        molecule->addBond(a, b, order_of(atom.bond_type[k]));
      }
    }
  }
  return molecule;
}

// The library has global state and must be locked.
std::unique_ptr<RDKit::RWMol> ask_library(const std::string& text, std::string& reason) {
  static std::mutex mutex;
  const std::lock_guard lock(mutex);
  const Structure structure(text);
  reason = structure.problem();
  return reason.empty() ? molecule_of(structure) : nullptr;
}

}  // namespace

std::unique_ptr<RDKit::RWMol> parse_inchi(std::string_view text, std::string& reason) {
  if (text.size() > kMaxInchiLength) {
    reason =
        fmt::format("an InChI of {} characters; the limit is {}", text.size(), kMaxInchiLength);
    return nullptr;
  }
  const std::optional<InchiLayers> layers = read_inchi_layers(text, reason);
  if (!layers) return nullptr;
  if (layers->atoms > kMaxHeavyAtoms) {
    reason = fmt::format("{} heavy atoms; the limit is {}", layers->atoms, kMaxHeavyAtoms);
    return nullptr;
  }
  try {
    std::unique_ptr<RDKit::RWMol> molecule = ask_library(layers->main, reason);
    if (molecule == nullptr) return nullptr;
    molecule = place_mobile_hydrogens(layers->mobile, std::move(molecule));
    remove_hydrogen_atoms(*molecule);
    return molecule;
  } catch (const std::exception& error) {
    pass_on_out_of_memory(error);
    reason = error.what();
    return nullptr;
  }
}

}  // namespace fragflow
