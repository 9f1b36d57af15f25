#include "src/reward/molecule_reward.hpp"

#include <array>

#include "src/base/check.hpp"
#include "src/base/parallel.hpp"
#include "src/reward/aggregate.hpp"

namespace fragflow {

std::vector<FragmentNode> fragment_nodes(const State& state) {
  std::vector<FragmentNode> nodes;
  for (int i = 0; i < state.num_nodes; ++i) {
    const Node& node = state.nodes[i];
    nodes.push_back({node.label, node.parent, node.parent_site, node.site});
  }
  return nodes;
}

bool has_open_must_fill(const Vocabulary& vocabulary, const State& state) {
  std::array<std::array<int, 16>, kMaxNodes> used{};
  for (int i = 0; i < state.num_nodes; ++i) {
    const Node& node = state.nodes[i];
    if (node.parent < 0) continue;
    ++used[i][node.site];
    ++used[node.parent][node.parent_site];
  }
  for (int i = 0; i < state.num_nodes; ++i) {
    const std::vector<Site>& sites = vocabulary.fragment(state.nodes[i].label).sites;
    for (std::size_t s = 0; s < sites.size(); ++s) {
      if (sites[s].must_fill && used[i][s] < sites[s].capacity) return true;
    }
  }
  return false;
}

MoleculeReward::MoleculeReward(const Vocabulary& vocabulary, const RewardConfig& config)
    : vocabulary_(vocabulary), assembler_(vocabulary), scorer_(config) {}

std::vector<RewardResult> MoleculeReward::evaluate(std::span<const State> states) {
  std::vector<RewardResult> results(states.size());
  std::vector<std::string> smiles(states.size());
  parallel_for(
      static_cast<std::int64_t>(states.size()),
      [&](std::int64_t i) {
        FRAGFLOW_CHECK(states[i].num_nodes > 0, "a finished molecule has fragments");
        smiles[i] = assembler_.smiles(fragment_nodes(states[i]), &results[i].reason);
      },
      /*chunk=*/4);
  std::vector<std::string> assembled;
  for (const std::string& text : smiles) {
    if (!text.empty()) assembled.push_back(text);
  }
  const std::vector<MoleculeScore> scores = scorer_.score(assembled);
  std::size_t next = 0;
  for (std::size_t i = 0; i < results.size(); ++i) {
    RewardResult& result = results[i];
    MoleculeScore score = smiles[i].empty() ? scorer_.failed(result.reason) : scores[next++];
    result.object = smiles[i];
    result.valid = score.valid;
    result.reason = std::move(score.reason);
    result.score = score.score;
    result.log_reward = score.log_reward;
    result.raw = std::move(score.raw);
    result.transformed = std::move(score.transformed);
    if (result.valid && states[i].stopped && scorer_.config().must_fill &&
        has_open_must_fill(vocabulary_, states[i])) {
      result.reason = "must_fill slot open";
      result.score = 0;
      result.log_reward = log_reward(scorer_.config(), 0);
    }
  }
  return results;
}

}  // namespace fragflow
