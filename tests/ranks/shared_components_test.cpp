#include "src/ranks/shared_components.hpp"

#include <gtest/gtest.h>

#include "src/chem/parsed_molecule.hpp"
#include "tests/gfn/thread_ranks.hpp"

namespace fragflow {
namespace {

// The length of the SMILES, and how many molecules were asked for in all.
class LengthOfSmiles : public Component {
 public:
  explicit LengthOfSmiles(int& asked) : asked_(asked) {}
  std::vector<double> values(std::span<const ParsedMolecule> molecules) override {
    asked_ += static_cast<int>(molecules.size());
    std::vector<double> values;
    for (const ParsedMolecule& molecule : molecules) {
      values.push_back(static_cast<double>(molecule.smiles->size()));
    }
    return values;
  }

 private:
  int& asked_;
};

// What a component is told of the run, and what it says of itself.
class Told : public Component {
 public:
  explicit Told(std::filesystem::path& folder) : folder_(folder) {}
  std::vector<double> values(std::span<const ParsedMolecule>) override { return {}; }
  void work_in(const ScoringContext& context) override { folder_ = context.run_folder; }
  bool needs_open_slots() const override { return true; }

 private:
  std::filesystem::path& folder_;
};

TEST(SharedComponents, TheInnerComponentIsAskedAndTold) {
  std::filesystem::path folder;
  const auto shared = share_component(std::make_unique<Told>(folder), {&single_process(), 2});
  shared->work_in({"runs/x", StopToken()});
  EXPECT_EQ(folder, "runs/x");
  EXPECT_TRUE(shared->needs_open_slots());
}

TEST(SharedComponents, EveryRankHasAllValuesAndAsksForItsFraction) {
  const std::vector<std::string> smiles = {"C", "CC", "CCC", "CCCC", "CCCCC", "CCCCCC", "CCCCCCC"};
  std::vector<ParsedMolecule> molecules(smiles.size());
  for (std::size_t i = 0; i < smiles.size(); ++i) molecules[i].smiles = &smiles[i];
  for (const int ranks : {1, 2, 3}) {
    std::vector<int> asked(ranks, 0);
    ThreadRanks::run(ranks, [&](Communicator& group) {
      const auto shared =
          share_component(std::make_unique<LengthOfSmiles>(asked[group.rank()]), {&group, 4});
      const std::vector<double> expected = {1, 2, 3, 4, 5, 6, 7};
      EXPECT_EQ(shared->values(molecules), expected) << ranks << " ranks";
      EXPECT_TRUE(shared->values({}).empty());
    });
    int sum = 0;
    for (const int one : asked) sum += one;
    EXPECT_EQ(sum, 7) << "each molecule once";
    EXPECT_LE(asked[0], 7 / ranks + 2);
  }
}

}  // namespace
}  // namespace fragflow
