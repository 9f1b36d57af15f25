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

TEST(SharedComponents, EveryRankHasAllValuesAndAsksForItsShare) {
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
