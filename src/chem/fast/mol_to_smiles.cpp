#include "src/chem/fast/mol_to_smiles.hpp"

#include <GraphMol/Canon.h>
#include <GraphMol/GraphMol.h>
#include <GraphMol/SmilesParse/SmilesWrite.h>
#include <GraphMol/new_canon.h>

#include <algorithm>

#include "src/chem/fast/fast_chemistry.hpp"

namespace fragflow {
namespace {

// Renumbers the digits of ring closures: the smallest one that no open ring has. A digit is free
// again from the next atom on, so that no atom closes and opens rings with the same one.
class RingDigits {
 public:
  void next_atom() {
    std::erase_if(open_, [](const Ring& ring) { return ring.closed; });
  }
  int digit(int ring) {
    for (Ring& known : open_) {
      if (known.number != ring) continue;
      known.closed = true;
      return known.digit;
    }
    int digit = 1;
    while (std::any_of(open_.begin(), open_.end(),
                       [&](const Ring& known) { return known.digit == digit; })) {
      ++digit;
    }
    open_.push_back({ring, digit, false});
    return digit;
  }

 private:
  struct Ring {
    int number, digit;
    bool closed;
  };
  std::vector<Ring> open_;
};

void append_digit(std::string& text, int digit) {
  if (digit < 10) {
    text += static_cast<char>('0' + digit);
  } else if (digit < 100) {
    text += '%' + std::to_string(digit);
  } else {
    text += "%(" + std::to_string(digit) + ')';
  }
}

void append(const RDKit::Canon::MolStackElem& element, RingDigits& digits, WrittenSmiles& written) {
  switch (element.type) {
    case RDKit::Canon::MOL_STACK_ATOM:
      digits.next_atom();
      written.text += RDKit::SmilesWrite::GetAtomSmiles(element.obj.atom, false, nullptr, false,
                                                        /*isomericSmiles=*/false);
      written.order.push_back(element.obj.atom->getIdx());
      break;
    case RDKit::Canon::MOL_STACK_BOND:
      written.text += RDKit::SmilesWrite::GetBondSmiles(element.obj.bond, element.number);
      break;
    case RDKit::Canon::MOL_STACK_RING:
      append_digit(written.text, digits.digit(element.number));
      break;
    case RDKit::Canon::MOL_STACK_BRANCH_OPEN:
      written.text += '(';
      break;
    case RDKit::Canon::MOL_STACK_BRANCH_CLOSE:
      written.text += ')';
      break;
  }
}

}  // namespace

std::vector<unsigned> canonical_ranks(const RDKit::ROMol& molecule) {
  std::vector<unsigned> ranks;
  RDKit::Canon::rankMolAtoms(molecule, ranks, /*breakTies=*/true, /*includeChirality=*/false,
                             /*includeIsotopes=*/false);
  return ranks;
}

WrittenSmiles write_smiles(RDKit::ROMol& molecule) {
  WrittenSmiles written;
  written.ranks = canonical_ranks(molecule);
  if (!is_used(Accelerator::kMolToSmiles)) {
    written.text = RDKit::MolToSmiles(molecule, /*doIsomericSmiles=*/false);
    written.order =
        molecule.getProp<std::vector<unsigned>>(RDKit::common_properties::_smilesAtomOutputOrder);
    molecule.clearProp(RDKit::common_properties::_smilesAtomOutputOrder);
    return written;
  }
  written.order.reserve(molecule.getNumAtoms());
  const auto first = std::min_element(written.ranks.begin(), written.ranks.end());
  std::vector<RDKit::Canon::AtomColors> colours(molecule.getNumAtoms(), RDKit::Canon::WHITE_NODE);
  RDKit::Canon::MolStack stack;
  stack.reserve(molecule.getNumAtoms() + molecule.getNumBonds());
  RDKit::Canon::canonicalizeFragment(molecule, static_cast<int>(first - written.ranks.begin()),
                                     colours, written.ranks, stack);
  RingDigits digits;
  for (const auto& element : stack) append(element, digits, written);
  // The only property that the traversal leaves on the molecule.
  molecule.getAtomWithIdx(static_cast<unsigned>(first - written.ranks.begin()))
      ->clearProp(RDKit::common_properties::_TraversalStartPoint);
  return written;
}

}  // namespace fragflow
