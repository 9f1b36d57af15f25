#include "envs/tree_orbits.hpp"

#include <algorithm>

namespace fragflow {
namespace {

class OrbitFinder {
 public:
  OrbitFinder(const SlotTable& slots, const State& state) : slots_(slots), state_(state) {
    const int n = state.num_nodes;
    for (int i = 0; i < n; ++i) {
      orbits_.used[i].fill(0);
      orbits_.degree[i] = 0;
      size_[i] = 1;
    }
    for (int i = n - 1; i > 0; --i) {
      const Node& node = state.nodes[i];
      size_[node.parent] += size_[i];
      ++orbits_.degree[i];
      ++orbits_.degree[node.parent];
      ++orbits_.used[i][node.site];
      ++orbits_.used[node.parent][node.parent_site];
    }
  }

  TreeOrbits run(bool fixed_root) {
    const int half = fixed_root ? -1 : second_half();
    if (half < 0) {
      visit(0, kNoSite, state_.num_nodes);
      return orbits_;
    }
    visit(0, state_.nodes[half].parent_site, half);
    if (half * 2 == state_.num_nodes && state_.nodes[half].site == state_.nodes[half].parent_site &&
        is_same_subtree(0, half, half)) {
      copy_orbits(0, half, half);
    } else {
      visit(half, state_.nodes[half].site, state_.num_nodes);
    }
    return orbits_;
  }

 private:
  static constexpr int kNoSite = -1;

  // The root of the other half if the tree has two centres (node 0 being one), else -1.
  int second_half() const {
    std::array<int, kMaxNodes> height{};
    int highest = 0, next = 0, deepest = -1;
    for (int i = state_.num_nodes - 1; i > 0; --i) {
      const int above = height[i] + 1, p = state_.nodes[i].parent;
      if (p > 0) {
        height[p] = std::max(height[p], above);
      } else if (above > highest) {
        next = highest;
        highest = above;
        deepest = i;
      } else {
        next = std::max(next, above);
      }
    }
    return highest == next + 1 ? deepest : -1;
  }

  // Whether the subtrees of `size` nodes at a and b are equal, apart from their joins to parents.
  bool is_same_subtree(int a, int b, int size) const {
    if (state_.nodes[a].label != state_.nodes[b].label) return false;
    for (int k = 1; k < size; ++k) {
      const Node &x = state_.nodes[a + k], &y = state_.nodes[b + k];
      if (x.label != y.label || x.parent_site != y.parent_site || x.site != y.site ||
          x.parent - a != y.parent - b) {
        return false;
      }
    }
    return true;
  }

  bool is_same_child(int a, int b) const {
    return size_[a] == size_[b] && state_.nodes[a].site == state_.nodes[b].site &&
           is_same_subtree(a, b, size_[a]);
  }

  void copy_orbits(int from, int to, int size) {
    for (int k = 0; k < size; ++k) orbits_.node[to + k] = orbits_.node[from + k];
  }

  // Classifies the subtree of v, nodes [v, end); entry is the site where v is joined to its parent.
  void visit(int v, int entry, int end) {
    // Children in order, each with the first child that has the same code.
    std::array<std::uint8_t, kMaxNodes> children, code;
    int count = 0;
    for (int c = v + 1; c < end; c += size_[c]) {
      code[count] = static_cast<std::uint8_t>(count);
      for (int k = 0; k < count && code[count] == count; ++k) {
        if (is_same_child(children[k], c)) code[count] = code[k];
      }
      children[count++] = static_cast<std::uint8_t>(c);
    }
    orbits_.node[v] = static_cast<std::uint8_t>(v);
    find_site_orbits(v, entry, children, code, count);
    const auto& site_orbit = orbits_.site[v];
    for (int k = 0; k < count; ++k) {
      const int c = children[k];
      const int site = state_.nodes[c].parent_site;
      int same = 0;
      while (same < k &&
             !(code[same] == code[k] &&
               site_orbit[state_.nodes[children[same]].parent_site] == site_orbit[site])) {
        ++same;
      }
      if (same < k) {
        copy_orbits(children[same], c, size_[c]);
      } else {
        visit(c, state_.nodes[c].site, c + size_[c]);
      }
    }
  }

  // The orbits of v's sites under the automorphisms that keep entry and the children's codes.
  void find_site_orbits(int v, int entry, const std::array<std::uint8_t, kMaxNodes>& children,
                        const std::array<std::uint8_t, kMaxNodes>& code, int count) {
    const int fragment = state_.nodes[v].label;
    const int num_sites = slots_.num_sites(fragment);
    auto& orbit = orbits_.site[v];
    for (int s = 0; s < num_sites; ++s) orbit[s] = static_cast<std::uint8_t>(s);
    std::array<std::uint16_t, kMaxNodes> here, there;
    for (int k = 0; k < count; ++k) {
      here[k] = static_cast<std::uint16_t>(state_.nodes[children[k]].parent_site << 8 | code[k]);
    }
    std::sort(here.begin(), here.begin() + count);
    for (const SitePermutation& permutation : slots_.automorphisms(fragment).subspan(1)) {
      if (entry >= 0 && permutation[entry] != entry) continue;
      for (int k = 0; k < count; ++k) {
        there[k] = static_cast<std::uint16_t>(permutation[here[k] >> 8] << 8 | (here[k] & 0xff));
      }
      std::sort(there.begin(), there.begin() + count);
      if (!std::equal(here.begin(), here.begin() + count, there.begin())) continue;
      // They form a group: the images of s under all elements are the whole orbit of s.
      for (int s = 0; s < num_sites; ++s) orbit[s] = std::min(orbit[s], permutation[s]);
    }
  }

  const SlotTable& slots_;
  const State& state_;
  std::array<int, kMaxNodes> size_;
  TreeOrbits orbits_;
};

}  // namespace

TreeOrbits tree_orbits(const SlotTable& slots, const State& state, bool fixed_root) {
  return OrbitFinder(slots, state).run(fixed_root);
}

}  // namespace fragflow
