#include "src/chem/decomposition.hpp"

#include <GraphMol/MolOps.h>
#include <GraphMol/RWMol.h>

#include <algorithm>
#include <limits>

#include "src/base/check.hpp"
#include "src/chem/block_tree.hpp"
#include "src/chem/connected_parts.hpp"
#include "src/chem/fragment_matcher.hpp"
#include "src/chem/pieces.hpp"
#include "src/chem/standardise.hpp"

namespace fragflow {
namespace {

// A fragment with a given topmost block: its identity, and the blocks below it.
struct Option {
  Placement placement;        // the first site joins the parent (not at the root), then children
  std::vector<int> children;  // blocks, in the order of the remaining sites
};

// Options of every block are computed from the leaves up: for the fragment whose topmost block it
// is, every bond below is either cut, which needs an option of the block there, or not.
class Search {
 public:
  Search(const Vocabulary& vocabulary, const FragmentMatcher& matcher, const RDKit::ROMol& molecule,
         const DecompositionLimits& limits)
      : vocabulary_(vocabulary),
        matcher_(matcher),
        molecule_(molecule),
        limits_(limits),
        blocks_(make_block_tree(molecule)),
        options_(blocks_.size()),
        min_fragments_(blocks_.size(), kNever) {}

  Decomposition run() {
    for (int b = num_blocks() - 1; b >= 0 && !is_out_of_steps(); --b) {
      for_each_part(b, /*only_possible=*/true,
                    [&](const auto& inside, const auto& below) { add_options(b, inside, below); });
      keep_joinable(b);
    }
    if (is_out_of_steps()) {
      stop_early("steps", limits_.max_steps);
    } else if (options_[0].empty()) {
      result_.reason = why_impossible();
    } else if (min_fragments_[0] > limits_.max_fragments) {
      result_.reason = fmt::format("needs at least {} fragments; at most {} are allowed",
                                   min_fragments_[0], limits_.max_fragments);
    } else {
      std::vector<FragmentNode> nodes;
      std::vector<Pending> pending = {{0, -1, 0}};
      list_trees(nodes, pending, min_fragments_[0]);
      if (result_.trees.empty() && result_.complete) result_.reason = kSlotsDoNotFit;
    }
    return std::move(result_);
  }

 private:
  static constexpr int kNever = std::numeric_limits<int>::max() / 4;
  static constexpr const char* kSlotsDoNotFit =
      "its pieces are in the vocabulary, but not with the slots, types or patterns it needs";

  // A block that still needs its fragment.
  struct Pending {
    int block, parent_node, parent_site;
  };

  int num_blocks() const { return static_cast<int>(blocks_.size()); }
  bool is_out_of_steps() const { return steps_ > limits_.max_steps; }
  void stop_early(const char* what, std::int64_t limit) {
    result_.complete = false;
    result_.reason = fmt::format("stopped at the limit of {} {}", limit, what);
  }

  // Calls visit(blocks inside, blocks below the cuts) for the parts with `top` as topmost block
  // that are not larger than every fragment.
  template <typename Visit>
  void for_each_part(int top, bool only_possible, Visit&& visit) {
    std::vector<int> inside = {top};
    std::vector<int> below;
    std::vector<int> open = blocks_[top].children;
    const int atoms = static_cast<int>(blocks_[top].atoms.size());
    if (atoms <= matcher_.max_atoms()) decide(inside, below, open, atoms, only_possible, visit);
  }

  template <typename Visit>
  void decide(std::vector<int>& inside, std::vector<int>& below, std::vector<int>& open, int atoms,
              bool only_possible, Visit& visit) {
    if (++steps_ > limits_.max_steps) return;
    if (open.empty()) {
      visit(inside, below);
      return;
    }
    const int block = open.back();
    open.pop_back();
    if (!only_possible || !options_[block].empty()) {
      below.push_back(block);
      decide(inside, below, open, atoms, only_possible, visit);
      below.pop_back();
    }
    const int merged = atoms + static_cast<int>(blocks_[block].atoms.size());
    if (merged <= matcher_.max_atoms()) {
      inside.push_back(block);
      const std::size_t size = open.size();
      const auto& children = blocks_[block].children;
      open.insert(open.end(), children.begin(), children.end());
      decide(inside, below, open, merged, only_possible, visit);
      open.resize(size);
      inside.pop_back();
    }
    open.push_back(block);
  }

  PartGraph make_part(int top, const std::vector<int>& inside,
                      const std::vector<int>& below) const {
    std::vector<int> position(molecule_.getNumAtoms(), -1);
    std::vector<unsigned> cuts(molecule_.getNumAtoms());
    std::vector<int> atoms;
    for (const int block : inside) {
      for (const int atom : blocks_[block].atoms) {
        position[atom] = static_cast<int>(atoms.size());
        atoms.push_back(atom);
      }
    }
    PartGraph part;
    const auto cut = [&](int atom) {
      ++cuts[atom];
      part.cut_atoms.push_back(position[atom]);
    };
    if (top > 0) cut(blocks_[top].atom);
    for (const int block : below) cut(blocks_[block].parent_atom);
    for (const int index : atoms) {
      const RDKit::Atom* atom = molecule_.getAtomWithIdx(index);
      part.graph.atoms.push_back(atom_label(*atom, atom->getTotalNumHs() + cuts[index]));
      for (const RDKit::Bond* bond : molecule_.atomBonds(atom)) {
        const int other = static_cast<int>(bond->getOtherAtomIdx(index));
        if (position[other] < 0 || other < index) continue;
        part.graph.bonds.push_back(
            {position[index], position[other], static_cast<int>(bond->getBondType())});
      }
    }
    return part;
  }

