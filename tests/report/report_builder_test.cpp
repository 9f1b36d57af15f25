#include "src/report/report_builder.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <numeric>

#include "src/base/check.hpp"
#include "src/base/file.hpp"
#include "src/report/policy_picture.hpp"

namespace fragflow {
namespace {

using testing::Contains;
using testing::HasSubstr;

std::filesystem::path fresh_folder(const std::string& name) {
  const std::filesystem::path folder = testing::TempDir() + name;
  std::filesystem::remove_all(folder);
  std::filesystem::create_directories(folder);
  return folder;
}

TEST(Histogram, FractionsInCommonRoundBins) {
  const Histogram histogram =
      make_histogram("t", "", {{"a", {0, 1, 1, 2}}, {"b", {2, NAN}}}, /*max_bins=*/2);
  EXPECT_EQ(histogram.edges, (std::vector<double>{0, 1, 2}));
  ASSERT_EQ(histogram.sets.size(), 2u);
  EXPECT_EQ(histogram.sets[0].shares, (std::vector<double>{0.25, 0.75}));
  EXPECT_EQ(histogram.sets[1].shares, (std::vector<double>{0, 1}));
}

TEST(Curves, LongRunsAreThinnedToMeans) {
  CsvTable metrics;
  metrics.header = {"trajectories", "loss", "log_z"};
  for (int i = 1; i <= 600; ++i) {
    metrics.rows.push_back({std::to_string(i), std::to_string(i % 2), ""});
  }
  const std::vector<Curve> curves = training_curves(metrics);
  ASSERT_EQ(curves.size(), 1u);  // log Z is empty, the other columns are absent
  EXPECT_EQ(curves[0].series[0].x.size(), 300u);
  EXPECT_EQ(curves[0].series[0].x[0], 2);
  EXPECT_EQ(curves[0].series[0].y[0], 0.5);
}

TEST(HeatMaps, FourDimensionsAreSummedToTwo) {
  std::vector<double> target(16, 0.0), learned(16, 0.0);
  target[0] = 0.5;   // (0, 0, 0, 0)
  target[3] = 0.25;  // (0, 0, 1, 1)
  target[15] = 0.25;
  learned[15] = 1;
  const std::vector<HeatMap> maps = grid_heat_maps(2, 4, target, learned);
  ASSERT_EQ(maps.size(), 3u);
  EXPECT_EQ(maps[0].values, (std::vector<double>{0.75, 0, 0, 0.25}));
  EXPECT_EQ(maps[2].values, (std::vector<double>{-0.75, 0, 0, 0.75}));
  EXPECT_EQ(maps[0].scale, maps[1].scale);
}

TEST(PolicyPicture, DrawsProbableStepsAndLeavesUnreachableCellsOut) {
  PolicyPicture picture{"t", "", 2, {1, 0, 0, 0.5, 0.5, 0, 0, 0, 0, 0.2, 0.004, 0.796}};
  const std::string svg = render_policy_picture(picture);
  const auto count = [&svg](const std::string& text) {
    int found = 0;
    for (std::size_t at = svg.find(text); at != std::string::npos; at = svg.find(text, at + 1)) {
      ++found;
    }
    return found;
  };
  EXPECT_EQ(count("<rect"), 3);
  EXPECT_EQ(count("<path"), 2);  // down from (0, 1), right from (1, 1)
  EXPECT_THAT(svg, HasSubstr("(0, 1): stop 0.500, first 0.500, second 0.000"));
  // From the middle of cell (0, 1), 0.48 of a cell of 150 at probability 0.5.
  EXPECT_THAT(svg, HasSubstr("M225.00 75.00L225.00 111.00"));
}

TEST(Quality, ComparesAlertFractions) {
  MoleculeProperties clean, alerting;
  clean.sa = 2;
  alerting.sa = 6;
  alerting.alerts = {"aldehyde"};
  const std::vector<MoleculeProperties> best = {clean, alerting}, known = {clean, clean, alerting};
  const std::vector<Finding> findings = quality_findings(best, known);
  ASSERT_EQ(findings.size(), 2u);
  EXPECT_EQ(findings[0].value, "50.0 %");
  EXPECT_THAT(findings[0].reference, HasSubstr("33.3 %"));
  EXPECT_FALSE(findings[0].good);
  EXPECT_EQ(findings[1].value, "4.00");
  EXPECT_FALSE(findings[1].good);
  EXPECT_TRUE(quality_findings(known, best)[0].good);
}

OpinionInputs agreeing_models() {
  OpinionInputs inputs;
  inputs.best_proxy = {8, 8};
  inputs.best_check = {7.5, 7.5};
  inputs.best_check_std = {0.5, 0.5};
  inputs.sample_proxy = {5, 6, 7, 8};
  inputs.sample_check = {5, 6, 7, 7.5};
  inputs.known_proxy = inputs.known_check = {6, 6};
  return inputs;
}

std::vector<bool> verdicts(const OpinionInputs& inputs) {
  std::vector<bool> good;
  for (const Finding& finding : second_opinion(inputs).findings) good.push_back(finding.good);
  return good;
}

TEST(SecondOpinion, EachRuleWarnsAlone) {
  EXPECT_EQ(verdicts(agreeing_models()), (std::vector<bool>{true, true, true}));
  OpinionInputs not_better = agreeing_models();
  not_better.known_check = {7.5};
  EXPECT_EQ(verdicts(not_better), (std::vector<bool>{false, true, true}));
  OpinionInputs too_optimistic = agreeing_models();
  too_optimistic.best_proxy = {8.6, 8.6};  // 1.1 above, with a standard deviation of 0.5
  EXPECT_EQ(verdicts(too_optimistic), (std::vector<bool>{true, false, true}));
  OpinionInputs other_order = agreeing_models();
  other_order.sample_check = {7.5, 7, 6, 5};
  EXPECT_EQ(verdicts(other_order), (std::vector<bool>{true, true, false}));
}

TEST(BuildReport, WorksInTheMiddleOfARun) {
  const auto folder = fresh_folder("under_way");
  EXPECT_THROW(read_run_data(folder), UserError);
  write_file_atomically(folder / "config.toml", "seed = 1\n");
  write_file_atomically(folder / "metrics.csv", "step,trajectories,loss\n");
  ReportInputs inputs;
  inputs.run = read_run_data(folder);
  const ReportData report = build_report(inputs);
  EXPECT_EQ(report.config, "seed = 1\n");
  EXPECT_THAT(report.notes, Contains(HasSubstr("There is no samples.csv yet")));
  EXPECT_THAT(report.notes, Contains(HasSubstr("There is no metrics.csv yet")));
}

TEST(BuildReport, CellsOfAGridAreNoMolecules) {
  const auto folder = fresh_folder("cells");
  write_file_atomically(folder / "samples.csv", "cell,score\n(0 1),0.5\n");
  write_file_atomically(folder / "run.json", R"({"environment": "hypergrid"})");
  ReportInputs inputs;
  inputs.run = read_run_data(folder);
  const ReportData report = build_report(inputs);
  EXPECT_TRUE(report.molecules.empty());
  EXPECT_THAT(report.notes, Contains(HasSubstr("no molecules")));
}

TEST(BuildReport, FillsEverySectionFromAFinishedRun) {
  const auto folder = fresh_folder("finished");
  // Paracetamol twice (the better row counts), aspirin, phenylglyoxal with an aldehyde alert.
  write_file_atomically(folder / "samples.csv",
                        "smiles,score,qed_raw,qed,seed\nCC(=O)Nc1ccc(O)cc1,0.5,0.59,0.5,1\n"
                        "CC(=O)Nc1ccc(O)cc1,0.6,0.59,0.6,2\nCC(=O)Oc1ccccc1C(=O)O,0.7,0.55,0.7,3\n"
                        "O=CC(=O)c1ccccc1,0.1,0.4,0.1,4\n");
  write_file_atomically(folder / "metrics.csv", "step,trajectories,loss\n1,64,2.5\n");
  write_file_atomically(folder / "run.json", R"({"target": "tree", "seed": 3})");
  write_file_atomically(folder / "known.csv", "smiles,name\nCC(=O)Nc1ccc(OC)cc1,<b>methacetin\n");
  ReportInputs inputs;
  inputs.run = read_run_data(folder);
  inputs.known = read_known_compounds(folder / "known.csv", "");
  inputs.proxy = inputs.check_proxy = [](std::span<const std::string> smiles) {
    PredictedValues values;
    for (const std::string& text : smiles) values.mean.push_back(static_cast<double>(text.size()));
    values.std.assign(smiles.size(), 1.0);
    return values;
  };
  inputs.known_scores = {0.2, 0.4};
  const ReportData report = build_report(inputs);
  ASSERT_EQ(report.molecules.size(), 3u);
  EXPECT_EQ(report.molecules[0].smiles, "CC(=O)Oc1ccccc1C(=O)O");
  EXPECT_EQ(report.molecules[1].score, 0.6);
  EXPECT_EQ(report.molecules[1].nearest_name, "<b>methacetin");
  ASSERT_EQ(report.molecules[1].components.size(), 1u);
  EXPECT_EQ(report.molecules[1].components[0].raw, 0.59);
  EXPECT_EQ(report.molecules[1].components[0].transformed, 0.6);
  EXPECT_FALSE(report.molecules[2].alerts.empty());
  EXPECT_EQ(report.histograms.size(), 7u);
  ASSERT_EQ(report.histograms[0].sets.size(), 2u);  // scores of both
  EXPECT_EQ(report.histograms[0].sets[1].name, "training compounds");
  EXPECT_TRUE(report.second_opinion.has_value());
  EXPECT_EQ(report.quality.size(), 2u);
  EXPECT_THAT(report.statements, Contains(HasSubstr("target = tree")));
  EXPECT_THAT(report.statements, Contains(HasSubstr("stereo-free")));
  const std::string html = render_report(report);
  EXPECT_THAT(html, HasSubstr("&lt;b&gt;methacetin"));
}

}  // namespace
}  // namespace fragflow
