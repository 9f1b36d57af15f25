#include "src/chem/fingerprint.hpp"

#include <GraphMol/RWMol.h>
#include <gmock/gmock.h>

#include <bit>

#include "src/base/check.hpp"
#include "src/base/csv.hpp"
#include "src/base/parallel.hpp"
#include "src/base/rng.hpp"
#include "src/chem/standardise.hpp"

namespace fragflow {
namespace {

std::vector<std::string> reference_molecules(std::size_t count) {
  const CsvTable table = read_csv(FRAGFLOW_SOURCE_DIR "/tests/data/descriptor_reference.csv");
  std::vector<std::string> smiles;
  for (std::size_t i = 0; i < table.rows.size() && smiles.size() < count; ++i) {
    smiles.push_back(table.rows[i][0]);
  }
  return smiles;
}

// Random fingerprints in families of near-copies, so that many pairs lie near the cut.
FingerprintSet random_set(int size, double density, std::uint64_t seed) {
  Rng rng(seed);
  FingerprintSet set(size);
  Fingerprint parent;
  for (int i = 0; i < size; ++i) {
    Fingerprint fingerprint = parent;
    if (i % 5 == 0) {
      fingerprint.words.assign(FingerprintSet::kWords, 0);
      for (int bit = 0; bit < kFingerprintBits; ++bit) {
        if (rng.uniform() < density) fingerprint.words[bit / 64] |= std::uint64_t{1} << (bit % 64);
      }
      parent = fingerprint;
    }
    for (int k = 0; k < kFingerprintBits * density * 0.2; ++k) {
      const auto bit = rng.below(kFingerprintBits);
      fingerprint.words[bit / 64] ^= std::uint64_t{1} << (bit % 64);
    }
    fingerprint.popcount = 0;
    for (const auto word : fingerprint.words) fingerprint.popcount += std::popcount(word);
    set.set(i, fingerprint);
  }
  return set;
}

std::vector<std::int64_t> select_diverse_naively(const FingerprintSet& set, double cut) {
  std::vector<std::int64_t> kept;
  for (std::int64_t i = 0; i < set.size(); ++i) {
    double largest = -1;
    for (const std::int64_t j : kept) largest = std::max(largest, set.tanimoto(i, j));
    if (largest < cut) kept.push_back(i);
  }
  return kept;
}

class Threads {
 public:
  explicit Threads(int count) : before_(num_threads()) { set_num_threads(count); }
  ~Threads() { set_num_threads(before_); }

