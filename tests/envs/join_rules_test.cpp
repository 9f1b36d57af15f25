// Types and patterns against a reference that tries every assignment of types to the joins.
#include "envs/join_rules.hpp"

#include <gtest/gtest.h>

#include <algorithm>

#include "envs/enumeration.hpp"
#include "envs/fragment_tree.hpp"
#include "tests/envs/vocabularies.hpp"

namespace fragflow::test {
namespace {

bool fits_some_pattern(const Fragment& fragment, std::vector<PatternUse> uses) {
  if (fragment.patterns.empty()) return true;
  std::sort(uses.begin(), uses.end());
  return std::any_of(
      fragment.patterns.begin(), fragment.patterns.end(), [&uses](const Pattern& pattern) {
        return std::includes(pattern.begin(), pattern.end(), uses.begin(), uses.end());
      });
}

bool is_legal_by_trial(const Vocabulary& vocabulary, const State& state, int join,
                       std::vector<std::vector<PatternUse>>& uses) {
  if (join == state.num_nodes) {
    for (int v = 0; v < state.num_nodes; ++v) {
      if (!fits_some_pattern(vocabulary.fragment(state.nodes[v].label), uses[v])) return false;
    }
    return true;
  }
  const Node& node = state.nodes[join];
  const TypeMask here = vocabulary.fragment(node.label).sites[node.site].types;
  const TypeMask there =
      vocabulary.fragment(state.nodes[node.parent].label).sites[node.parent_site].types;
  for (int a = 0; a < vocabulary.num_types(); ++a) {
    for (int b = 0; b < vocabulary.num_types(); ++b) {
      if ((here >> a & 1) == 0 || (there >> b & 1) == 0) continue;
      if (!vocabulary.can_join(TypeMask{1} << a, TypeMask{1} << b)) continue;
      uses[join].push_back({node.site, a});
      uses[node.parent].push_back({node.parent_site, b});
      const bool found = is_legal_by_trial(vocabulary, state, join + 1, uses);
      uses[join].pop_back();
      uses[node.parent].pop_back();
      if (found) return true;
    }
  }
  return false;
}

bool is_legal_by_trial(const Vocabulary& vocabulary, const State& state) {
  std::vector<std::vector<PatternUse>> uses(state.num_nodes);
  return is_legal_by_trial(vocabulary, state, 1, uses);
}

// Every attachment to every legal tree of up to three fragments: offered exactly if some assignment
// of types makes the larger tree legal.
TEST(JoinRules, OfferExactlyTheAttachmentsThatSomeAssignmentAllows) {
  const FragmentTree tree(make_vocabulary(kTyped), {.max_fragments = 4});
  const Vocabulary& vocabulary = tree.vocabulary();
  ASSERT_TRUE(vocabulary.has_patterns());
  const JoinRules rules(vocabulary, std::vector<bool>(vocabulary.size(), true), 1);
  const StateGraph graph = enumerate(tree, 10000);
  ActionSet actions;
  int offered = 0, refused = 0;
  for (std::int64_t i = 0; i < graph.num_internal; ++i) {
    const State& state = graph.states[i];
    if (state.num_nodes == 0) continue;
    EXPECT_TRUE(rules.is_legal(state)) << tree.to_string(state);
    tree.legal_actions(state, actions);
    for (int p = 0; p < actions.num_places(); ++p) {
      for (std::size_t b = 0; b < vocabulary.blocks().size(); ++b) {
        const Block& block = vocabulary.blocks()[b];
        State child = state;
        child.nodes[child.num_nodes++] =
            Node{static_cast<std::int32_t>(block.fragment), actions.places()[p].node,
                 actions.places()[p].site, static_cast<std::uint8_t>(block.site)};
        const bool expected = is_legal_by_trial(vocabulary, child);
        (expected ? offered : refused)++;
        ASSERT_EQ(actions.test(p, static_cast<int>(b)), expected)
            << block.fragment << " at place " << p << " of " << tree.to_string(state);
        ASSERT_EQ(rules.is_legal(child), expected) << tree.to_string(child);
      }
    }
  }
  EXPECT_GT(offered, 1000);
  EXPECT_GT(refused, 1000);
}

// Piperazine was seen with (amine, amide) and (amide, amide). Two methyls need two amines.
TEST(JoinRules, PatternForbidsTheSecondMethylOfPiperazine) {
  const FragmentTree tree(make_vocabulary(kTyped), {.max_fragments = 3});
  const JoinRules rules(tree.vocabulary(), std::vector<bool>(tree.vocabulary().size(), true), 1);
  EXPECT_FALSE(rules.is_trivial());
  State methylpiperazine;
  methylpiperazine.num_nodes = 2;
  methylpiperazine.nodes[1] = Node{/*label=*/2, 0, /*parent_site=*/0, /*site=*/0};
  EXPECT_TRUE(rules.is_legal(methylpiperazine));
  State dimethylpiperazine = methylpiperazine;
  dimethylpiperazine.num_nodes = 3;
  dimethylpiperazine.nodes[2] = Node{/*label=*/2, 0, /*parent_site=*/1, /*site=*/0};
  EXPECT_FALSE(rules.is_legal(dimethylpiperazine));
}

}  // namespace
}  // namespace fragflow::test
