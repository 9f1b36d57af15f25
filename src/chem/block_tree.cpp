#include "src/chem/block_tree.hpp"

#include <GraphMol/ROMol.h>

#include <algorithm>

#include "src/chem/bridges.hpp"

namespace fragflow {
namespace {

struct Walk {
  const RDKit::ROMol& molecule;
  std::vector<char> is_cuttable;  // per bond
  std::vector<int> block_of;      // per atom, -1: not yet
  std::vector<MoleculeBlock> blocks;

  // Collects the block of `start`; appends blocks behind its cuttable bonds to the list.
  void fill(int block, int start) {
    std::vector<int> stack = {start};
    block_of[start] = block;
    while (!stack.empty()) {
      const int index = stack.back();
      stack.pop_back();
      blocks[block].atoms.push_back(index);
      const RDKit::Atom* atom = molecule.getAtomWithIdx(index);
      for (const RDKit::Bond* bond : molecule.atomBonds(atom)) {
        const int other = static_cast<int>(bond->getOtherAtomIdx(index));
        if (block_of[other] >= 0) continue;
        if (is_cuttable[bond->getIdx()]) {
          block_of[other] = static_cast<int>(blocks.size());
          blocks[block].children.push_back(static_cast<int>(blocks.size()));
          blocks.push_back({{}, block, other, index, {}});
        } else {
          block_of[other] = block;
          stack.push_back(other);
        }
      }
    }
    std::sort(blocks[block].atoms.begin(), blocks[block].atoms.end());
  }
};

}  // namespace

std::vector<MoleculeBlock> make_block_tree(const RDKit::ROMol& molecule) {
  Walk walk{molecule,
            std::vector<char>(molecule.getNumBonds()),
            std::vector<int>(molecule.getNumAtoms(), -1),
            {}};
  for (const int bond : cuttable_bonds(molecule)) walk.is_cuttable[bond] = 1;
  walk.blocks.push_back({});
  for (std::size_t b = 0; b < walk.blocks.size(); ++b) {
    walk.fill(static_cast<int>(b), b == 0 ? 0 : walk.blocks[b].atom);
  }
  return walk.blocks;
}

}  // namespace fragflow
