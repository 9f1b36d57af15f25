#include "src/reward/molecule_router.hpp"

#include <gmock/gmock.h>

#include "src/base/check.hpp"

namespace fragflow {
namespace {

using testing::Contains;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

const char* const kBlocks = FRAGFLOW_SOURCE_DIR "/data/synthons_small.json";
const char* const kBromide = "O=C(O)c1ccc(Br)cc1";  // one of the blocks
const char* const kIodide = "O=C(O)c1ccc(I)cc1";    // none of them, but the same synthon
const char* const kTwoSteps = "O=C(NCC1CC1)c1ccc(-c2ccc(F)cc2)cc1";

// What the routes to one molecule buy, a list per route.
std::vector<std::vector<std::string>> bought(const MoleculeRouter& router,
                                             const std::string& smiles) {
  std::vector<std::vector<std::string>> lists;
  const std::vector<MoleculeRoutes> found = router.routes({smiles}, {.max_routes = 20});
  for (const Route& route : found[0].routes) {
    auto& list = lists.emplace_back();
    for (const RouteStep& step : route.steps) {
      for (const RouteReactant& reactant : step.reactants) {
        if (reactant.step < 0) list.push_back(reactant.smiles);
      }
    }
  }
  return lists;
}

TEST(MoleculeRouter, EveryRouteUsesTheStart) {
  const MoleculeRouter free(Vocabulary::load(kBlocks), kBlocks, 3);
  const auto with_blocks = bought(free, kTwoSteps);
  ASSERT_THAT(with_blocks, Not(IsEmpty()));
  EXPECT_THAT(with_blocks, testing::Each(Contains(kBromide)));

  const MoleculeRouter started(Vocabulary::load(kBlocks), kBlocks, 3, kIodide);
  const auto with_start = bought(started, kTwoSteps);
  ASSERT_EQ(with_start.size(), with_blocks.size());
  EXPECT_THAT(with_start, testing::Each(Contains(kIodide)));
  // What can be made without it only.
  EXPECT_THAT(bought(free, "CC(=O)NCC1CC1"), Not(IsEmpty()));
  EXPECT_THAT(bought(started, "CC(=O)NCC1CC1"), IsEmpty());
}

TEST(MoleculeRouter, NoMoreReactionsThanAllowed) {
  EXPECT_THAT(bought(MoleculeRouter(Vocabulary::load(kBlocks), kBlocks, 1), kTwoSteps), IsEmpty());
}

TEST(MoleculeRouter, AVocabularyOfFragmentsIsRefused) {
  const std::string path = FRAGFLOW_SOURCE_DIR "/data/vocabulary_small.json";
  EXPECT_THAT([&] { MoleculeRouter(Vocabulary::load(path), path, 3); },
              testing::ThrowsMessage<UserError>(HasSubstr("has no \"reactions\"")));
}

}  // namespace
}  // namespace fragflow