  void add_options(int top, const std::vector<int>& inside, const std::vector<int>& below) {
    bool matched = false;
    for (const Placement& p : matcher_.placements(make_part(top, inside, below), matched)) {
      options_[top].push_back({p, below});
      ++steps_;
    }
  }

  const Site& site(const Placement& placement, std::size_t index) const {
    return vocabulary_.fragment(placement.fragment).sites[placement.sites[index]];
  }

  // Drops options with a child whose block has no option that can join.
  void keep_joinable(int top) {
    const std::size_t first = top > 0 ? 1 : 0;
    std::erase_if(options_[top], [&](const Option& option) {
      for (std::size_t i = 0; i < option.children.size(); ++i) {
        const TypeMask types = site(option.placement, first + i).types;
        const auto& below = options_[option.children[i]];
        if (std::none_of(below.begin(), below.end(), [&](const Option& child) {
              return vocabulary_.can_join(types, site(child.placement, 0).types);
            })) {
          return true;
        }
      }
      return false;
    });
    for (const Option& option : options_[top]) {
      int needed = 1;
      for (const int child : option.children) needed += min_fragments_[child];
      min_fragments_[top] = std::min(min_fragments_[top], needed);
    }
  }

  // needed: nodes.size() + the minimum number of fragments for the pending blocks.
  void list_trees(std::vector<FragmentNode>& nodes, std::vector<Pending>& pending, int needed) {
    if (!result_.complete) return;
    if (++steps_ > limits_.max_steps) return stop_early("steps", limits_.max_steps);
    if (pending.empty()) {
      if (static_cast<std::int64_t>(result_.trees.size()) == limits_.max_trees) {
        return stop_early("trees", limits_.max_trees);
      }
      result_.trees.push_back(nodes);
      return;
    }
    const Pending next = pending.back();
    pending.pop_back();
    const int node = static_cast<int>(nodes.size());
    for (const Option& option : options_[next.block]) {
      const Placement& placement = option.placement;
      const bool is_root = next.parent_node < 0;
      if (!is_root && !joins(nodes[next.parent_node].fragment, next.parent_site, placement)) {
        continue;
      }
      int now_needed = needed - min_fragments_[next.block] + 1;
      for (const int child : option.children) now_needed += min_fragments_[child];
      if (now_needed > limits_.max_fragments) continue;
      nodes.push_back({placement.fragment, next.parent_node, next.parent_site,
                       is_root ? 0 : placement.sites[0]});
      const std::size_t size = pending.size();
      for (std::size_t i = 0; i < option.children.size(); ++i) {
        pending.push_back({option.children[i], node, placement.sites[i + (is_root ? 0 : 1)]});
      }
      list_trees(nodes, pending, now_needed);
      pending.resize(size);
      nodes.pop_back();
    }
    pending.push_back(next);
  }

  bool joins(int parent_fragment, int parent_site, const Placement& child) const {
    return vocabulary_.can_join(vocabulary_.fragment(parent_fragment).sites[parent_site].types,
                                site(child, 0).types);
  }

  // Names the largest block that is in no fragment, if there is one.
  std::string why_impossible() {
    std::vector<char> is_known(blocks_.size());
    for (int b = num_blocks() - 1; b >= 0; --b) {
      for_each_part(b, /*only_possible=*/false, [&](const auto& inside, const auto& below) {
        bool matched = false;
        matcher_.placements(make_part(b, inside, below), matched);
        if (!matched) return;
        for (const int block : inside) is_known[block] = 1;
      });
    }
    int missing = -1;
    for (int b = 0; b < num_blocks(); ++b) {
      if (!is_known[b] &&
          (missing < 0 || blocks_[b].atoms.size() > blocks_[missing].atoms.size())) {
        missing = b;
      }
    }
    if (is_out_of_steps()) return "a piece has no fragment (which one: not found in time)";
    if (missing < 0) return kSlotsDoNotFit;
    const Piece piece = capped_piece(molecule_, blocks_[missing].atoms);
    return fmt::format("no fragment of the vocabulary holds its part {}", piece.smiles);
  }

  const Vocabulary& vocabulary_;
  const FragmentMatcher& matcher_;
  const RDKit::ROMol& molecule_;
  const DecompositionLimits limits_;
  std::vector<MoleculeBlock> blocks_;
  std::vector<std::vector<Option>> options_;
  std::vector<int> min_fragments_;
  std::int64_t steps_ = 0;
  Decomposition result_;
};

}  // namespace

Decomposer::Decomposer(const Vocabulary& vocabulary)
    : vocabulary_(&vocabulary), matcher_(std::make_unique<FragmentMatcher>(vocabulary)) {}

Decomposer::~Decomposer() = default;

Decomposition Decomposer::decompose(std::string_view smiles,
                                    const DecompositionLimits& limits) const {
  Decomposition result;
  const auto molecule = parse_smiles(smiles, &result.reason);
  if (!molecule) return result;
  if (molecule->getNumAtoms() == 0 || num_connected_parts(*molecule) != 1) {
    result.reason = "not one connected molecule";
    return result;
  }
  return Search(*vocabulary_, *matcher_, *molecule, limits).run();
}

}  // namespace fragflow
