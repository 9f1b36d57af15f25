// States and actions: small copyable values shared by every environment.
#pragma once

#include <array>
#include <bit>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace fragflow {

inline constexpr int kMaxNodes = 20;
inline constexpr int kMaxLabels = 1 << 24;

// A node of a small labelled tree. For the fragment tree, label is the fragment, and the join to
// the parent goes from parent_site of the parent to site of this node. For the hypergrid, node d
// has label = coordinate d and no parent.
struct Node {
  std::int32_t label = 0;   // below kMaxLabels
  std::int8_t parent = -1;  // index of an earlier node, -1: none
  std::uint8_t parent_site = 0;
  std::uint8_t site = 0;
  auto operator<=>(const Node&) const = default;
};

// Unused nodes are value-initialised, so that whole states can be compared.
//
// Every state returned by an environment is canonical: two of them are equal if and only if they
// are the same state (isomorphism class). So a State is its own key.
struct State {
  std::uint8_t num_nodes = 0;
  bool stopped = false;  // a terminal x; (nodes, false) is the separate state s before stop
  std::array<Node, kMaxNodes> nodes{};
  auto operator<=>(const State&) const = default;
};

struct StateHash {
  std::size_t operator()(const State& state) const;
};

// Forward action: `choice` at the `place`-th place of the state's ActionSet, or stop.
struct Action {
  std::int32_t place = -1;
  std::int32_t choice = -1;
  static constexpr Action stop() { return {}; }
  constexpr bool is_stop() const { return place < 0; }
  auto operator<=>(const Action&) const = default;
};

// Removal of the leaf (fragment tree) or step down in the dimension (hypergrid) `node`; node < 0
// undoes stop.
struct BackwardAction {
  std::int16_t node = -1;
  static constexpr BackwardAction undo_stop() { return {}; }
  constexpr bool is_undo_stop() const { return node < 0; }
  auto operator<=>(const BackwardAction&) const = default;
};

// A place where something can be attached: a representative of an orbit of free sites.
struct Place {
  std::int8_t node = -1;  // -1: the empty state's only place, or the hypergrid's
  std::uint8_t site = 0;
  auto operator<=>(const Place&) const = default;
};

// The legal actions of one state: a bit matrix [places x num_choices] and stop. Reused between
// calls so that inner loops do not allocate.
class ActionSet {
 public:
  void reset(int num_choices);
  // Appends a place with no legal choice; returns its index.
  int add_place(Place place);
  void set(int place, int choice) { row(place)[choice >> 6] |= std::uint64_t{1} << (choice & 63); }

  bool stop = false;

  int num_choices() const { return num_choices_; }
  int num_places() const { return static_cast<int>(places_.size()); }
  const std::vector<Place>& places() const { return places_; }
  bool test(int place, int choice) const {
    return (row(place)[choice >> 6] >> (choice & 63) & 1) != 0;
  }
  bool contains(Action action) const {
    return action.is_stop() ? stop
                            : action.place < num_places() && action.choice < num_choices_ &&
                                  action.choice >= 0 && test(action.place, action.choice);
  }
  // Bits of one place, (num_choices + 63) / 64 words.
  std::uint64_t* row(int place) { return bits_.data() + static_cast<std::size_t>(place) * words_; }
  const std::uint64_t* row(int place) const {
    return bits_.data() + static_cast<std::size_t>(place) * words_;
  }
  int words() const { return words_; }
  // Number of legal actions, stop included.
  int count() const;
  bool empty() const { return count() == 0; }

  // Calls visit(Action) in the order: places ascending, choices ascending, stop last.
  template <typename Visit>
  void for_each(Visit&& visit) const {
    for (int place = 0; place < num_places(); ++place) {
      for (int w = 0; w < words_; ++w) {
        for (std::uint64_t bits = row(place)[w]; bits != 0; bits &= bits - 1) {
          const int choice = w * 64 + std::countr_zero(bits);
          visit(Action{place, choice});
        }
      }
    }
    if (stop) visit(Action::stop());
  }

 private:
  int num_choices_ = 0;
  int words_ = 0;
  std::vector<Place> places_;
  std::vector<std::uint64_t> bits_;
};

}  // namespace fragflow
