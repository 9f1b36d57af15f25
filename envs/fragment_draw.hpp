// Fragments at random for a slot that has certain types, in proportion to how often they were seen.
#pragma once

#include <optional>
#include <vector>

#include "envs/fragment_tree.hpp"
#include "src/base/rng.hpp"

namespace fragflow {

class FragmentDraw {
 public:
  // A fragment's weight is its count in the corpus (1 where that is unknown) to the power
  // `frequency`: 0 makes all alike. environment must outlive it.
  FragmentDraw(const FragmentTree& environment, double frequency);

  // A fragment by itself, in proportion to the weights.
  int fragment(Rng& rng) const;

  // A block that may be attached to a slot of any of these types, and whose fragment has at least
  // num_slots slots, in proportion to the weight of its fragment, of which each of the fragment's
  // blocks has an equal share. Nothing if there is none.
  std::optional<Block> block(TypeMask types, int num_slots, Rng& rng) const;

 private:
  struct Choices {
    std::vector<int> index;
    std::vector<double> cumulative;  // weights, summed up

    void add(int i, double weight);
    double total() const { return cumulative.empty() ? 0 : cumulative.back(); }
    int draw(Rng& rng) const;
  };
  static constexpr int kMaxSlots = 4;  // lists are kept up to here; more slots are looked up

  const Vocabulary& vocabulary_;
  Choices fragments_;
  std::vector<std::vector<Choices>> blocks_;  // [type][slots - 1]
  std::vector<TypeMask> types_of_block_;      // those whose list holds the block
};

}  // namespace fragflow
