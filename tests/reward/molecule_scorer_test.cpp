#include "src/reward/molecule_scorer.hpp"

#include <gmock/gmock.h>
#include <unistd.h>

#include <cmath>
#include <filesystem>

#include "src/base/check.hpp"
#include "src/base/csv.hpp"
#include "src/base/file.hpp"
#include "src/base/parallel.hpp"
#include "src/chem/fingerprint.hpp"
#include "src/reward/training_domain.hpp"

namespace fragflow {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

ComponentConfig component(const std::string& type) {
  ComponentConfig config;
  config.type = type;
  return config;
}

RewardConfig reward_of(std::vector<ComponentConfig> components) {
  RewardConfig config;
  config.components = std::move(components);
  return config;
}

MoleculeScore score_one(const ComponentConfig& config, const std::string& smiles) {
  return MoleculeScorer(reward_of({config})).score(std::vector<std::string>{smiles}).at(0);
}

std::string error_of(const RewardConfig& config) {
  try {
    MoleculeScorer scorer(config);
  } catch (const UserError& error) {
    return error.what();
  }
  return "no error";
}

// Ethanol: C2H6O.
TEST(MoleculeScorer, DescriptorsWithTheirTransforms) {
  const auto expect = [](const std::string& type, double raw, double tolerance) {
    ComponentConfig config = component(type);
    config.transform = {.type = "scale", .divisor = 2};
    const MoleculeScore score = score_one(config, "CCO");
    ASSERT_TRUE(score.valid) << type;
    EXPECT_NEAR(score.raw.at(0), raw, tolerance) << type;
    EXPECT_NEAR(score.transformed.at(0), std::max(raw / 2, 0.0), tolerance) << type;
  };
  expect("molecular_weight", 2 * 12.011 + 6 * 1.008 + 15.999, 1e-3);
  expect("hbd", 1, 0);
  expect("hba", 1, 0);
  expect("rotatable_bonds", 0, 0);
  expect("tpsa", 20.23, 1e-9);
  expect("logp", -0.0014, 1e-6);
}

// Reference values in tests/data/descriptor_reference.csv.
TEST(MoleculeScorer, QedAndSaHaveNaturalScores) {
  const CsvTable table = read_csv(FRAGFLOW_SOURCE_DIR "/tests/data/descriptor_reference.csv");
  const double qed = std::stod(table.rows[0][1]), sa = std::stod(table.rows[0][2]);
  EXPECT_NEAR(score_one(component("qed"), table.rows[0][0]).transformed.at(0), qed, 1e-6);
  EXPECT_NEAR(score_one(component("sa"), table.rows[0][0]).raw.at(0), sa, 1e-6);
  EXPECT_NEAR(score_one(component("sa"), table.rows[0][0]).score, (10 - sa) / 9, 1e-6);
}

TEST(MoleculeScorer, AlertsScoreZeroUnlessThereAreNone) {
  // Benzene and benzaldehyde.
  EXPECT_EQ(score_one(component("alerts"), "c1ccccc1").score, 1);
  const MoleculeScore aldehyde = score_one(component("alerts"), "O=Cc1ccccc1");
  EXPECT_EQ(aldehyde.raw.at(0), 1);
  EXPECT_EQ(aldehyde.score, 0);
  EXPECT_TRUE(aldehyde.valid);
}

TEST(MoleculeScorer, SmartsModes) {
  ComponentConfig config = component("smarts");
  config.smarts = {"[#6]Cl", "c1ccccc1"};
  EXPECT_EQ(score_one(config, "Clc1ccccc1").score, 1);
  EXPECT_EQ(score_one(config, "c1ccccc1").score, 0);
  config.mode = "forbid";
  EXPECT_EQ(score_one(config, "c1ccccc1").score, 0);
  EXPECT_EQ(score_one(config, "CCO").score, 1);
  config.mode = "count";
  config.transform.type = "none";
  EXPECT_EQ(score_one(config, "Clc1ccc(Cl)cc1").raw.at(0), 3);
}

// Found however it is written and substituted; hydrogens play no part.
TEST(MoleculeScorer, SubstructuresAreMolecules) {
  ComponentConfig config = component("substructure");
  config.molecules = {"C1=CC=CC=C1", "CO"};
  EXPECT_EQ(score_one(config, "COc1ccccc1Cl").score, 1);
  EXPECT_EQ(score_one(config, "Clc1ccccc1").score, 0);
  EXPECT_EQ(score_one(config, "COC1CCCCC1").score, 0);
  config.mode = "count";
  EXPECT_THAT(error_of(reward_of({config})), HasSubstr("choose transform.type"));
  config.transform.type = "none";
  EXPECT_EQ(score_one(config, "COc1ccccc1OC").raw.at(0), 5);  // one ring, four C-O bonds
  config.molecules = {"[*]C"};
  EXPECT_THAT(error_of(reward_of({config})), HasSubstr("use type = \"smarts\""));
  config.molecules = {"C1CC"};
  EXPECT_THAT(error_of(reward_of({config})), HasSubstr("'C1CC'"));
}

TEST(MoleculeScorer, SimilarityIsTheLargest) {
  ComponentConfig config = component("similarity");
  config.molecules = {"CCO", "O=C(O)c1ccccc1O"};
  // Aspirin and salicylic acid: see fingerprint_test.cpp.
  EXPECT_NEAR(score_one(config, "CC(=O)Oc1ccccc1C(=O)O").score, 13.0 / 29.0, 1e-12);
  EXPECT_EQ(score_one(config, "CCO").score, 1);
}

TEST(MoleculeScorer, BadMoleculesAreValuesAmongGoodOnes) {
  RewardConfig config = reward_of({component("qed")});
  config.beta = 2;
  MoleculeScorer scorer(config);
  const std::vector<std::string> smiles = {"CCO", "C(C)(C)(C)(C)C", "not a molecule", "CCN"};
  const auto scores = scorer.score(smiles);
  ASSERT_EQ(scores.size(), 4u);
  EXPECT_TRUE(scores[0].valid);
  EXPECT_TRUE(scores[3].valid);
  for (const int bad : {1, 2}) {
    EXPECT_FALSE(scores[bad].valid);
    EXPECT_NE(scores[bad].reason, "");
    EXPECT_EQ(scores[bad].score, 0);
    EXPECT_NEAR(scores[bad].log_reward, 2 * std::log(config.floor), 1e-12);
    EXPECT_TRUE(scores[bad].raw.empty());
  }
  EXPECT_EQ(scorer.num_calls(), 2);
  EXPECT_EQ(scores[3].score, scorer.score(std::vector<std::string>{"CCN"}).at(0).score);
}

TEST(MoleculeScorer, CountsEveryMoleculeOnce) {
  MoleculeScorer scorer(reward_of({component("qed")}));
  scorer.score(std::vector<std::string>{"CCO", "CCN", "CCO"});
  EXPECT_EQ(scorer.num_calls(), 2);
  scorer.score(std::vector<std::string>{"CCN", "CCC"});
  EXPECT_EQ(scorer.num_calls(), 3);
}

TEST(MoleculeScorer, AFullCacheForgetsWhatWasScoredFirst) {
  const RewardConfig config = reward_of({component("qed")});
  MoleculeScorer scorer(config, /*cache_capacity=*/2), unlimited(config);
  const std::vector<std::string> smiles = {"CCO", "CCN", "CCC", "CCO"};
  const auto scores = scorer.score(smiles), expected = unlimited.score(smiles);
  for (std::size_t i = 0; i < smiles.size(); ++i) EXPECT_EQ(scores[i].raw, expected[i].raw) << i;
  EXPECT_EQ(scorer.num_calls(), 3);
  scorer.score(std::vector<std::string>{"CCN", "CCC"});
  EXPECT_EQ(scorer.num_calls(), 3);
  EXPECT_EQ(scorer.score(std::vector<std::string>{"CCC", "CCO"})[1].raw, expected[0].raw);
  EXPECT_EQ(scorer.num_calls(), 4);  // CCO was forgotten, and CCN is now

  SafetensorsFile file;
  scorer.save(file);
  MoleculeScorer resumed(config, 2);
  resumed.load(parse_safetensors(serialise_safetensors(file), "memory"));
  for (MoleculeScorer* one : {&scorer, &resumed}) {
    EXPECT_EQ(one->num_calls(), 4);
    one->score(std::vector<std::string>{"CCO", "CCC", "CCN"});
    EXPECT_EQ(one->num_calls(), 5);
  }
}

TEST(MoleculeScorer, CacheSurvivesAFile) {
  const RewardConfig config = reward_of({component("qed"), component("sa")});
  MoleculeScorer scorer(config), resumed(config);
  const std::vector<std::string> smiles = {"CCO", "c1ccccc1", "bad", "CCN"};
  const auto before = scorer.score(smiles);
  SafetensorsFile file;
  scorer.save(file);
  resumed.load(parse_safetensors(serialise_safetensors(file), "memory"));
  EXPECT_EQ(resumed.num_calls(), 3);
  const auto after = resumed.score(smiles);
  EXPECT_EQ(resumed.num_calls(), 3);
  for (std::size_t i = 0; i < smiles.size(); ++i) {
    EXPECT_EQ(after[i].raw, before[i].raw);
    EXPECT_EQ(after[i].score, before[i].score);
  }
  SafetensorsFile again;
  resumed.save(again);
  EXPECT_EQ(serialise_safetensors(again), serialise_safetensors(file));
  MoleculeScorer other(reward_of({component("qed")}));
  EXPECT_THROW(other.load(file), UserError);
}

TEST(MoleculeScorer, SameOnOneAndTwoThreads) {
  const CsvTable table = read_csv(FRAGFLOW_SOURCE_DIR "/tests/data/descriptor_reference.csv");
  std::vector<std::string> smiles;
  for (int i = 0; i < 200; ++i) smiles.push_back(table.rows[i * 6][0]);
  const RewardConfig config = reward_of({component("qed"), component("sa"), component("alerts")});
  const int before = num_threads();
  std::vector<std::vector<MoleculeScore>> results;
  for (const int threads : {1, 2}) {
    set_num_threads(threads);
    results.push_back(MoleculeScorer(config).score(smiles));
  }
  set_num_threads(before);
  for (std::size_t i = 0; i < smiles.size(); ++i) {
    EXPECT_EQ(results[0][i].raw, results[1][i].raw) << smiles[i];
    EXPECT_EQ(results[0][i].log_reward, results[1][i].log_reward) << smiles[i];
  }
}

TEST(MoleculeScorer, DefaultsAreFilledIn) {
  const MoleculeScorer scorer(reward_of({component("qed"), component("sa")}));
  EXPECT_THAT(scorer.names(), ElementsAre("qed", "sa"));
  EXPECT_EQ(scorer.config().components[0].transform.type, "none");
  EXPECT_EQ(scorer.config().components[1].transform.type, "linear");
}

TEST(MoleculeScorer, WrongConfigurationsAreExplained) {
  EXPECT_THAT(error_of(reward_of({})), HasSubstr("no component"));
  EXPECT_THAT(error_of(reward_of({component("molecular_wieght")})),
              HasSubstr("did you mean 'molecular_weight'?"));
  EXPECT_THAT(error_of(reward_of({component("logp")})), HasSubstr("choose transform.type"));
  EXPECT_THAT(error_of(reward_of({component("qed"), component("qed")})),
              HasSubstr("two reward components are called 'qed'"));
  EXPECT_THAT(error_of(reward_of({component("smarts")})), HasSubstr("needs smarts"));
  EXPECT_THAT(error_of(reward_of({component("substructure")})), HasSubstr("needs molecules"));
  EXPECT_THAT(error_of(reward_of({component("similarity")})), HasSubstr("needs molecules"));
  EXPECT_THAT(error_of(reward_of({component("proxy")})), HasSubstr("needs file"));
  ComponentConfig similarity = component("similarity");
  similarity.molecules = {"C1CC"};
  EXPECT_THAT(error_of(reward_of({similarity})), HasSubstr("'C1CC'"));
}

// Reference: RDKit's GetHashedMorganFingerprint (radius 2, 2048) and TanimotoSimilarity in Python.
TEST(MoleculeScorer, DomainIsTheMeanSimilarityToTheNearestCompounds) {
  const std::filesystem::path path =
      std::filesystem::temp_directory_path() / fmt::format("fragflow_domain_{}.csv", getpid());
  // Ethanol twice, a broken row, nicotine with its stereo centre.
  write_file_atomically(path,
                        "name,SMILES\na,CCO\nb,Oc1ccccc1\nc,CC(=O)Oc1ccccc1C(=O)O\nd,C1CC\n"
                        "e,CN1CCC[C@H]1c1cccnc1\nf,Cc1ccccc1\ng,OCC\nh,CCCCCCCC(=O)O\n");
  ComponentConfig config = component("domain");
  config.file = path.string();
  config.smiles_column = "SMILES";
  config.transform = {.type = "none"};
  const std::vector<std::string> queries = {"CCO", "O=C(O)c1ccccc1O", "CCCCCC(=O)O", "C1CC1",
                                            "FC(F)(F)S"};
  const auto raw = [&](int neighbours) {
    config.neighbours = neighbours;
    std::vector<double> values;
    for (const MoleculeScore& score : MoleculeScorer(reward_of({config})).score(queries)) {
      values.push_back(score.raw.at(0));
    }
    return values;
  };
  const auto near = [](double value) { return testing::DoubleNear(value, 1e-12); };
  EXPECT_THAT(raw(3), ElementsAre(near(0.4056261343012704), near(0.43903318903318905),
                                  near(0.35723027375201283), near(0.03508771929824561), near(0)));
  EXPECT_THAT(raw(1), ElementsAre(near(1), near(0.55), near(0.7777777777777778),
                                  near(0.10526315789473684), near(0)));
  // More than there are: all six.
  EXPECT_THAT(raw(50), ElementsAre(near(0.22031306715063523), near(0.2629438517831375),
                                   near(0.19873945700032655), near(0.017543859649122806), near(0)));
  // By itself: a plateau from about 0.6 on, and never quite 0.
  config.neighbours = 1;
  config.transform = {};
  const auto scores = MoleculeScorer(reward_of({config})).score(queries);
  EXPECT_NEAR(scores[0].score, scores[2].score, 0.001);
  EXPECT_NEAR(1 / (1 + std::pow(10.0, -5 * 0.15 / 0.4)), scores[1].score, 1e-12);
  EXPECT_GT(scores[4].score, 0);
  config.smiles_column = "smile";
  EXPECT_THAT(error_of(reward_of({config})), HasSubstr("SMILES"));
  write_file_atomically(path, "smile\nC1CC\n");
  EXPECT_THAT(error_of(reward_of({config})), AllOf(HasSubstr("no compound"), HasSubstr("line 2")));
  std::filesystem::remove(path);
  EXPECT_THAT(error_of(reward_of({component("domain")})), HasSubstr("needs file"));
}

// Chains without rings are one scaffold and have no compound of another fold beside the rings.
TEST(TrainingDomain, HeldOutCompoundsSeeOtherFoldsOnly) {
  const std::vector<std::string> smiles = {"CCO", "CCCO", "c1ccccc1", "C1CC1"};
  std::vector<double> values = held_out_similarities(smiles, 1, 0);
  // The chains are most like each other and must not see it; cyclopropane shares nothing with the
  // rest but CH2 (0.1053 with ethanol by the reference above).
  ASSERT_EQ(values.size(), 4u);
  const auto own = TrainingDomain(smiles, 2).similarities(ParsedBatch(smiles).all());
  EXPECT_LT(values[0], 2 * own[0] - 1);  // its second nearest is propanol
  EXPECT_LT(values[1], 2 * own[1] - 1);
  EXPECT_EQ(values[2], 0);
  EXPECT_TRUE(held_out_similarities(std::vector<std::string>{"CCO", "CCN"}, 3, 0).empty());
}

}  // namespace
}  // namespace fragflow
