// Proxies on molecules: reading data, both model classes, files.
#include <GraphMol/RWMol.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <functional>
#include <nlohmann/json.hpp>
#include <numeric>
#include <set>

#include "src/base/check.hpp"
#include "src/base/file.hpp"
#include "src/chem/standardise.hpp"
#include "src/reward/atom_features.hpp"
#include "src/reward/component.hpp"
#include "src/reward/forest_proxy.hpp"
#include "src/reward/gp_proxy.hpp"
#include "src/reward/mpnn_proxy.hpp"
#include "src/reward/proxy_data.hpp"
#include "src/reward/proxy_training.hpp"
#include "tests/reward/proxy_support.hpp"

namespace fragflow {
namespace {

using ::testing::HasSubstr;

TEST(ProxyData, BadRowsAreSkippedWithTheirNumberAndDuplicatesMergedByMedian) {
  const TemporaryFolder folder;
  std::string text = "name,smiles,y\n";
  text += "ethanol,CCO,1\nbroken,C1CC,2\nethanol again,OCC,5\nword,CCN,high\n";
  text += "ethanol once more,C(C)O,2\nempty,,3\n";
  for (int i = 1; i <= 9; ++i) text += fmt::format("alkane,{},{}\n", std::string(i, 'C'), i);
  const ProxyData data = read_proxy_data(folder.file("a.csv", text), "smiles", "y");
  ASSERT_EQ(data.size(), 10);
  EXPECT_EQ(data.smiles[0], "CCO");
  EXPECT_EQ(data.targets[0], 2);  // the median of 1, 5, 2
  EXPECT_EQ(data.first_row[0], 1);
  EXPECT_EQ(data.merged, 2);
  ASSERT_EQ(data.skipped.size(), 3u);
  EXPECT_EQ(data.skipped[0].row, 2);
  EXPECT_EQ(data.skipped[0].line, 3u);
  EXPECT_THAT(data.skipped[0].reason, HasSubstr("C1CC"));
  EXPECT_EQ(data.skipped[1].row, 4);
  EXPECT_THAT(data.skipped[1].reason, HasSubstr("high"));
  EXPECT_EQ(data.skipped[2].row, 6);
}

TEST(ProxyData, SaysWhatIsMissing) {
  const TemporaryFolder folder;
  const auto path = folder.file("a.csv", "smiles,pIC50\nCCO,1\nxx,2\n");
  EXPECT_THAT(message_of([&] { read_proxy_data(path, "smiles", "pIC5"); }),
              AllOf(HasSubstr("pIC5"), HasSubstr("pIC50")));
  EXPECT_THAT(message_of([&] { read_proxy_data(path, "smiles", "pIC50"); }),
              AllOf(HasSubstr("1 usable"), HasSubstr("row 2")));
}

TEST(GpProxy, LearnsTheSizeOfChainsAndItsFileGivesTheSamePredictions) {
  const Series series = chain_series();
  const auto proxy = GpProxy::fit(series.smiles, series.targets, 0);
  const auto predictions = proxy->predict(series.smiles);
  EXPECT_GT(r2(predictions, series.targets), 0.99);

  const TemporaryFolder folder;
  SafetensorsFile file;
  proxy->save(file);
  write_safetensors(folder.file("gp.safetensors"), file);
  const auto loaded = load_proxy(folder.file("gp.safetensors"));
  EXPECT_EQ(loaded->kind(), "gp");
  const auto again = loaded->predict(series.smiles);
  for (std::size_t i = 0; i < again.size(); ++i) {
    EXPECT_NEAR(again[i].mean, predictions[i].mean, 1e-9) << series.smiles[i];
    EXPECT_NEAR(again[i].std, predictions[i].std, 1e-9) << series.smiles[i];
  }
  EXPECT_TRUE(loaded->predict({}).empty());
  // Nothing like the training molecules: the deviation is that of the prior.
  const std::vector<std::string> far = {"[SiH3]P(Br)I"};
  double prior = proxy->parameters().noise;
  for (double weight : proxy->parameters().weights) prior += weight;
  EXPECT_NEAR(loaded->predict(far)[0].std, std::sqrt(prior), 0.02 * std::sqrt(prior));
}

TEST(GpProxy, RefusesMoreRowsThanItsLimit) {
  const std::vector<std::string> smiles(kMaxGpRows + 1, "C");
  const std::vector<double> targets(kMaxGpRows + 1, 0.0);
  EXPECT_THAT(message_of([&] { GpProxy::fit(smiles, targets, 0); }),
              AllOf(HasSubstr("10000"), HasSubstr("mpnn")));
}

TEST(MpnnProxy, LearnsTheNumberOfHeavyAtoms) {
  const Series series = chain_series();
  // Single atoms are trained on; every fifth molecule is kept for the test.
  std::vector<std::string> train = {"C", "N", "O", "F", "S"}, test;
  std::vector<double> train_sizes(train.size(), 1.0), test_sizes;
  for (std::size_t i = 0; i < series.smiles.size(); ++i) {
    (i % 5 == 2 ? test : train).push_back(series.smiles[i]);
    (i % 5 == 2 ? test_sizes : train_sizes).push_back(series.targets[i]);
  }
  const auto proxy = MpnnProxy::fit(train, train_sizes, /*num_members=*/1, /*seed=*/1);
  const auto predictions = proxy->predict(test);
  EXPECT_GT(r2(predictions, test_sizes), 0.95);
  const std::vector<std::string> atoms = {"C", "O"};
  for (const auto& prediction : proxy->predict(atoms)) {
    EXPECT_NEAR(prediction.mean, 1, 1);
    EXPECT_GT(prediction.std, 0);
  }
}

TEST(MpnnProxy, TheOrderOfAtomsAndOfMoleculesDoesNotMatterAndFilesRoundTrip) {
  const Series series = chain_series();
  const auto proxy = MpnnProxy::fit(series.smiles, series.targets, 1, 2);
  const std::vector<std::string> written = {"CC(=O)Oc1ccccc1C(=O)O", "OC(=O)c1ccccc1OC(C)=O",
                                            "c1(C(O)=O)c(OC(=O)C)cccc1"};
  const auto predictions = proxy->predict(written);
  EXPECT_NEAR(predictions[0].mean, predictions[1].mean, 1e-5 * std::abs(predictions[0].mean));
  EXPECT_NEAR(predictions[0].mean, predictions[2].mean, 1e-5 * std::abs(predictions[0].mean));
  const std::vector<std::string> alone = {written[0]};
  EXPECT_NEAR(proxy->predict(alone)[0].mean, predictions[0].mean,
              1e-5 * std::abs(predictions[0].mean));

  const TemporaryFolder folder;
  SafetensorsFile file;
  proxy->save(file);
  write_safetensors(folder.file("mpnn.safetensors"), file);
  const auto loaded = load_proxy(folder.file("mpnn.safetensors"));
  EXPECT_EQ(loaded->kind(), "mpnn");
  EXPECT_NEAR(loaded->predict(written)[1].mean, predictions[1].mean, 1e-6);
  EXPECT_NEAR(loaded->predict(written)[1].std, predictions[1].std, 1e-6);

  file.tensors.erase("mpnn.0.layers.1.weight");
  write_safetensors(folder.file("broken.safetensors"), file);
  EXPECT_THAT(message_of([&] { load_proxy(folder.file("broken.safetensors")); }),
              HasSubstr("mpnn.0.layers.1.weight"));
}

TEST(ForestProxy, LearnsWithoutLeavingTheMeasuredRangeAndFilesRoundTrip) {
  const Series series = chain_series();
  const auto proxy = ForestProxy::fit(series.smiles, series.targets, 3);
  const auto predictions = proxy->predict(series.smiles);
  EXPECT_GT(r2(predictions, series.targets), 0.95);
  const std::vector<std::string> long_chain = {std::string(40, 'C') + "O"};
  EXPECT_LE(proxy->predict(long_chain)[0].mean,
            *std::max_element(series.targets.begin(), series.targets.end()));

  const TemporaryFolder folder;
  SafetensorsFile file;
  proxy->save(file);
  write_safetensors(folder.file("forest.safetensors"), file);
  const auto loaded = load_proxy(folder.file("forest.safetensors"));
  EXPECT_EQ(loaded->kind(), "forest");
  const auto again = loaded->predict(series.smiles);
  for (std::size_t i = 0; i < again.size(); ++i) {
    EXPECT_EQ(again[i].mean, predictions[i].mean) << series.smiles[i];
    EXPECT_EQ(again[i].std, predictions[i].std) << series.smiles[i];
  }
  file.metadata["features"] = "something else";
  write_safetensors(folder.file("other.safetensors"), file);
  EXPECT_THAT(message_of([&] { load_proxy(folder.file("other.safetensors")); }),
              AllOf(HasSubstr("other.safetensors"), HasSubstr("something else")));
}

TEST(ProxySum, AddsPredictionsAndTheirVariances) {
  const Series series = chain_series();
  std::vector<double> halves;
  for (const double target : series.targets) halves.push_back(0.5 * target);
  const TemporaryFolder folder;
  const auto whole = ForestProxy::fit(series.smiles, series.targets, 3);
  const auto half = ForestProxy::fit(series.smiles, halves, 4);
  ComponentConfig config;
  config.type = "proxy_sum";
  config.kappa = 0.5;
  config.transform.type = "none";
  for (const auto& [proxy, name, coefficient] :
       {std::tuple(whole.get(), "whole.safetensors", 1.0),
        std::tuple(half.get(), "half.safetensors", -2.0)}) {
    SafetensorsFile file;
    proxy->save(file);
    write_safetensors(folder.file(name), file);
    config.terms.push_back({folder.file(name).string(), coefficient});
  }
  SharedScorers shared;
  const std::vector<std::string> smiles = {"CCCCO", "CCc1ccccc1"};
  const auto a = whole->predict(smiles), b = half->predict(smiles);
  const auto difference = make_component(config, shared)->values(ParsedBatch(smiles).all());
  config.terms.erase(config.terms.begin());
  const auto negative = make_component(config, shared)->values(ParsedBatch(smiles).all());
  for (std::size_t i = 0; i < smiles.size(); ++i) {
    EXPECT_GT(a[i].std, 0);
    EXPECT_NEAR(difference[i], a[i].mean - 2 * b[i].mean - 0.5 * std::hypot(a[i].std, 2 * b[i].std),
                1e-9);
    EXPECT_NEAR(negative[i], -2 * b[i].mean - 0.5 * 2 * b[i].std, 1e-9);
  }
  config.transform.type = "auto";
  EXPECT_THAT(message_of([&] { make_component(config, shared); }), HasSubstr("is no score"));
  config.transform.type = "none";
  config.terms[0].file.clear();
  EXPECT_THAT(message_of([&] { make_component(config, shared); }), HasSubstr("has no file"));
  config.terms.clear();
  EXPECT_THAT(message_of([&] { make_component(config, shared); }),
              HasSubstr("[[reward.component.term]]"));
}

TEST(TrainProxy, AForestMayJudge) {
  const TemporaryFolder folder;
  const ProxyData data = read_proxy_data(folder.file("a.csv", series_csv()), "smiles", "y");
  ProxyTrainingConfig config;
  config.model = "gp";
  config.check_model = "forest";
  config.gp_fold_seeds = 1;
  train_proxy(data, config, folder.file("p.safetensors"), folder.file("c.safetensors"));
  EXPECT_EQ(load_proxy(folder.file("c.safetensors"))->kind(), "forest");
  config.model = "forest";
  config.check_model = "other";
  config.forest_fold_seeds = 1;
  const auto result =
      train_proxy(data, config, folder.file("p.safetensors"), folder.file("c.safetensors"));
  EXPECT_EQ(load_proxy(folder.file("p.safetensors"))->kind(), "forest");
  EXPECT_EQ(load_proxy(folder.file("c.safetensors"))->kind(), "gp");
  EXPECT_GT(result.report["cross_validation"]["forest"]["random"]["r2"].get<double>(), 0.7);
}

TEST(AtomFeatures, BenzonitrileHasItsBondsInBothDirections) {
  const AtomGraph graph = mpnn_atom_graph(*parse_smiles("N#Cc1ccccc1"));
  EXPECT_EQ(graph.num_atoms(), 8);
  EXPECT_EQ(graph.neighbour.size(), 2u * 8);
  EXPECT_EQ(std::count(graph.bond_class.begin(), graph.bond_class.end(), 2), 2);   // triple
  EXPECT_EQ(std::count(graph.bond_class.begin(), graph.bond_class.end(), 3), 12);  // aromatic
  EXPECT_EQ(std::count(graph.bond_class.begin(), graph.bond_class.end(), 0), 2);   // single
}

TEST(LoadProxy, ForeignAndTruncatedFilesAreNamed) {
  const TemporaryFolder folder;
  SafetensorsFile foreign;
  const float number = 1;
  foreign.tensors["x"] = TensorData::from_floats({1}, &number);
  write_safetensors(folder.file("foreign.safetensors"), foreign);
  EXPECT_THAT(message_of([&] { load_proxy(folder.file("foreign.safetensors")); }),
              AllOf(HasSubstr("foreign.safetensors"), HasSubstr("not a proxy")));

  SafetensorsFile file;
  const Series series = chain_series();
  GpProxy::fit(series.smiles, series.targets, 0)->save(file);
  const std::string bytes = serialise_safetensors(file);
  const auto cut = folder.file("cut.safetensors", bytes.substr(0, bytes.size() / 2));
  EXPECT_THAT(message_of([&] { load_proxy(cut); }), HasSubstr("cut.safetensors"));
  EXPECT_NE(message_of([&] { load_proxy(folder.file("absent.safetensors")); }), "nothing thrown");
}

TEST(TrainProxy, HalvesAreDisjointAndTheReportIsStored) {
  const TemporaryFolder folder;
  const ProxyData data = read_proxy_data(folder.file("a.csv", series_csv()), "smiles", "y");
  ProxyTrainingConfig config;
  config.model = "gp";
  config.num_members = 1;
  config.gp_fold_seeds = 1;
  const auto proxy_path = folder.file("p.safetensors"), check_path = folder.file("c.safetensors");
  const ProxyTrainingResult result = train_proxy(data, config, proxy_path, check_path);
  const auto& halves = result.report["halves"];
  EXPECT_EQ(halves["first_rows"].get<std::int64_t>() + halves["second_rows"].get<std::int64_t>(),
            data.size());
  EXPECT_EQ(load_proxy(proxy_path)->kind(), "gp");
  EXPECT_EQ(load_proxy(check_path)->kind(), "mpnn");
  const auto stored = nlohmann::json::parse(read_safetensors(proxy_path).metadata.at("training"));
  EXPECT_EQ(stored["splits"]["scaffold"][0].get<std::string>().size(),
            static_cast<std::size_t>(data.size()));
  EXPECT_EQ(stored["cross_validation"]["gp"]["random"]["r2"],
            result.report["cross_validation"]["gp"]["random"]["r2"]);
}

TEST(ProxyData, APartIsDrawnWithoutReplacementInTheOrderOfTheTable) {
  const Series series = chain_series();
  ProxyData data;
  for (std::size_t i = 0; i < series.smiles.size(); ++i) {
    data.smiles.push_back(series.smiles[i]);
    data.targets.push_back(series.targets[i]);
    data.scaffolds.push_back(std::to_string(i % 6));
    data.first_row.push_back(static_cast<std::int64_t>(i) + 1);
  }
  data.merged = 3;
  const ProxyData part = random_part(data, 7, 0);
  ASSERT_EQ(part.size(), 7);
  EXPECT_EQ(part.merged, 3);
  for (std::int64_t i = 0; i < 7; ++i) {
    if (i > 0) {
      EXPECT_LT(part.first_row[i - 1], part.first_row[i]);
    }
    EXPECT_EQ(part.smiles[i], data.smiles[part.first_row[i] - 1]);
    EXPECT_EQ(part.targets[i], data.targets[part.first_row[i] - 1]);
  }
  EXPECT_EQ(random_part(data, 7, 0).first_row, part.first_row);
  EXPECT_NE(random_part(data, 7, 1).first_row, part.first_row);
  EXPECT_EQ(random_part(data, 1000, 0).smiles, data.smiles);

  // A Gaussian process learns from as many as it takes, and the report says so.
  const TemporaryFolder folder;
  ProxyTrainingConfig config;
  config.model = "gp";
  config.gp_fold_seeds = 1;
  config.max_gp_rows = 12;
  int fits = 0;
  config.on_fit = [&](const FitProgress& progress) { fits += progress.fit; };
  const auto result = train_proxy(data, config, folder.file("part.safetensors"), std::nullopt);
  EXPECT_EQ(result.report["molecules"], 12);
  EXPECT_EQ(result.report["drawn_from"], data.size());
  EXPECT_EQ(fits, 2 * (1 + 2 + 3 + 4 + 5) + 1);  // two kinds of folds and the final model
}

// And says what the choice itself is worth, by nested cross-validation.
TEST(TrainProxy, AutoTakesTheModelThatPredictsNewScaffoldsBetter) {
  const TemporaryFolder folder;
  ProxyData data = read_proxy_data(folder.file("a.csv", series_csv()), "smiles", "y");
  std::vector<std::int64_t> first(50);  // as few as auto takes
  std::iota(first.begin(), first.end(), 0);
  data = data.subset(first);
  ProxyTrainingConfig config;
  config.num_members = config.gp_fold_seeds = config.mpnn_fold_members = 1;
  const auto path = folder.file("p.safetensors");
  const ProxyTrainingResult result = train_proxy(data, config, path, std::nullopt);
  const auto& quality = result.report["cross_validation"];
  const double gp = quality["gp"]["scaffold"]["r2"], mpnn = quality["mpnn"]["scaffold"]["r2"];
  ASSERT_NE(gp, mpnn);
  const std::string better = gp > mpnn ? "gp" : "mpnn";
  EXPECT_EQ(result.report["model"], better);
  EXPECT_EQ(load_proxy(path)->kind(), better);
  const Folds folds = scaffold_folds(data.scaffolds, kNumFolds, 0);
  const std::set<std::int64_t> used(folds.begin(), folds.end());  // some are empty: few scaffolds
  ASSERT_EQ(result.report["nested"]["chosen"].size(), used.size());
  for (const auto& chosen : result.report["nested"]["chosen"]) {
    EXPECT_TRUE(chosen == "gp" || chosen == "mpnn") << chosen;
  }
  EXPECT_LE(result.report["nested"]["r2"].get<double>(), 1);
  EXPECT_THAT(result.summary, HasSubstr("auto chooses " + better));
}

// The shipped file's figures are those of this code on the shipped data.
TEST(DefaultProxy, StoredCrossValidationIsReproduced) {
  const std::filesystem::path folder = FRAGFLOW_SOURCE_DIR "/data";
  const SafetensorsFile file = read_safetensors(folder / "proxy_default.safetensors");
  const auto stored = nlohmann::json::parse(file.metadata.at("training"));
  const ProxyData data = read_proxy_data(folder / "chembl2321810.csv", "smiles", "pIC50");
  ASSERT_EQ(data.size(), 1017);
  const FitAndPredict gp = gp_fit_and_predict(data.smiles, data.targets);
  for (const bool by_scaffold : {false, true}) {
    const char* name = by_scaffold ? "scaffold" : "random";
    // The first of the stored assignments; all five take a minute.
    const Folds folds = by_scaffold ? scaffold_folds(data.scaffolds, kNumFolds, 0)
                                    : random_folds(data.size(), kNumFolds, 0);
    const std::string digits = stored["splits"][name][0];
    for (std::size_t i = 0; i < folds.size(); ++i) ASSERT_EQ(folds[i], digits[i] - '0') << i;
    const RegressionQuality quality = cross_validate(gp, data.targets, std::span(&folds, 1))[0];
    const auto& expected = stored["cross_validation"]["gp"][name]["r2_of_assignment"];
    EXPECT_NEAR(quality.r2, expected[0].get<double>(), 0.01) << name;
  }
  // Not worse than a plain Tanimoto process (0.79 random, 0.69 scaffold) by more than 0.01.
  EXPECT_GT(stored["cross_validation"]["gp"]["random"]["r2"].get<double>(), 0.78);
  EXPECT_GT(stored["cross_validation"]["gp"]["scaffold"]["r2"].get<double>(), 0.68);
  EXPECT_EQ(load_proxy(folder / "proxy_default.safetensors")->kind(), "gp");
  EXPECT_EQ(load_proxy(folder / "proxy_check.safetensors")->kind(), "mpnn");
}

}  // namespace
}  // namespace fragflow
