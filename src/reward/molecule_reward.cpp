#include "src/reward/molecule_reward.hpp"

#include <GraphMol/RWMol.h>

#include <algorithm>

#include "src/base/check.hpp"
#include "src/base/log.hpp"
#include "src/base/parallel.hpp"
#include "src/reward/aggregate.hpp"

namespace fragflow {

namespace {

bool has_must_fill(const Vocabulary& vocabulary) {
  for (const Fragment& fragment : vocabulary.fragments()) {
    for (const Site& site : fragment.sites) {
      if (site.must_fill) return true;
    }
  }
  return false;
}

// Freeing a molecule takes a tenth of the time of making it.
void discard(std::vector<Assembled>& assembled) {
  parallel_for(
      static_cast<std::int64_t>(assembled.size()),
      [&](std::int64_t i) { assembled[i].molecule.reset(); }, kLongBodies);
}

// A synthon with an open slot is not a compound.
void refuse_open(Assembled& assembled) {
  const auto& open = assembled.open_slots.of_atom;
  if (std::all_of(open.begin(), open.end(), [](std::uint8_t slots) { return slots == 0; })) return;
  assembled.molecule.reset();
  assembled.smiles.clear();
  assembled.reason = "no product: a slot of its synthons is open";
}

}  // namespace

std::vector<FragmentNode> fragment_nodes(const State& state) {
  std::vector<FragmentNode> nodes;
  for (int i = 0; i < state.num_nodes; ++i) {
    const Node& node = state.nodes[i];
    nodes.push_back({node.label, node.parent, node.parent_site, node.site});
  }
  return nodes;
}

MoleculeReward::MoleculeReward(const Vocabulary& vocabulary, const RewardConfig& config)
    : assembler_(vocabulary), has_reactions_(vocabulary.reactions() != nullptr), scorer_(config) {
  const auto& components = scorer_.config().components;
  const bool looks_at_slots = std::any_of(components.begin(), components.end(),
                                          [](const auto& c) { return c.type == "must_fill"; });
  if (has_must_fill(vocabulary) && !looks_at_slots) {
    spdlog::warn(
        "the vocabulary marks slots that must be filled (an open one leaves a group such as S-H "
        "that is rare in its corpus), but no [[reward.component]] has type = \"must_fill\"");
  }
}

std::vector<Assembled> MoleculeReward::assemble(std::span<const State> states) const {
  std::vector<Assembled> assembled(states.size());
  parallel_for(
      static_cast<std::int64_t>(states.size()),
      [&](std::int64_t i) {
        FRAGFLOW_CHECK(states[i].num_nodes > 0, "a finished molecule has fragments");
        assembled[i] = assembler_.assemble(fragment_nodes(states[i]));
        // Unfinished states may still fill their slots.
        if (!states[i].stopped) assembled[i].open_slots.must_fill = 0;
        if (states[i].stopped && has_reactions_) refuse_open(assembled[i]);
      },
      kLongBodies);
  return assembled;
}

std::vector<RewardResult> MoleculeReward::identify(std::span<const State> states) {
  std::vector<RewardResult> results(states.size());
  std::vector<Assembled> assembled = assemble(states);
  for (std::size_t i = 0; i < results.size(); ++i) {
    results[i].object = std::move(assembled[i].smiles);
    results[i].valid = assembled[i].molecule != nullptr;
    results[i].reason = std::move(assembled[i].reason);
    results[i].leave_unscored(scorer_.config().components.size());
  }
  discard(assembled);
  return results;
}

std::vector<RewardResult> MoleculeReward::evaluate(std::span<const State> states) {
  std::vector<Assembled> assembled = assemble(states);
  std::vector<ParsedMolecule> molecules;
  for (const Assembled& one : assembled) {
    if (one.molecule) molecules.push_back(one.parsed());
  }
  std::vector<MoleculeScore> scores = scorer_.score(molecules);
  std::vector<RewardResult> results(states.size());
  std::size_t next = 0;
  for (std::size_t i = 0; i < results.size(); ++i) {
    RewardResult& result = results[i];
    MoleculeScore score =
        assembled[i].molecule ? std::move(scores[next++]) : scorer_.failed(assembled[i].reason);
    result.object = std::move(assembled[i].smiles);
    result.valid = score.valid;
    result.reason = std::move(score.reason);
    result.score = score.score;
    result.log_reward = score.log_reward;
    result.raw = std::move(score.raw);
    result.transformed = std::move(score.transformed);
  }
  discard(assembled);
  return results;
}

RewardResult MoleculeReward::under(const Condition& condition, const State& /*state*/,
                                   RewardResult result) const {
  // Cached results have no components, which are needed only for other weights.
  if (result.valid && !condition.weights.empty()) {
    result.score = aggregate(scorer_.config(), result.transformed, condition.weights);
  }
  result.log_reward = log_reward(scorer_.config(), condition.beta, result.score);
  return result;
}

}  // namespace fragflow
