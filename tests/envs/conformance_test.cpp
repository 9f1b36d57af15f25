#include "tests/envs/conformance.hpp"

#include <gtest/gtest.h>

#include "envs/fragment_tree.hpp"
#include "tests/envs/faulty_environment.hpp"
#include "tests/envs/vocabularies.hpp"

namespace fragflow::test {
namespace {

class Conformance : public testing::TestWithParam<EnvironmentRow> {};

TEST_P(Conformance, EveryCheckPasses) {
  const auto environment = GetParam().make();
  const StateGraph graph = enumerate(*environment, 100000);
  const Subject subject{
      *environment,
      graph,
      distinct_parents,
      [&](const State& state, Rng& rng) { return redraw(*environment, state, rng); },
      GetParam().num_states,
      GetParam().num_terminals};
  for (const Check& check : conformance_checks()) {
    EXPECT_EQ(check.run(subject), "") << check.name;
  }
}

INSTANTIATE_TEST_SUITE_P(Table, Conformance, testing::ValuesIn(environment_table()),
                         [](const auto& info) { return info.param.name; });

// A fault and the check that must notice it.
struct Mutation {
  std::string name;
  Fault fault;
  std::string check;
};

class MutationProof : public testing::TestWithParam<Mutation> {};

TEST_P(MutationProof, NamedCheckFails) {
  const EnvironmentRow& row = environment_row("rings");
  const auto sound = row.make();
  for (const Fault fault : {Fault::kNone, GetParam().fault}) {
    const FaultyEnvironment environment(*sound, fault);
    const StateGraph graph = enumerate(environment, 100000);
    const Subject subject{
        environment,
        graph,
        [fault](const Environment& e, const State& s) { return faulty_parents(e, s, fault); },
        [&](const State& state, Rng& rng) { return redraw(*sound, state, rng); },
        row.num_states,
        row.num_terminals};
    const std::string message = run_check(GetParam().check, subject);
    if (fault == Fault::kNone) {
      EXPECT_EQ(message, "");
    } else {
      EXPECT_NE(message, "");
    }
  }
}

INSTANTIATE_TEST_SUITE_P(
    Faults, MutationProof,
    testing::ValuesIn(std::vector<Mutation>{
        {"dropped_backward_action", Fault::kDroppedBackwardAction, "edges"},
        {"non_canonical_key", Fault::kNonCanonicalKey, "canonical"},
        {"non_canonical_key_history", Fault::kNonCanonicalKey, "histories"},
        {"forbidden_stop", Fault::kForbiddenStop, "counts"},
        {"merged_orbits", Fault::kMergedOrbits, "counts"},
        {"merged_orbits_edges", Fault::kMergedOrbits, "edges"},
        {"duplicate_counted_once", Fault::kDuplicateCountedOnce, "child_probabilities"},
        {"parents_counted_per_leaf", Fault::kParentsPerLeaf, "uniform_backward"},
        {"non_hereditary_mask", Fault::kNonHereditaryMask, "parents"},
    }),
    [](const auto& info) { return info.param.name; });

// Swapped equal slots not merged: the same atoms with a type for every slot. Everything but the
// count is consistent; the count of four-fragment trees is then the published wrong one.
TEST(MutationProof, UnmergedEqualSlotsFailTheCount) {
  const EnvironmentRow& row = environment_row("atoms");
  const FragmentTree tree(make_vocabulary(kAtomsUnmerged), {.max_fragments = 4});
  const StateGraph graph = enumerate(tree, 100000);
  const Subject subject{tree,
                        graph,
                        distinct_parents,
                        [&](const State& s, Rng& rng) { return redraw(tree, s, rng); },
                        row.num_states,
                        row.num_terminals};
  EXPECT_NE(run_check("counts", subject), "");
  EXPECT_EQ(run_check("edges", subject), "");
  std::int64_t four = 0;
  for (const State& state : graph.terminals()) four += state.num_nodes == 4 ? 1 : 0;
  EXPECT_EQ(four, 19935);
}

}  // namespace
}  // namespace fragflow::test
