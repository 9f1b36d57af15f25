// Bounds of a table: read beside the measurements, learned from or left out, kept in files.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>

#include "src/reward/gp_proxy.hpp"
#include "src/reward/mpnn_proxy.hpp"
#include "src/reward/proxy_data.hpp"
#include "src/reward/proxy_training.hpp"
#include "tests/reward/proxy_support.hpp"

namespace fragflow {
namespace {

using ::testing::HasSubstr;

// Every chain of 9 and more carbons is known to be long only: ">10".
std::string censored_csv() {
  const Series series = chain_series();
  std::string text = "smiles,y\n";
  for (std::size_t i = 0; i < series.smiles.size(); ++i) {
    const bool is_long = i >= 64;
    text += fmt::format("{},{}{}\n", series.smiles[i], is_long ? ">" : "",
                        is_long ? 10 : series.targets[i]);
  }
  return text;
}

TEST(ProxyData, BoundsStandBesideTheMolecules) {
  const TemporaryFolder folder;
  ProxyData data = read_proxy_data(folder.file("a.csv", censored_csv()), "smiles", "y");
  EXPECT_EQ(data.size(), 64);
  ASSERT_EQ(data.bounds.size(), 32);
  EXPECT_TRUE(data.skipped.empty());
  EXPECT_EQ(data.bounds.limits[3], 10);
  EXPECT_EQ(data.bounds.above[3], 1);
  EXPECT_EQ(data.bounds.first_row[0], 65);
  EXPECT_EQ(data.bounds.scaffolds[3], "c1ccccc1");
  const ProxyData half = random_part(data, 32, 0);
  EXPECT_EQ(half.bounds.size(), 16);
  EXPECT_EQ(random_part(data, 32, 0).bounds.first_row, half.bounds.first_row);
  data.negate();
  EXPECT_EQ(data.targets[0], -2);
  EXPECT_EQ(data.bounds.limits[3], -10);
  EXPECT_EQ(data.bounds.above[3], 0);
  // A table that holds nothing else.
  const auto bounds =
      read_proxy_bounds(folder.file("b.csv", "smiles,name,relation,activity\nCCO,,<,5\nCCN,,>,7\n"),
                        "smiles", "activity");
  EXPECT_EQ(bounds.smiles, (std::vector<std::string>{"CCO", "CCN"}));
  EXPECT_EQ(bounds.limits, (std::vector<double>{5, 7}));
  EXPECT_EQ(bounds.above, (std::vector<char>{0, 1}));
}

TEST(GpProxy, LearnsFromBoundsAndItsFileGivesTheSamePredictions) {
  const Series series = chain_series();
  const std::vector<double> measured(series.targets.begin(), series.targets.begin() + 64);
  const std::vector<std::string> short_chains(series.smiles.begin(), series.smiles.begin() + 64);
  const std::vector<std::string> long_chains(series.smiles.begin() + 64, series.smiles.end());
  ProcessBounds bounds;
  bounds.limits.assign(32, 12);
  bounds.above.assign(32, 1);
  const auto without = GpProxy::fit(short_chains, measured, 0);
  const auto with = GpProxy::fit(series.smiles, measured, 0, bounds);
  double gain = 0;
  const auto low = without->predict(long_chains), high = with->predict(long_chains);
  for (std::size_t i = 0; i < low.size(); ++i) gain += (high[i].mean - low[i].mean) / 32;
  EXPECT_GT(gain, 0.3);
  EXPECT_THAT(with->describe(), HasSubstr("64 molecules and 32 bounds"));

  const TemporaryFolder folder;
  SafetensorsFile file;
  with->save(file);
  write_safetensors(folder.file("gp.safetensors"), file);
  const auto again = load_proxy(folder.file("gp.safetensors"))->predict(long_chains);
  for (std::size_t i = 0; i < again.size(); ++i) {
    EXPECT_NEAR(again[i].mean, high[i].mean, 1e-9);
    EXPECT_NEAR(again[i].std, high[i].std, 1e-9);
  }
  // Without them there is nothing new in the file.
  SafetensorsFile plain;
  without->save(plain);
  EXPECT_FALSE(plain.tensors.contains(kExtraNoise));
  std::vector<double> extra(series.smiles.size(), 0.0);
  extra[3] = -1;
  file.tensors[kExtraNoise] =
      TensorData::from_doubles({static_cast<std::int64_t>(extra.size())}, extra.data());
  write_safetensors(folder.file("bad.safetensors"), file);
  EXPECT_THAT(message_of([&] { load_proxy(folder.file("bad.safetensors")); }),
              HasSubstr("do not belong together"));

  // Bounds that say nothing: the same predictions.
  bounds.limits.assign(32, -100);
  const auto idle = GpProxy::fit(series.smiles, measured, 0, bounds)->predict(long_chains);
  for (std::size_t i = 0; i < idle.size(); ++i) {
    EXPECT_NEAR(idle[i].mean, low[i].mean, 2e-3 * std::abs(low[i].mean));
    EXPECT_NEAR(idle[i].std, low[i].std, 0.02 * low[i].std);
  }
}

TEST(TrainProxy, BoundsAreLearnedFromOrLeftOutOnTheSameFolds) {
  const TemporaryFolder folder;
  const ProxyData data = read_proxy_data(folder.file("a.csv", censored_csv()), "smiles", "y");
  ProxyData measured = data;
  measured.bounds = {};
  ProxyTrainingConfig config;
  config.model = "gp";
  config.check_model = "forest";
  config.gp_fold_seeds = 1;
  const auto path = folder.file("p.safetensors"), check = folder.file("c.safetensors");
  const auto plain = train_proxy(measured, config, path, std::nullopt).report;
  EXPECT_FALSE(plain.contains("bounds"));
  EXPECT_EQ(read_safetensors(path).metadata.at("format"), kProxyFormat);
  int fits = 0;
  config.on_fit = [&](const FitProgress& progress) { fits += progress.fit; };
  const auto result = train_proxy(data, config, path, check);
  // Both ways, five random folds and the three that the scaffolds fill; two models.
  EXPECT_EQ(fits, 2 * ((1 + 2 + 3 + 4 + 5) + (1 + 2 + 3)) + 2);
  const auto& quality = result.report["cross_validation"]["gp"];
  const auto& bounds = quality["bounds"];
  for (const char* folds : {"random", "scaffold"}) {
    // The measured molecules are held out as if there were no bounds.
    EXPECT_NEAR(bounds["left_out"][folds]["r2"].get<double>(),
                plain["cross_validation"]["gp"][folds]["r2"].get<double>(), 1e-12);
    EXPECT_GT(bounds["learn"][folds]["bounds_met"], bounds["left_out"][folds]["bounds_met"]);
  }
  const bool better = bounds["learn"]["scaffold"]["log_score"].get<double>() >
                      bounds["left_out"]["scaffold"]["log_score"].get<double>();
  EXPECT_EQ(bounds["learned"], better);
  EXPECT_TRUE(better);
  EXPECT_EQ(quality["scaffold"], bounds["learn"]["scaffold"]);
  EXPECT_EQ(result.report["bounds"]["count"], 32);
  EXPECT_EQ(result.report["bounds"]["learned"], true);
  EXPECT_EQ(result.report["halves"]["first_rows"].get<int>() +
                result.report["halves"]["second_rows"].get<int>(),
            64);
  EXPECT_EQ(read_safetensors(path).metadata.at("format"), kProxyFormatWithBounds);
  EXPECT_EQ(read_safetensors(check).metadata.at("format"), kProxyFormat);
  EXPECT_EQ(load_proxy(path)->kind(), "gp");
  EXPECT_THAT(result.summary, AllOf(HasSubstr("bounds met"), HasSubstr("learns from bounds")));

  config.bounds = "leave-out";
  fits = 0;
  const auto left = train_proxy(data, config, path, std::nullopt);
  EXPECT_EQ(fits, (1 + 2 + 3 + 4 + 5) + (1 + 2 + 3) + 1);
  EXPECT_EQ(left.report["bounds"]["learned"], false);
  EXPECT_EQ(read_safetensors(path).metadata.at("format"), kProxyFormat);
  EXPECT_THAT(left.report["description"].get<std::string>(), HasSubstr("on 64 molecules:"));

  // Fitted without measuring anything.
  config.bounds = "learn";
  config.cross_validate = false;
  fits = 0;
  const auto unmeasured = train_proxy(data, config, path, std::nullopt).report;
  EXPECT_EQ(fits, 1);
  EXPECT_FALSE(unmeasured.contains("cross_validation"));
  EXPECT_THAT(unmeasured["description"].get<std::string>(), HasSubstr("and 32 bounds"));
  // A forest has no use for them, and says so.
  config.cross_validate = true;
  config.model = "forest";
  config.forest_fold_seeds = 1;
  const auto forest = train_proxy(data, config, path, std::nullopt);
  EXPECT_EQ(forest.report["bounds"]["learned"], false);
  EXPECT_THAT(forest.summary, HasSubstr("only a Gaussian process"));
}

}  // namespace
}  // namespace fragflow
