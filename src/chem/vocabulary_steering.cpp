#include "src/chem/vocabulary_steering.hpp"

#include <GraphMol/MolOps.h>
#include <GraphMol/RWMol.h>

#include <algorithm>

#include "src/base/check.hpp"
#include "src/base/log.hpp"
#include "src/base/text.hpp"
#include "src/chem/alerts.hpp"
#include "src/chem/connected_parts.hpp"
#include "src/chem/pieces.hpp"
#include "src/chem/standardise.hpp"
#include "src/chem/synthesis/synthon_start.hpp"
#include "src/chem/vocabulary_spec.hpp"

namespace fragflow {
namespace {

constexpr std::size_t kMaxSlots = 16;

struct Attachment {
  int atom = 0;  // of the SMILES as given
  std::string type;
};

std::string type_of_dummy(const RDKit::Atom& dummy, const Vocabulary& vocabulary,
                          const std::string& where) {
  if (dummy.getIsotope() == 0 || vocabulary.num_types() <= 1) return "";
  const std::string type = "L" + std::to_string(dummy.getIsotope());
  std::vector<std::string> known;
  for (int t = 1; t < vocabulary.num_types(); ++t) known.push_back(vocabulary.type_name(t));
  if (std::find(known.begin(), known.end(), type) == known.end()) {
    user_error("{}: [{}*] asks for slot type {}, which the vocabulary does not have; it has: {}",
               where, dummy.getIsotope(), type, join(known));
  }
  return type;
}

std::vector<Attachment> marked_attachments(const RDKit::ROMol& molecule,
                                           const Vocabulary& vocabulary, const std::string& where) {
  std::vector<Attachment> attachments;
  for (const RDKit::Atom* atom : molecule.atoms()) {
    if (atom->getAtomicNum() != 0) continue;
    const bool is_single =
        atom->getDegree() == 1 &&
        (*molecule.atomBonds(atom).begin())->getBondType() == RDKit::Bond::SINGLE;
    const RDKit::Atom* neighbour =
        is_single ? (*molecule.atomBonds(atom).begin())->getOtherAtom(atom) : nullptr;
    if (neighbour == nullptr || neighbour->getAtomicNum() == 0) {
      user_error("{}: a * must be the end of one single bond to an atom", where);
    }
    attachments.push_back(
        {static_cast<int>(neighbour->getIdx()), type_of_dummy(*atom, vocabulary, where)});
  }
  return attachments;
}

FragmentSpec scaffold_fragment(const Vocabulary& vocabulary, const std::string& smiles,
                               const std::string& where) {
  std::string reason;
  const auto molecule = parse_smiles(smiles, &reason);
  if (!molecule) user_error("{}: not a molecule RDKit accepts: {}", where, reason);
  if (molecule->getNumAtoms() == 0 || num_connected_parts(*molecule) != 1) {
    user_error("{}: the scaffold must be one connected molecule", where);
  }
  // Atom map numbers ([cH:3]) have no meaning here.
  for (RDKit::Atom* atom : molecule->atoms()) atom->setAtomMapNum(0);
  std::vector<Attachment> attachments = marked_attachments(*molecule, vocabulary, where);
  const bool is_marked = !attachments.empty();
  std::vector<int> atoms;
  for (const RDKit::Atom* atom : molecule->atoms()) {
    const int index = static_cast<int>(atom->getIdx());
    if (atom->getAtomicNum() == 0) continue;
    atoms.push_back(index);
    if (!is_marked && atom->getTotalNumHs() > 0) attachments.push_back({index, ""});
  }
  if (attachments.empty()) user_error("{}: the scaffold has no atom that may grow", where);
  if (attachments.size() > kMaxSlots) {
    user_error("{}: {} atoms may grow, and at most {} are possible: mark those that shall with [*]",
               where, attachments.size(), kMaxSlots);
  }
  const Piece piece = capped_piece(*molecule, atoms);
  if (piece.smiles.empty()) user_error("{}: RDKit refuses the scaffold without its *", where);
  FragmentSpec fragment;
  fragment.smiles = piece.smiles;
  for (const Attachment& attachment : attachments) {
    const auto found = std::find(piece.atoms.begin(), piece.atoms.end(), attachment.atom);
    SlotSpec slot;
    slot.atom = static_cast<int>(found - piece.atoms.begin());
    if (!attachment.type.empty()) slot.types = {attachment.type};
    fragment.slots.push_back(std::move(slot));
  }
  return fragment;
}

}  // namespace

Vocabulary with_start(const Vocabulary& vocabulary, const std::string& smiles) {
  const std::string where = fmt::format("environment.start '{}'", smiles);
  VocabularySpec spec = vocabulary.to_spec();
  spec.fragments.push_back(vocabulary.reactions() != nullptr
                               ? start_synthon(vocabulary, smiles, where)
                               : scaffold_fragment(vocabulary, smiles, where));
  spec.ends_with_start = true;
  return Vocabulary::from_spec(spec, where);
}

std::vector<std::string> matching_fragments(const Vocabulary& vocabulary,
                                            std::span<const std::string> smarts) {
  std::vector<bool> matches(vocabulary.size(), false);
  for (const std::string& text : smarts) {
    const SmartsPattern pattern(text);
    bool is_found = false;
    for (int f = 0; f < vocabulary.size(); ++f) {
      const auto molecule = parse_smiles(vocabulary.fragment(f).smiles);
      FRAGFLOW_CHECK(molecule, "fragment {} does not parse", vocabulary.fragment(f).smiles);
      if (!pattern.matches(*molecule)) continue;
      matches[f] = true;
      is_found = true;
    }
    if (!is_found) {
      spdlog::warn("environment.forbidden_smarts: '{}' is found in no fragment of the vocabulary",
                   text);
    }
  }
  std::vector<std::string> result;
  for (int f = 0; f < vocabulary.size(); ++f) {
    if (matches[f]) result.push_back(vocabulary.fragment(f).smiles);
  }
  return result;
}

}  // namespace fragflow
