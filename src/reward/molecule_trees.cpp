#include "src/reward/molecule_trees.hpp"

#include <algorithm>

#include "envs/ancestors.hpp"

namespace fragflow {
namespace {

State finished_state(const std::vector<FragmentNode>& nodes) {
  State state;
  state.stopped = true;
  for (const FragmentNode& node : nodes) {
    state.nodes[state.num_nodes++] = {
        static_cast<std::int32_t>(node.fragment), static_cast<std::int8_t>(node.parent),
        static_cast<std::uint8_t>(node.parent_site), static_cast<std::uint8_t>(node.site)};
  }
  return state;
}

}  // namespace

MoleculeTrees::MoleculeTrees(const FragmentTree& environment)
    : environment_(environment), decomposer_(environment.vocabulary()) {
  limits_.max_fragments = environment.config().max_fragments;
}

MoleculeTrees::Result MoleculeTrees::find(std::string_view canonical_smiles) const {
  const Decomposition found = decomposer_.decompose(canonical_smiles, limits_);
  Result result{{}, found.complete, found.reason};
  for (const auto& nodes : found.trees) {
    result.trees.push_back(environment_.canonical(finished_state(nodes)));
  }
  std::sort(result.trees.begin(), result.trees.end());
  result.trees.erase(std::unique(result.trees.begin(), result.trees.end()), result.trees.end());
  std::erase_if(result.trees, [&](const State& tree) { return !is_reachable(environment_, tree); });
  if (result.trees.empty() && result.reason.empty()) {
    result.reason =
        "its trees break a rule of the environment (min_fragments, forbidden fragments, slot "
        "types or patterns)";
  }
  return result;
}

}  // namespace fragflow
