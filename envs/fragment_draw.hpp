// Random fragments for a slot of certain types, in proportion to their counts in the corpus.
#pragma once

#include <optional>
#include <vector>

#include "envs/fragment_tree.hpp"
#include "src/base/rng.hpp"

namespace fragflow {

class FragmentDraw {
 public:
  // A fragment's weight is its count in the corpus (1 if unknown) to the power `frequency`; 0 makes
  // all weights equal. environment must outlive it.
  FragmentDraw(const FragmentTree& environment, double frequency);

  // A fragment for no particular slot, in proportion to the weights.
  int fragment(Rng& rng) const;

  // A block that may be attached to a slot of any of these types, and whose fragment has at least
  // num_slots slots, in proportion to the weight of its fragment, which is divided equally among
  // the fragment's blocks. Empty if there is none.
  std::optional<Block> block(TypeMask types, int num_slots, Rng& rng) const;

 private:
  struct Choices {
    std::vector<int> index;
    std::vector<double> cumulative;  // cumulative weights

    void add(int i, double weight);
    double total() const { return cumulative.empty() ? 0 : cumulative.back(); }
    int draw(Rng& rng) const;
  };
  static constexpr int kMaxSlots = 4;  // lists up to this; more slots are searched for

  const Vocabulary& vocabulary_;
  Choices fragments_;
  std::vector<std::vector<Choices>> blocks_;  // [type][slots - 1]
  std::vector<TypeMask> types_of_block_;      // types whose list holds the block
};

}  // namespace fragflow
