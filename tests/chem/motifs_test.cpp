#include "src/chem/motifs.hpp"

#include <gmock/gmock.h>

#include <algorithm>

#include "src/base/check.hpp"
#include "src/base/parallel.hpp"
#include "src/chem/standardise.hpp"

namespace fragflow {
namespace {

std::vector<std::string> canonical(const std::vector<std::string>& texts) {
  std::vector<std::string> result;
  for (const std::string& text : texts) result.push_back(standardise(text).smiles);
  return result;
}

// Ureas of 4-aminoindole: ten with varied ends.
std::vector<std::string> ureas() {
  std::vector<std::string> texts;
  for (const char* end : {"C", "CC", "C1CCCC1", "c1ccccc1", "CCO", "CC#N", "c1ccncc1", "CC(C)C",
                          "Cc1ccco1", "CCCl"}) {
    texts.push_back(std::string("O=C(N") + end + ")Nc1cccc2[nH]ccc12");
  }
  return canonical(texts);
}

std::vector<std::string> others() {
  return canonical({"CCO", "CCCC(=O)O", "c1ccccc1C", "CC(=O)Nc1ccccc1", "CCCCCC", "CC(=O)OCC",
                    "CNC(=O)NC", "c1ccc2[nH]ccc2c1", "CCN(CC)CC", "FC(F)(F)c1ccccc1"});
}

const Motif* named(const std::vector<Motif>& motifs, const std::string& part) {
  const auto found = std::find_if(motifs.begin(), motifs.end(), [&](const Motif& motif) {
    return motif.name.find(part) != std::string::npos;
  });
  return found == motifs.end() ? nullptr : &*found;
}

TEST(Motifs, ASeriesOfUreasFractionsTheUreaAndItsRingSystem) {
  const std::vector<std::string> actives = ureas();
  std::vector<std::string> all = actives;
  for (const std::string& other : others()) all.push_back(other);
  const std::vector<Motif> motifs = shared_motifs(actives, all);
  const Motif* urea = named(motifs, "urea");
  ASSERT_NE(urea, nullptr);
  EXPECT_EQ(urea->atoms, 4);
  EXPECT_EQ(urea->among_actives, 1);
  EXPECT_DOUBLE_EQ(urea->among_all, 11.0 / 20);  // and dimethylurea
  // The largest common substructure is the whole of what does not vary: indole and NC(=O)N. It
  // holds the ring system, which is therefore not listed by itself.
  const Motif* whole = named(motifs, "substructure");
  ASSERT_NE(whole, nullptr);
  EXPECT_EQ(whole->atoms, 13);
  EXPECT_DOUBLE_EQ(whole->among_all, 0.5);
  EXPECT_EQ(named(motifs, "ring system"), nullptr);
  EXPECT_EQ(named(motifs, "carboxylic"), nullptr);
  // Seven of the ten ends begin with a saturated carbon; that is listed, but no core.
  ASSERT_EQ(motifs.size(), 3u);
  EXPECT_EQ(choose_core(motifs, actives), (std::vector<std::size_t>{0, 1}));
}

// An acid in 18 of 20 chains, a nitrile in 18, both in 16: together they are shared by too few.
TEST(Motifs, ACoreIsSharedAsAWhole) {
  std::vector<std::string> texts;
  for (int i = 0; i < 20; ++i) {
    const std::string chain(2 + i, 'C');
    const bool acid = i >= 2, nitrile = i < 18;
    texts.push_back((nitrile ? "N#C" : "") + chain + (acid ? "C(=O)O" : ""));
  }
  const std::vector<std::string> actives = canonical(texts);
  const std::vector<Motif> motifs = shared_motifs(actives, actives);
  const Motif *acid = named(motifs, "carboxylic"), *nitrile = named(motifs, "nitrile");
  ASSERT_NE(acid, nullptr);
  ASSERT_NE(nitrile, nullptr);
  EXPECT_DOUBLE_EQ(acid->among_actives, 0.9);
  EXPECT_DOUBLE_EQ(nitrile->among_actives, 0.9);
  const std::vector<Motif> two = {*acid, *nitrile};
  EXPECT_EQ(choose_core(two, actives), std::vector<std::size_t>{0});  // the larger one; both: 16
}

TEST(Motifs, ThreadsDoNotMatter) {
  const std::vector<std::string> actives = ureas();
  const auto names = [&](int threads) {
    const int before = num_threads();
    set_num_threads(threads);
    std::vector<std::string> result;
    for (const Motif& motif : shared_motifs(actives, actives)) result.push_back(motif.smarts);
    set_num_threads(before);
    return result;
  };
  EXPECT_EQ(names(1), names(3));
}

TEST(Motifs, FractionsOfPatterns) {
  const std::vector<std::string> smarts = {"[OX2H1]", "c", "[Si]"};
  const std::vector<std::string> smiles = canonical({"CCO", "Oc1ccccc1", "CCC", "c1ccccc1"});
  EXPECT_THAT(pattern_fractions(smarts, smiles), testing::ElementsAre(0.5, 0.5, 0));
  EXPECT_THAT(with_all_patterns(std::vector<std::string>{"[OX2H1]", "c"}, smiles),
              testing::ElementsAre(0, 1, 0, 0));
  const std::vector<std::string> bad = {"C(("};
  EXPECT_THROW(pattern_fractions(bad, smiles), UserError);
}

}  // namespace
}  // namespace fragflow
