// A user's scorer may answer any number. RapidCheck: 100 random cases each; a failure prints the
// case and the seed that repeats it.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <filesystem>
#include <limits>
#include <nlohmann/json.hpp>
#include <numeric>

#include "src/base/csv.hpp"
#include "src/base/file.hpp"
#include "src/base/statistics.hpp"
#include "src/eval/hypervolume.hpp"
#include "src/report/front_picture.hpp"
#include "src/report/html.hpp"
#include "src/report/report_builder.hpp"
#include "src/report/report_sections.hpp"

namespace fragflow {
namespace {

constexpr double kLargest = std::numeric_limits<double>::max();
constexpr double kDenormal = std::numeric_limits<double>::denorm_min();
const std::vector<double> kExtremes = {0,         -0.0,     1,         -3,         1e300,
                                       -1e300,    1e308,    -1e308,    kLargest,   -kLargest,
                                       1e-300,    -1e-308,  kDenormal, -kDenormal, 1e16,
                                       1 + 1e-15, INFINITY, -INFINITY, NAN};

// Extremes, any bits, and numbers as scores are.
rc::Gen<double> any_number() {
  return rc::gen::weightedOneOf<double>(
      {{3, rc::gen::elementOf(kExtremes)},
       {2, rc::gen::map(rc::gen::arbitrary<std::uint64_t>(),
                        [](std::uint64_t bits) { return std::bit_cast<double>(bits); })},
       {2, rc::gen::map(rc::gen::inRange(0, 1001), [](int n) { return n / 1000.0; })}});
}

// A list of such, or one of them again and again.
rc::Gen<std::vector<double>> any_numbers() {
  return rc::gen::oneOf(
      rc::gen::container<std::vector<double>>(any_number()),
      rc::gen::map(any_number(), [](double value) { return std::vector<double>(9, value); }));
}

std::vector<double> finite_of(std::vector<double> values) {
  std::erase_if(values, [](double value) { return !std::isfinite(value); });
  return values;
}

RC_GTEST_PROP(AnyScore, HistogramsHaveRisingEdgesAndFractionsOfOne, ()) {
  const std::vector<double> first = *any_numbers(), second = *any_numbers();
  const int max_bins = *rc::gen::inRange(1, 41);
  const Histogram histogram = make_histogram("t", "", {{"a", first}, {"b", second}}, max_bins);
  const std::size_t expected_sets = !finite_of(first).empty() + !finite_of(second).empty();
  RC_ASSERT(histogram.sets.size() == expected_sets);
  if (expected_sets == 0) {
    RC_ASSERT(histogram.edges.empty());
    return;
  }
  const std::vector<double>& edges = histogram.edges;
  RC_ASSERT(edges.size() >= 2U);
  RC_ASSERT(edges.size() <= static_cast<std::size_t>(max_bins) + 3);
  for (const double edge : edges) RC_ASSERT(std::isfinite(edge));
  RC_ASSERT(std::is_sorted(edges.begin(), edges.end(), std::less_equal<>()));
  for (const Histogram::Set& set : histogram.sets) {
    RC_ASSERT(set.shares.size() + 1 == edges.size());
    RC_ASSERT(std::abs(std::accumulate(set.shares.begin(), set.shares.end(), 0.0) - 1) < 1e-9);
  }
}

RC_GTEST_PROP(AnyScore, QuantilesAndMeansLieAmongTheValues, ()) {
  std::vector<double> values = finite_of(*any_numbers());
  RC_PRE(!values.empty());
  std::sort(values.begin(), values.end());
  const double q = *rc::gen::inRange(0, 1001) / 1000.0;
  const double found = quantile(values, q);
  RC_ASSERT(found >= values.front());
  RC_ASSERT(found <= values.back());
  RC_ASSERT(std::isfinite(mean(values)));
  RC_ASSERT(median(values) >= values.front());
  RC_ASSERT(median(values) <= values.back());
}

RC_GTEST_PROP(AnyScore, CurvesAndFrontsAreDrawn, ()) {
  const std::vector<double> values = *any_numbers();
  CsvTable metrics;
  metrics.header = {"trajectories", "loss", "log_z", "mean_score", "top_100", "best_score"};
  FrontPicture front{"t", "", "x", "y", {}, {}, {}};
  std::vector<std::vector<double>> points;
  for (std::size_t i = 0; i < values.size(); ++i) {
    const std::string text = csv_number(values[i]);
    metrics.rows.push_back({std::to_string(64 * i), text, text, text, text, text});
    if (!std::isfinite(values[i])) continue;
    front.x.push_back(values[i]);
    front.y.push_back(values[values.size() - 1 - i]);
    front.share.push_back(0.5);
    if (std::isfinite(front.y.back())) points.push_back({front.x.back(), front.y.back()});
  }
  ReportData report;
  report.curves = training_curves(metrics);
  report.histograms = {make_histogram("t", "", {{"a", values}})};
  const nlohmann::json data = nlohmann::json::parse(json_for_script(chart_data(report)));
  RC_ASSERT(data["charts"].size() == report.curves.size() + 1);
  RC_ASSERT(!render_report(report).empty());
  RC_ASSERT(render_front_picture(front).ends_with("</svg>"));
  RC_ASSERT(hypervolume(points) >= 0);
}

// The whole page of a run whose scorer answered one and the same number, and of one that answered
// all of them.
TEST(AnyScore, ReportsAreWritten) {
  const std::filesystem::path folder = testing::TempDir() + "any_score";
  const std::vector<std::string> smiles = {"CCO", "c1ccccc1", "CC(=O)N"};
  const std::vector<std::array<double, 3>> cases = {{1e300, 1e300, 1e300},
                                                    {kLargest, -kLargest, 0.5},
                                                    {kDenormal, 0, -kDenormal},
                                                    {NAN, NAN, NAN},
                                                    {INFINITY, -INFINITY, 1e308}};
  for (const auto& scores : cases) {
    SCOPED_TRACE(testing::PrintToString(scores));
    std::filesystem::remove_all(folder);
    std::filesystem::create_directories(folder);
    std::string text = "smiles,score,own_raw,own,seed\n";
    for (std::size_t k = 0; k < smiles.size(); ++k) {
      const std::string score = csv_number(scores[k]);
      text += csv_row({smiles[k], score, score, score, "0"});
    }
    write_file_atomically(folder / "samples.csv", text);
    ReportInputs inputs;
    inputs.run = read_run_data(folder);
    inputs.known_scores = {scores[2], scores[0]};
    inputs.evaluate.mode_score = 0.8;
    const ReportData report = build_report(inputs);
    EXPECT_EQ(report.molecules.size(), 3u);
    EXPECT_EQ(report.histograms.size(), 6u);
    EXPECT_THAT(render_report(report), testing::HasSubstr("</html>"));
  }
}

}  // namespace
}  // namespace fragflow
