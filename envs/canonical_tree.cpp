#include "envs/canonical_tree.hpp"

#include <algorithm>

namespace fragflow {
namespace {

// A subtree in preorder, one word per node: site at the parent, label, site, number of children.
// Preorder with child counts is prefix-free, so lexicographic order needs no lengths.
struct Code {
  int size = 0;
  std::array<std::uint64_t, kMaxNodes> words;
  std::array<std::uint8_t, kMaxNodes> order;  // old node of each word
};

int compare(const Code& a, const Code& b) {
  const int size = std::min(a.size, b.size);
  for (int i = 0; i < size; ++i) {
    if (a.words[i] != b.words[i]) return a.words[i] < b.words[i] ? -1 : 1;
  }
  return 0;
}

constexpr int kNoSite = -1;

class Canonicaliser {
 public:
  Canonicaliser(const SlotTable& slots, const State& state) : slots_(slots), state_(state) {}

  State run(int root, Relabelling* relabelling) {
    int other = -1;
    if (root < 0) find_centre(root, other);
    reroot(root);
    const Code* first = nullptr;
    const Code* second = nullptr;
    if (other < 0) {
      encode_below(root, kNoSite, -1);
      first = &codes_[root];
    } else {
      encode_below(other, site_[other], -1);
      encode_below(root, parent_site_[other], other);
      first = &codes_[root];
      second = &codes_[other];
      if (compare(*second, *first) < 0) {
        std::swap(first, second);
        reroot(other);
      }
    }
    return write(*first, second, relabelling);
  }

 private:
  // Finds the centre, or both centres (other is then the child in the current rooting).
  void find_centre(int& root, int& other) const {
    std::array<int, kMaxNodes> height{}, second{}, deepest;
    deepest.fill(-1);
    for (int i = state_.num_nodes - 1; i > 0; --i) {
      const int p = state_.nodes[i].parent;
      const int above = height[i] + 1;
      if (above > height[p]) {
        second[p] = height[p];
        height[p] = above;
        deepest[p] = i;
      } else {
        second[p] = std::max(second[p], above);
      }
    }
    int node = 0, outside = 0;  // outside: longest path from node outside its subtree
    while (true) {
      const int alternative = std::max(outside, second[node]);
      if (height[node] <= alternative + 1) {
        root = node;
        other = height[node] == alternative + 1 ? deepest[node] : -1;
        return;
      }
      node = deepest[node];
      outside = alternative + 1;
    }
  }

  // Sets parents, joining sites and child lists for the tree hanging from root.
  void reroot(int root) {
    const int n = state_.num_nodes;
    for (int i = 0; i < n; ++i) {
      parent_[i] = state_.nodes[i].parent;
      parent_site_[i] = state_.nodes[i].parent_site;
      site_[i] = state_.nodes[i].site;
      first_child_[i] = -1;
    }
    int above = -1, node = root;
    while (node >= 0) {  // reverse the path from root to node 0
      const int next = state_.nodes[node].parent;
      parent_[node] = above;
      if (above >= 0) {
        parent_site_[node] = state_.nodes[above].site;
        site_[node] = state_.nodes[above].parent_site;
      }
      above = node;
      node = next;
    }
    for (int i = n - 1; i >= 0; --i) {
      if (parent_[i] < 0) continue;
      next_sibling_[i] = first_child_[parent_[i]];
      first_child_[parent_[i]] = i;
    }
  }

  // Computes codes_[node] for the subtree below node, which is joined to its parent at `entry`;
  // excludes the child `left_out` (or -1).
  void encode_below(int node, int entry, int left_out) {
    std::array<std::uint8_t, kMaxNodes> children;
    int count = 0;
    for (int c = first_child_[node]; c >= 0; c = next_sibling_[c]) {
      if (c == left_out) continue;
      encode_below(c, site_[c], -1);
      children[count++] = static_cast<std::uint8_t>(c);
    }
    std::array<std::uint32_t, kMaxNodes> keys;
    choose_permutation(node, entry, children, count, keys);
    const SitePermutation& permutation = *permutation_[node];
    Code& code = codes_[node];
    code.words[0] = static_cast<std::uint64_t>(state_.nodes[node].label) << 16 |
                    std::uint64_t(entry < 0 ? 0 : permutation[entry]) << 8 |
                    static_cast<std::uint64_t>(count);
    code.order[0] = static_cast<std::uint8_t>(node);
    code.size = 1;
    for (int k = 0; k < count; ++k) {
      const Code& child = codes_[children[keys[k] & 0xff]];
      std::copy_n(child.words.begin(), child.size, code.words.begin() + code.size);
      std::copy_n(child.order.begin(), child.size, code.order.begin() + code.size);
      code.words[code.size] |= std::uint64_t{keys[k] >> 16} << 56;  // labels have 24 bits
      code.size += child.size;
    }
  }

