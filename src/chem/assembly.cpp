#include "src/chem/assembly.hpp"

#include <GraphMol/GraphMol.h>
#include <GraphMol/MolOps.h>
#include <GraphMol/SanitException.h>

#include "src/base/check.hpp"
#include "src/chem/standardise.hpp"

namespace fragflow {
namespace {

// A round trip reaches a fixed point at once but for a few molecules in a million.
constexpr int kMaxRoundTrips = 3;

// Frees the valence for a join: written hydrogens (as in [nH]) must go, implicit ones follow from
// the valence.
void take_hydrogen(RDKit::Atom* atom) {
  if (const unsigned written = atom->getNumExplicitHs(); written > 0) {
    atom->setNumExplicitHs(written - 1);
  }
}

}  // namespace

struct Assembler::Implementation {
  std::vector<std::unique_ptr<RDKit::RWMol>> prepared;  // per fragment
  std::vector<std::vector<int>> site_atoms;             // [fragment][site]
};

Assembler::Assembler(const Vocabulary& vocabulary)
    : implementation_(std::make_unique<Implementation>()) {
  for (const Fragment& fragment : vocabulary.fragments()) {
    auto molecule = parse_smiles(fragment.smiles);
    FRAGFLOW_CHECK(molecule, "fragment {} does not parse", fragment.smiles);
    RDKit::MolOps::removeStereochemistry(*molecule);
    for (RDKit::Atom* atom : molecule->atoms()) atom->setIsotope(0);
    implementation_->prepared.push_back(std::move(molecule));
    auto& atoms = implementation_->site_atoms.emplace_back();
    for (const Site& site : fragment.sites) atoms.push_back(site.atom);
  }
}

Assembler::~Assembler() = default;

std::unique_ptr<RDKit::RWMol> Assembler::molecule(std::span<const FragmentNode> nodes,
                                                  std::string* reason) const {
  FRAGFLOW_CHECK(!nodes.empty(), "a molecule needs at least one fragment");
  const auto& [prepared, site_atoms] = *implementation_;
  auto result = std::make_unique<RDKit::RWMol>(*prepared.at(nodes[0].fragment));
  std::vector<int> first_atom = {0};
  for (std::size_t i = 1; i < nodes.size(); ++i) {
    const FragmentNode& node = nodes[i];
    FRAGFLOW_CHECK(node.parent >= 0 && node.parent < static_cast<int>(i), "node {} has parent {}",
                   i, node.parent);
    first_atom.push_back(static_cast<int>(result->getNumAtoms()));
    result->insertMol(*prepared.at(node.fragment));
    const int parent_fragment = nodes[node.parent].fragment;
    const int a = first_atom[node.parent] + site_atoms[parent_fragment].at(node.parent_site);
    const int b = first_atom[i] + site_atoms[node.fragment].at(node.site);
    take_hydrogen(result->getAtomWithIdx(a));
    take_hydrogen(result->getAtomWithIdx(b));
    result->addBond(a, b, RDKit::Bond::SINGLE);
  }
  try {
    RDKit::MolOps::sanitizeMol(*result);
  } catch (const std::exception& error) {
    if (reason != nullptr) *reason = error.what();
    return nullptr;
  }
  return result;
}

std::string Assembler::smiles(std::span<const FragmentNode> nodes, std::string* reason) const {
  const auto assembled = molecule(nodes, reason);
  if (!assembled) return "";
  std::string text = canonical_smiles(*assembled);
  for (int trip = 0; trip < kMaxRoundTrips; ++trip) {
    const auto parsed = parse_smiles(text, reason);
    if (!parsed) return "";
    std::string again = canonical_smiles(*parsed);
    if (again == text) return text;
    text = std::move(again);
  }
  if (reason != nullptr) *reason = "the SMILES " + text + " changes when it is read back";
  return "";
}

}  // namespace fragflow
