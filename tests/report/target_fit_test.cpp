// The section on how well a policy follows R / Z.
#include "src/report/target_fit.hpp"

#include <gmock/gmock.h>

#include <nlohmann/json.hpp>

#include "src/base/check.hpp"
#include "src/report/report_sections.hpp"

namespace fragflow {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

nlohmann::json figures(double distance, double own_distance, double error) {
  nlohmann::json json = {{"own_draws", 2000}, {"target_draws", 1000}};
  const auto add = [&](const std::string& name, double value) {
    json[name] = value;
    json[name + "_se"] = error;
  };
  add("kl_target", 0.05);
  add("tv_target", distance);
  add("tv_own", own_distance);
  add("correlation", 0.97);
  add("slope", 1.02);
  add("missed", 0.2);
  json["by_log_reward"] = {
      {{"from", -4.0}, {"to", -2.0}, {"draws", 500}, {"mean_log_ratio", 0.5}},
      {{"from", -2.0}, {"to", -1.0}, {"draws", 500}, {"mean_log_ratio", -1.5}}};
  json["by_size"] = nlohmann::json::array();
  return json;
}

std::vector<bool> verdicts(const TargetFit& fit) {
  std::vector<bool> good;
  for (const Finding& finding : fit.findings) good.push_back(finding.good);
  return good;
}

TEST(TargetFit, SaysWhatIsGoodAndWhatIsNot) {
  EXPECT_THAT(verdicts(read_target_fit(figures(0.12, 0.13, 0.01), "f")),
              ElementsAre(true, true, true, true, false));
  // Far from R / Z; and two estimates of one distance that differ by six of their errors.
  EXPECT_THAT(verdicts(read_target_fit(figures(0.40, 0.41, 0.01), "f")),
              ElementsAre(false, true, true, true, false));
  EXPECT_THAT(verdicts(read_target_fit(figures(0.10, 0.185, 0.01), "f")),
              ElementsAre(true, false, true, true, false));
}

TEST(TargetFit, DrawsTheBinsThatThereAre) {
  const TargetFit fit = read_target_fit(figures(0.12, 0.13, 0.01), "f");
  ASSERT_EQ(fit.curves.size(), 1u);  // none by size
  EXPECT_THAT(fit.curves[0].series[0].x, ElementsAre(-3.0, -1.5));
  EXPECT_THAT(fit.curves[0].series[0].y, ElementsAre(0.5, -1.5));
  ReportData data;
  EXPECT_EQ(render_target_fit(data), "");
  data.target_fit = fit;
  const std::string html = render_target_fit(data);
  EXPECT_THAT(html, HasSubstr("0.120 ± 0.010"));
  EXPECT_THAT(html, HasSubstr("<canvas id=\"fit-0\""));
  EXPECT_THAT(render_navigation(data), HasSubstr("#target-fit"));
  EXPECT_EQ(chart_data(data)["charts"][0]["id"], "fit-0");
}

TEST(TargetFit, DamagedFilesAreRefused) {
  for (const char* key : {"tv_own", "slope_se", "by_size", "own_draws"}) {
    nlohmann::json json = figures(0.1, 0.1, 0.01);
    json.erase(key);
    EXPECT_THROW(read_target_fit(json, "run/fidelity.json"), UserError) << key;
    json[key] = "text";
    EXPECT_THROW(read_target_fit(json, "run/fidelity.json"), UserError) << key;
  }
}

}  // namespace
}  // namespace fragflow