  // Finds the automorphism with the smallest (entry, sorted children); keys: (site << 16 | rank of
  // the child's code << 8 | index into children), sorted, for that automorphism.
  void choose_permutation(int node, int entry, const std::array<std::uint8_t, kMaxNodes>& children,
                          int count, std::array<std::uint32_t, kMaxNodes>& best_keys) {
    const int fragment = state_.nodes[node].label;
    const auto automorphisms = slots_.automorphisms(fragment);
    permutation_[node] = &automorphisms[0];
    if (count == 0) {
      if (entry >= 0) permutation_[node] = &slots_.to_orbit_minimum(fragment, entry);
      return;
    }
    std::array<std::uint32_t, kMaxNodes> ranks;
    rank_children(children, count, ranks);
    int best_entry = kMaxSites;
    std::array<std::uint32_t, kMaxNodes> keys;
    for (const SitePermutation& permutation : automorphisms) {
      const int mapped_entry = entry < 0 ? 0 : permutation[entry];
      if (mapped_entry > best_entry) continue;
      for (int k = 0; k < count; ++k) {
        const std::uint32_t key =
            std::uint32_t{permutation[parent_site_[children[k]]]} << 16 | ranks[k] << 8 | k;
        int at = k;
        for (; at > 0 && keys[at - 1] > key; --at) keys[at] = keys[at - 1];
        keys[at] = key;
      }
      if (mapped_entry < best_entry || is_less(keys, best_keys, count)) {
        best_entry = mapped_entry;
        best_keys = keys;
        permutation_[node] = &permutation;
      }
    }
  }

  // Ignores the indices of the children: equal codes at one site are interchangeable.
  static bool is_less(const std::array<std::uint32_t, kMaxNodes>& a,
                      const std::array<std::uint32_t, kMaxNodes>& b, int count) {
    for (int k = 0; k < count; ++k) {
      if (a[k] >> 8 != b[k] >> 8) return a[k] >> 8 < b[k] >> 8;
    }
    return false;
  }

  // ranks[k] = number of children whose code is smaller than that of child k.
  void rank_children(const std::array<std::uint8_t, kMaxNodes>& children, int count,
                     std::array<std::uint32_t, kMaxNodes>& ranks) const {
    for (int k = 0; k < count; ++k) ranks[k] = 0;
    for (int k = 0; k < count; ++k) {
      for (int j = 0; j < k; ++j) {
        const int order = compare(codes_[children[j]], codes_[children[k]]);
        if (order < 0) ++ranks[k];
        if (order > 0) ++ranks[j];
      }
    }
  }

  State write(const Code& first, const Code* second, Relabelling* relabelling) const {
    State result;
    result.num_nodes = state_.num_nodes;
    result.stopped = state_.stopped;
    std::array<std::uint8_t, kMaxNodes> new_index;
    int at = 0;
    for (const Code* code : {&first, second}) {
      if (code == nullptr) continue;
      for (int i = 0; i < code->size; ++i, ++at) {
        const int old = code->order[i];
        new_index[old] = static_cast<std::uint8_t>(at);
        Node& node = result.nodes[at];
        node.label = state_.nodes[old].label;
        if (parent_[old] < 0) continue;
        node.parent = static_cast<std::int8_t>(new_index[parent_[old]]);
        node.parent_site = (*permutation_[parent_[old]])[parent_site_[old]];
        node.site = (*permutation_[old])[site_[old]];
      }
    }
    if (relabelling != nullptr) {
      relabelling->node = new_index;
      relabelling->site = permutation_;
    }
    return result;
  }

  const SlotTable& slots_;
  const State& state_;
  std::array<int, kMaxNodes> parent_, first_child_, next_sibling_;
  std::array<std::uint8_t, kMaxNodes> parent_site_, site_;
  std::array<const SitePermutation*, kMaxNodes> permutation_;
  std::array<Code, kMaxNodes> codes_;
};

}  // namespace

State canonical_tree(const SlotTable& slots, const State& state, int root,
                     Relabelling* relabelling) {
  if (state.num_nodes == 0) return state;
  return Canonicaliser(slots, state).run(root, relabelling);
}

}  // namespace fragflow
