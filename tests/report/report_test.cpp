#include "src/report/report.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <nlohmann/json.hpp>
#include <regex>

#include "src/base/number_text.hpp"
#include "src/report/report_sections.hpp"

namespace fragflow {
namespace {

using testing::HasSubstr;
using testing::Not;

constexpr const char* kAttack = "</script><script>alert('x')</script>";

// Every section filled, with text that would break out of HTML or JSON wherever text goes.
ReportData full_report() {
  ReportData data;
  data.title = kAttack;
  data.subtitle = kAttack;
  data.warnings = data.notes = data.statements = {kAttack};
  data.figures = {{kAttack, kAttack, kAttack}};
  data.curves = {{"Loss", kAttack, "x", kAttack, {{kAttack, {1, 2}, {NAN, 0.5}}}, true}};
  data.heat_maps = {{.title = kAttack,
                     .explanation = kAttack,
                     .rows = 1,
                     .columns = 2,
                     .values = {0.25, NAN},
                     .diverging = false,
                     .scale = {}}};
  MoleculeCard card;
  card.smiles = card.nearest_smiles = card.nearest_name = kAttack;
  card.drawing = "<svg class=\"molecule-drawing\"></svg>";
  card.components = {{kAttack, 1.5, 0.5}};
  card.alerts = {kAttack};
  card.route = RouteScheme{{{kAttack, kAttack, {{kAttack, kAttack, 0}}, kAttack}}, kAttack};
  data.molecules = {card};
  data.histograms = {{kAttack, kAttack, {0, 1, 2}, {{kAttack, {0.25, 0.75}}}}};
  data.quality = {{kAttack, kAttack, kAttack, false}};
  data.second_opinion =
      SecondOpinion{kAttack, data.quality, {kAttack, {1}, {2}}, {kAttack, {1}, {2}}};
  data.provenance = {{kAttack, kAttack}};
  data.evaluation = {{kAttack}, {{kAttack}}};
  data.config = kAttack;
  return data;
}

TEST(Report, HasEverySection) {
  const std::string html = render_report(full_report());
  for (const char* id : {"summary", "molecules", "routes", "quality", "second-opinion",
                         "distribution", "training", "properties", "evaluation", "provenance"}) {
    EXPECT_THAT(html, HasSubstr(std::string("<section id=\"") + id + "\"")) << id;
    EXPECT_THAT(html, HasSubstr(std::string("href=\"#") + id + "\"")) << id;
  }
  EXPECT_THAT(html, HasSubstr("<svg class=\"molecule-drawing\">"));
}

TEST(Report, EscapesEverything) {
  const std::string html = render_report(full_report());
  EXPECT_THAT(html, Not(HasSubstr("<script>alert")));
  // Exactly the three script elements of the page itself: data, Chart.js, ours.
  const std::regex opening("<script"), closing("</script");
  const auto count = [&](const std::regex& pattern) {
    return std::distance(std::sregex_iterator(html.begin(), html.end(), pattern), {});
  };
  EXPECT_EQ(count(opening), 3);
  EXPECT_EQ(count(closing), 3);
}

TEST(Report, LoadsNothingFromOutside) {
  const std::string html = render_report(full_report());
  EXPECT_FALSE(std::regex_search(html, std::regex("(src|href|action)\\s*=\\s*[\"']?(https?:)?//")));
  EXPECT_FALSE(std::regex_search(html, std::regex("url\\(\\s*[\"']?(https?:)?//")));
  EXPECT_THAT(html, Not(HasSubstr("@import")));
  EXPECT_THAT(html, Not(HasSubstr("<link")));
  EXPECT_THAT(html, HasSubstr("Chart.js v3"));
}

TEST(Report, ChartDataIsJsonWithNullForMissing) {
  const std::string html = render_report(full_report());
  const std::string start = "id=\"report-data\">";
  const std::size_t begin = html.find(start) + start.size();
  const auto json =
      nlohmann::json::parse(html.substr(begin, html.find("</script>", begin) - begin));
  ASSERT_EQ(json["charts"].size(), 3u);
  EXPECT_TRUE(json["charts"][0]["series"][0]["y"][0].is_null());
  EXPECT_EQ(json["charts"][1]["sets"][0]["name"], kAttack);
  // Every chart has its canvas.
  for (const auto& chart : json["charts"]) {
    EXPECT_THAT(html, HasSubstr("<canvas id=\"" + chart["id"].get<std::string>() + "\""));
  }
}

TEST(Report, EmptySectionsAreLeftOut) {
  ReportData data;
  data.title = "run";
  const std::string html = render_report(data);
  EXPECT_THAT(html, Not(HasSubstr("<section id=\"molecules\"")));
  EXPECT_THAT(html, Not(HasSubstr("<section id=\"training\"")));
  EXPECT_THAT(html, HasSubstr("<section id=\"provenance\""));
}

TEST(Html, Numbers) {
  EXPECT_EQ(format_count(0), "0");
  EXPECT_EQ(format_count(999), "999");
  EXPECT_EQ(format_count(1000), "1,000");
  EXPECT_EQ(format_count(-1234567), "-1,234,567");
  EXPECT_EQ(format_number(12345.6), "12,346");
  EXPECT_EQ(format_number(0.1234), "0.12");
  EXPECT_EQ(format_number(NAN), "-");
  EXPECT_EQ(format_percent(0.1234), "12.3 %");
}

}  // namespace
}  // namespace fragflow
