// A slow and clear canonical form of fragment trees, for comparison in tests.
#pragma once

#include <algorithm>
#include <string>
#include <vector>

#include "src/chem/assembly.hpp"
#include "src/chem/vocabulary.hpp"

namespace fragflow {

// Code of the subtree at `node` seen from neighbour `from` (-1: none), smallest over Aut(fragment).
inline std::string subtree_code(const Vocabulary& vocabulary,
                                const std::vector<FragmentNode>& nodes, int node, int from) {
  struct End {
    int site;
    int neighbour;
  };
  std::vector<End> ends;
  if (nodes[node].parent >= 0) ends.push_back({nodes[node].site, nodes[node].parent});
  for (int i = 1; i < static_cast<int>(nodes.size()); ++i) {
    if (nodes[i].parent == node) ends.push_back({nodes[i].parent_site, i});
  }
  std::vector<std::string> below;
  for (const End& end : ends) {
    below.push_back(end.neighbour == from ? "up"
                                          : subtree_code(vocabulary, nodes, end.neighbour, node));
  }
  std::string best;
  for (const auto& permutation : vocabulary.fragment(nodes[node].fragment).automorphisms) {
    std::vector<std::string> parts;
    for (std::size_t i = 0; i < ends.size(); ++i) {
      parts.push_back(std::to_string(permutation[ends[i].site]) + ":" + below[i]);
    }
    std::sort(parts.begin(), parts.end());
    std::string code = std::to_string(nodes[node].fragment) + "(";
    for (const std::string& part : parts) code += part + ",";
    code += ")";
    if (best.empty() || code < best) best = code;
  }
  return best;
}

// Equal for two trees iff they are the same state.
inline std::string tree_code(const Vocabulary& vocabulary, const std::vector<FragmentNode>& nodes) {
  std::string best;
  for (int root = 0; root < static_cast<int>(nodes.size()); ++root) {
    const std::string code = subtree_code(vocabulary, nodes, root, -1);
    if (best.empty() || code < best) best = code;
  }
  return best;
}

}  // namespace fragflow