 private:
  int before_;
};

// Reference: RDKit Python, TanimotoSimilarity of GetMorganFingerprintAsBitVect(m, 2, 2048),
// GetMorganFingerprintAsBitVect(m, 3, 2048), RDKFingerprint(m) and
// GetHashedMorganFingerprint(m, 2, 2048) of aspirin and salicylic acid.
TEST(Fingerprint, AgreesWithRdkitPython) {
  const auto aspirin = parse_smiles("CC(=O)Oc1ccccc1C(=O)O");
  const auto salicylic = parse_smiles("O=C(O)c1ccccc1O");
  const auto similarity = [&](FingerprintKind kind) {
    return tanimoto(fingerprint(*aspirin, kind), fingerprint(*salicylic, kind));
  };
  EXPECT_DOUBLE_EQ(similarity(FingerprintKind::kMorgan2), 13.0 / 29.0);
  EXPECT_DOUBLE_EQ(similarity(FingerprintKind::kMorgan3), 14.0 / 39.0);
  EXPECT_DOUBLE_EQ(similarity(FingerprintKind::kRdk), 199.0 / 354.0);
  EXPECT_DOUBLE_EQ(tanimoto(morgan_counts(*aspirin, 2), morgan_counts(*salicylic, 2)), 11.0 / 20.0);
}

TEST(Fingerprint, EmptyOnesAreEqual) {
  // Methane has no path of one bond.
  const Fingerprint methane = fingerprint(*parse_smiles("C"), FingerprintKind::kRdk);
  EXPECT_EQ(methane.popcount, 0);
  EXPECT_EQ(tanimoto(methane, methane), 1.0);
}

TEST(Fingerprint, UnknownKind) {
  EXPECT_EQ(fingerprint_kind("rdk"), FingerprintKind::kRdk);
  EXPECT_THROW(fingerprint_kind("morgan4"), UserError);
}

TEST(CountFingerprint, TanimotoIsMinimaOverMaxima) {
  const CountFingerprint a{{{1, 2}, {5, 1}, {9, 4}}, 7};
  const CountFingerprint b{{{1, 3}, {7, 2}, {9, 1}}, 6};
  EXPECT_DOUBLE_EQ(tanimoto(a, b), (2.0 + 1.0) / (3.0 + 1.0 + 2.0 + 4.0));
  EXPECT_EQ(tanimoto(CountFingerprint{}, CountFingerprint{}), 1.0);
}

TEST(NearestNeighbours, AgreeWithTheDoubleLoop) {
  const std::vector<std::string> smiles = reference_molecules(300);
  for (const auto kind : {FingerprintKind::kMorgan2, FingerprintKind::kRdk}) {
    const FingerprintSet queries = fingerprints(std::span(smiles).subspan(0, 100), kind);
    const FingerprintSet reference = fingerprints(std::span(smiles).subspan(100), kind);
    const auto nearest = nearest_neighbours(queries, reference);
    for (std::int64_t i = 0; i < queries.size(); ++i) {
      Fingerprint query{{queries.words(i), queries.words(i) + FingerprintSet::kWords},
                        queries.popcount(i)};
      Neighbour best;
      for (std::int64_t j = 0; j < reference.size(); ++j) {
        const Fingerprint other{{reference.words(j), reference.words(j) + FingerprintSet::kWords},
                                reference.popcount(j)};
        const double similarity = tanimoto(query, other);
        if (best.index < 0 || similarity > best.similarity) best = {j, similarity};
      }
      EXPECT_EQ(nearest[i].index, best.index) << smiles[i];
      EXPECT_DOUBLE_EQ(nearest[i].similarity, best.similarity) << smiles[i];
    }
  }
}

TEST(NearestNeighbours, EmptyReference) {
  const auto nearest = nearest_neighbours(random_set(2, 0.02, 1), FingerprintSet());
  EXPECT_EQ(nearest.at(1).index, -1);
  EXPECT_EQ(nearest.at(1).similarity, 0);
}

TEST(MeanPairwiseSimilarity, AgreesWithTheDoubleLoopOnAnyNumberOfThreads) {
  const FingerprintSet set = random_set(200, 0.03, 2);
  double sum = 0;
  for (int i = 0; i < 200; ++i) {
    for (int j = 0; j < i; ++j) sum += set.tanimoto(i, j);
  }
  const Threads one(1);
  const double single = mean_pairwise_similarity(set);
  EXPECT_NEAR(single, sum / (200 * 199 / 2), 1e-12);
  const Threads two(2);
  EXPECT_EQ(mean_pairwise_similarity(set), single);
  EXPECT_EQ(mean_pairwise_similarity(FingerprintSet(1)), 0);
}

// Sparse sets use the inverted index, dense ones the scan; 3,000 span several blocks.
TEST(SelectDiverse, AgreesWithTheDoubleLoop) {
  for (const double density : {0.02, 0.4}) {
    const FingerprintSet set = random_set(3000, density, 3);
    for (const double cut : {0.3, 0.5, 0.7, 1.0}) {
      const auto expected = select_diverse_naively(set, cut);
      EXPECT_EQ(select_diverse(set, cut), expected) << density << " " << cut;
      const Threads one(1);
      EXPECT_EQ(select_diverse(set, cut), expected) << density << " " << cut;
    }
  }
}

TEST(SelectDiverse, MoleculesOfBothKinds) {
  const std::vector<std::string> smiles = reference_molecules(1200);
  for (const auto kind : {FingerprintKind::kMorgan2, FingerprintKind::kRdk}) {
    const FingerprintSet set = fingerprints(smiles, kind);
    EXPECT_EQ(select_diverse(set, 0.7), select_diverse_naively(set, 0.7));
  }
}

// Only the single rarest bit of a fingerprint is indexed for a cut of 1.
TEST(SelectDiverse, CutOneRemovesCopiesOnly) {
  for (const double density : {0.02, 0.4}) {
    const FingerprintSet once = random_set(1500, density, 5);
    FingerprintSet twice(2 * once.size());
    for (std::int64_t i = 0; i < twice.size(); ++i) {
      const std::uint64_t* words = once.words(i % once.size());
      twice.set(i, {{words, words + FingerprintSet::kWords}, once.popcount(i % once.size())});
    }
    const auto kept = select_diverse(twice, 1.0);
    EXPECT_EQ(static_cast<std::int64_t>(kept.size()), once.size());
    EXPECT_EQ(kept.back(), once.size() - 1);
  }
}

TEST(SelectDiverse, EqualToTheCutIsTooSimilar) {
  FingerprintSet set(2);
  Fingerprint a{std::vector<std::uint64_t>(FingerprintSet::kWords), 3};
  Fingerprint b = a;
  a.words[0] = 0b0111;
  b.words[0] = 0b1110;
  set.set(0, a);
  set.set(1, b);
  ASSERT_EQ(set.tanimoto(0, 1), 2.0 / 4.0);
  EXPECT_THAT(select_diverse(set, 0.5), testing::ElementsAre(0));
  EXPECT_THAT(select_diverse(set, 0.500001), testing::ElementsAre(0, 1));
}

TEST(SelectDiverse, KeepsOneEmptyFingerprintAndStopsWhenFull) {
  EXPECT_THAT(select_diverse(FingerprintSet(5), 0.7), testing::ElementsAre(0));
  EXPECT_EQ(select_diverse(random_set(100, 0.02, 4), 1.0, 7).size(), 7u);
}

TEST(SelectMaxMin, AddsTheFarthestEachTime) {
  // By the definition, on 60 random fingerprints.
  const FingerprintSet set = random_set(60, 0.05, 5);
  const std::vector<std::int64_t> chosen = select_maxmin(set, 10);
  ASSERT_EQ(chosen.size(), 10u);
  EXPECT_EQ(chosen[0], 0);
  const auto largest = [&](std::int64_t i, std::size_t count) {
    double similarity = -1;
    for (std::size_t k = 0; k < count; ++k) {
      similarity = std::max(similarity, set.tanimoto(i, chosen[k]));
    }
    return similarity;
  };
  for (std::size_t k = 1; k < chosen.size(); ++k) {
    for (std::int64_t i = 0; i < set.size(); ++i) {
      const bool taken = std::find(chosen.begin(), chosen.begin() + k, i) != chosen.begin() + k;
      if (taken) continue;
      EXPECT_LE(largest(chosen[k], k), largest(i, k)) << k << " " << i;
    }
  }
  EXPECT_EQ(select_maxmin(set, 100).size(), 60u);
  EXPECT_TRUE(select_maxmin(FingerprintSet(0), 3).empty());
}

}  // namespace
}  // namespace fragflow
