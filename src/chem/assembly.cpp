#include "src/chem/assembly.hpp"

#include <GraphMol/GraphMol.h>
#include <GraphMol/MolOps.h>
#include <GraphMol/SanitException.h>

#include <algorithm>

#include "src/base/check.hpp"
#include "src/base/out_of_memory.hpp"
#include "src/base/parallel.hpp"
#include "src/chem/fast/fast_chemistry.hpp"
#include "src/chem/fast/mol_to_smiles.hpp"
#include "src/chem/fast/smiles_to_mol.hpp"
#include "src/chem/rdkit_releases.hpp"
#include "src/chem/standardise.hpp"

namespace fragflow {
namespace {

// All but a few molecules in a million reach a fixed point after one round trip.
constexpr int kMaxRoundTrips = 3;

// Frees the valence for a join: explicit hydrogens (as in [nH]) must be removed, implicit ones
// follow from the valence.
void take_hydrogen(RDKit::Atom* atom) {
  if (const unsigned written = atom->getNumExplicitHs(); written > 0) {
    atom->setNumExplicitHs(written - 1);
  }
}

std::vector<int> moved(std::vector<int> indices, int by) {
  for (int& index : indices) index += by;
  return indices;
}

std::vector<unsigned> output_order(const RDKit::ROMol& written) {
  return written.getProp<std::vector<unsigned>>(RDKit::common_properties::_smilesAtomOutputOrder);
}

// Reorders values per atom to the order in which the atoms were written, which is their order after
// parsing.
void follow_order(const std::vector<unsigned>& order, std::vector<std::uint8_t>& of_atom) {
  std::vector<std::uint8_t> reordered;
  for (const unsigned atom : order) reordered.push_back(of_atom[atom]);
  of_atom = std::move(reordered);
}

}  // namespace

struct Assembler::Implementation {
  // Per fragment; plus a methyl group, to test slots with.
  std::vector<std::unique_ptr<RDKit::RWMol>> prepared;
  std::vector<std::vector<Site>> sites;  // [fragment][site]
  std::vector<char> reads_back;          // per fragment: see Assembler::reads_back
};

Assembled::Assembled() = default;
Assembled::~Assembled() = default;
Assembled::Assembled(Assembled&&) noexcept = default;
Assembled& Assembled::operator=(Assembled&&) noexcept = default;

ParsedMolecule Assembled::parsed() const { return {&smiles, molecule.get(), &open_slots}; }

Assembler::Assembler(const Vocabulary& vocabulary)
    : implementation_(std::make_unique<Implementation>()) {
  for (const Fragment& fragment : vocabulary.fragments()) {
    auto molecule = parse_smiles(fragment.smiles);
    FRAGFLOW_CHECK(molecule, "fragment {} does not parse", fragment.smiles);
    RDKit::MolOps::removeStereochemistry(*molecule);
    for (RDKit::Atom* atom : molecule->atoms()) atom->setIsotope(0);
    implementation_->prepared.push_back(std::move(molecule));
    implementation_->sites.push_back(fragment.sites);
  }
  implementation_->prepared.push_back(parse_smiles("C"));
  implementation_->sites.push_back({Site{}});
  implementation_->reads_back.resize(vocabulary.size());
  parallel_for(vocabulary.size(), [&](std::int64_t f) {
    implementation_->reads_back[f] = reads_back(static_cast<int>(f));
  });
}

Assembler::~Assembler() = default;

std::unique_ptr<RDKit::RWMol> Assembler::join(std::span<const FragmentNode> nodes) const {
  FRAGFLOW_CHECK(!nodes.empty(), "a molecule needs at least one fragment");
  const auto& prepared = implementation_->prepared;
  const auto& sites = implementation_->sites;
  auto result = std::make_unique<RDKit::RWMol>(*prepared.at(nodes[0].fragment));
  std::vector<int> first_atom = {0}, first_bond = {0};
  for (std::size_t i = 1; i < nodes.size(); ++i) {
    const FragmentNode& node = nodes[i];
    FRAGFLOW_CHECK(node.parent >= 0 && node.parent < static_cast<int>(i), "node {} has parent {}",
                   i, node.parent);
    first_atom.push_back(static_cast<int>(result->getNumAtoms()));
    first_bond.push_back(static_cast<int>(result->getNumBonds()));
    result->insertMol(*prepared.at(node.fragment));
  }
  std::vector<RDKit::Atom*> joined;
  for (std::size_t i = 1; i < nodes.size(); ++i) {
    const FragmentNode& node = nodes[i];
    const int parent_fragment = nodes[node.parent].fragment;
    const int a = first_atom[node.parent] + sites[parent_fragment].at(node.parent_site).atom;
    const int b = first_atom[i] + sites[node.fragment].at(node.site).atom;
    for (const int atom : {a, b}) joined.push_back(result->getAtomWithIdx(atom));
    take_hydrogen(joined[joined.size() - 2]);
    take_hydrogen(joined.back());
    result->addBond(a, b, RDKit::Bond::SINGLE);
  }
  RDKit::RingInfo& rings = *result->getRingInfo();
  start_rings(rings);
  for (std::size_t i = 0; i < nodes.size(); ++i) {
    const RDKit::RingInfo& own = *prepared[nodes[i].fragment]->getRingInfo();
    for (std::size_t k = 0; k < own.numRings(); ++k) {
      rings.addRing(moved(own.atomRings()[k], first_atom[i]),
                    moved(own.bondRings()[k], first_bond[i]));
    }
  }
  // Hydrogen counts affect the order in the text: stale ones would cost another round trip.
  for (RDKit::Atom* atom : joined) atom->updatePropertyCache();
  return result;
}

std::unique_ptr<RDKit::RWMol> Assembler::molecule(std::span<const FragmentNode> nodes,
                                                  std::string* reason) const {
  try {
    auto result = join(nodes);
    RDKit::MolOps::sanitizeMol(*result);
    return result;
  } catch (const RDKit::MolSanitizeException& error) {
    if (reason != nullptr) *reason = error.what();
    return nullptr;
  }
}

OpenSlots Assembler::open_slots(std::span<const FragmentNode> nodes) const {
  const auto& prepared = implementation_->prepared;
  const auto& sites = implementation_->sites;
  OpenSlots open;
  std::vector<std::size_t> first_atom;
  for (const FragmentNode& node : nodes) {
    first_atom.push_back(open.of_atom.size());
    open.of_atom.resize(open.of_atom.size() + prepared[node.fragment]->getNumAtoms());
    for (const Site& site : sites[node.fragment]) {
      open.of_atom[first_atom.back() + site.atom] += static_cast<std::uint8_t>(site.capacity);
      open.must_fill += site.must_fill ? site.capacity : 0;
    }
  }
  const auto use = [&](std::size_t node, int site_index) {
    const Site& site = sites[nodes[node].fragment][site_index];
    --open.of_atom[first_atom[node] + site.atom];
    open.must_fill -= site.must_fill ? 1 : 0;
  };
  for (std::size_t i = 1; i < nodes.size(); ++i) {
    use(i, nodes[i].site);
    use(nodes[i].parent, nodes[i].parent_site);
  }
  return open;
}

bool Assembler::reads_back(int fragment) const {
  const int methyl = static_cast<int>(implementation_->prepared.size()) - 1;
  const std::vector<Site>& sites = implementation_->sites[fragment];
  std::vector<FragmentNode> all = {{fragment, -1, 0, 0}};
  try {
    const auto alone = join(all);
    const unsigned num_rings = alone->getRingInfo()->numRings();
    if (!is_read_back(*alone)) return false;
    if (num_rings == 0) return true;
    // A single ring is found from any atom; of several RDKit may choose others.
    if (num_rings > 1 && !is_read_back_from_every_atom(*alone)) return false;
    for (int s = 0; s < static_cast<int>(sites.size()); ++s) {
      const FragmentNode node{methyl, 0, s, 0};
      if (!is_read_back(*join(std::vector{all[0], node}))) return false;
      all.insert(all.end(), sites[s].capacity, node);
    }
    return is_read_back(*join(all));
  } catch (const RDKit::MolSanitizeException&) {
    return false;
  }
}

bool Assembler::assemble_known(std::span<const FragmentNode> nodes, Assembled& result) const {
  if (!is_used(Accelerator::kSmilesToMol)) return false;
  const std::vector<char>& known = implementation_->reads_back;
  if (!std::all_of(nodes.begin(), nodes.end(),
                   [&](const FragmentNode& node) { return known.at(node.fragment); })) {
    return false;
  }
  try {
    const auto made = join(nodes);
    WrittenSmiles written = write_smiles(*made);
    result.molecule = read_back(written, *made);
    if (!result.molecule) return false;
    result.open_slots = open_slots(nodes);
    follow_order(written.order, result.open_slots.of_atom);
    result.smiles = std::move(written.text);
    return true;
  } catch (const std::exception& error) {
    pass_on_out_of_memory(error);
    return false;  // the slow path finds the reason
  }
}

Assembled Assembler::assemble(std::span<const FragmentNode> nodes) const {
  Assembled result;
  if (assemble_known(nodes, result)) return result;
  std::unique_ptr<RDKit::RWMol> current;
  try {
    // Sanitising happens on parsing the text: a single bond between fragments changes neither rings
    // nor aromaticity, and a text that parses back to itself is correct.
    current = join(nodes);
  } catch (const RDKit::MolSanitizeException& error) {
    result.reason = error.what();
    return result;
  }
  result.open_slots = open_slots(nodes);
  std::string text = canonical_smiles(*current);
  for (int trip = 0; trip < kMaxRoundTrips; ++trip) {
    auto parsed = parse_smiles(text, &result.reason);
    if (!parsed) return result;
    follow_order(output_order(*current), result.open_slots.of_atom);
    current = std::move(parsed);
    std::string again = canonical_smiles(*current);
    if (again == text) {
      result.smiles = std::move(text);
      result.molecule = std::move(current);
      return result;
    }
    text = std::move(again);
  }
  result.reason = "the SMILES " + text + " changes when it is read back";
  return result;
}

std::string Assembler::smiles(std::span<const FragmentNode> nodes, std::string* reason) const {
  Assembled result = assemble(nodes);
  if (reason != nullptr && result.smiles.empty()) *reason = std::move(result.reason);
  return std::move(result.smiles);
}

}  // namespace fragflow
