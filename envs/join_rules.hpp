// Attachments allowed by slot types and observed patterns. Exact: a tree is legal if types can be
// assigned to both ends of every join such that each pair may join and, at every fragment that
// lists patterns, the (site, type) uses fit into one of them. Hereditary: removing a leaf keeps a
// tree legal.
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "envs/slot_table.hpp"
#include "envs/state.hpp"
#include "src/chem/vocabulary.hpp"

namespace fragflow {

class JoinRules {
 public:
  // is_allowed[f]: fragment f may be attached. num_words: length of a place's row of choices.
  JoinRules(const Vocabulary& vocabulary, const std::vector<bool>& is_allowed, int num_words);

  // True if every slot takes every block.
  bool is_trivial() const { return is_trivial_; }

  // [node][site]: the types that another join at the site may have; 0: none.
  using FreeTypes = std::array<std::array<TypeMask, kMaxSites>, kMaxNodes>;
  // Fills the entries of the free sites of a legal state (others: 0).
  void free_types(const State& state, FreeTypes& types) const;

  // Sets the bits of the blocks that a join of one of these types may attach; keeps other bits.
  void add_blocks(TypeMask types, std::uint64_t* row) const;

  // Whether some assignment of types makes the tree legal, for trees not built by actions.
  bool is_legal(const State& state) const;

 private:
  struct Use {
    int site;
    TypeMask types;
  };
  // A node's joins: the node at the other side, and the possible (site, type) uses at this side.
  struct Ends {
    int count = 0;
    std::array<Use, kMaxNodes> uses;
    std::array<std::int8_t, kMaxNodes> neighbour;
  };
  using AllEnds = std::array<Ends, kMaxNodes>;

  // Types t of `site` such that (site, t) fits together with all uses except number left_out.
  TypeMask fitting_types(int fragment, const Ends& ends, int left_out, int site) const;
  // Restricts every use to what the other side allows, from the leaves to the root and back.
  void propagate(const State& state, AllEnds& ends) const;
  void send(const State& state, AllEnds& ends, int from, int to) const;

  const Vocabulary* vocabulary_;
  bool is_trivial_ = true;
  int num_words_ = 0;
  std::vector<std::uint64_t> blocks_of_type_;  // [type * num_words + word]
  TypeMask all_types_ = kUntyped;
};

}  // namespace fragflow
