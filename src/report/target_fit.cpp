#include "src/report/target_fit.hpp"

#include <fmt/format.h>

#include <cmath>
#include <nlohmann/json.hpp>
#include <tuple>
#include <vector>

#include "src/base/check.hpp"
#include "src/report/report_parts.hpp"

namespace fragflow {
namespace {

// A policy this close to its target follows it for all practical purposes.
constexpr double kGoodDistance = 0.15, kGoodDivergence = 0.1, kGoodCorrelation = 0.95;
constexpr double kFewMissed = 0.05;
// The two estimates of one distance may differ by this many standard errors.
constexpr double kErrors = 4;

struct Figure {
  double value = 0, error = 0;
  std::string text() const { return fmt::format("{:.3f} ± {:.3f}", value, error); }
};

Figure figure(const nlohmann::json& json, const char* name) {
  return {json.at(name).get<double>(), json.at(std::string(name) + "_se").get<double>()};
}

std::vector<Finding> findings(const nlohmann::json& json) {
  const Figure divergence = figure(json, "kl_target"), distance = figure(json, "tv_target"),
               own_distance = figure(json, "tv_own"), correlation = figure(json, "correlation"),
               slope = figure(json, "slope"), missed = figure(json, "missed");
  const double tolerance = kErrors * std::hypot(distance.error, own_distance.error);
  const bool agree = std::abs(distance.value - own_distance.value) <= tolerance;
  return {
      {"How much probability lies elsewhere than R / Z has it?", distance.text(),
       "Total variation from draws of the target; 0 is perfect.", distance.value <= kGoodDistance},
      {"Do the policy's own draws say the same?", own_distance.text(),
       agree
           ? "The same distance from own draws: it agrees."
           : "The same distance from own draws: it does not agree, so there are too few draws, or "
             "the chains have not mixed.",
       agree},
      {"What does a draw of the target tell that the policy did not expect?", divergence.text(),
       "KL(p* || p) in nats; 0 is perfect.", divergence.value <= kGoodDivergence},
      {"Are better molecules likelier?", correlation.text(),
       fmt::format("Pearson correlation of log p and log R on target draws, slope {}; 1 and 1 are "
                   "perfect.",
                   slope.text()),
       correlation.value >= kGoodCorrelation},
      {"How much of the target is hardly ever made?", fmt::format("{:.0f} %", 100 * missed.value),
       "Share of target draws that are at least ten times too rare.", missed.value <= kFewMissed}};
}

// Mean of log(p Z / R) by bin, and the line of a perfect sampler.
Curve calibration(const std::vector<nlohmann::json>& bins, const char* by, const char* x_label) {
  Series policy{"policy", {}, {}}, perfect{"R / Z", {}, {}};
  for (const nlohmann::json& bin : bins) {
    policy.x.push_back((bin.at("from").get<double>() + bin.at("to").get<double>()) / 2);
    policy.y.push_back(bin.at("mean_log_ratio").get<double>());
    perfect.x.push_back(policy.x.back());
    perfect.y.push_back(0);
  }
  return {
      fmt::format("Too rare or too frequent, by {}", by),
      "Mean of log(p Z / R) over draws of the target: below 0 the policy makes such objects too "
      "rarely, at -2.3 ten times.",
      x_label,
      "log(p Z / R)",
      {std::move(policy), std::move(perfect)}};
}

}  // namespace

TargetFit read_target_fit(const nlohmann::json& json, const std::filesystem::path& path) {
  TargetFit fit;
  try {
    fit.explanation = fmt::format(
        "The policy against draws from R / Z itself: {} draws of the policy, {} of the target. "
        "Plus or minus is one standard error.",
        json.at("own_draws").get<std::int64_t>(), json.at("target_draws").get<std::int64_t>());
    fit.findings = findings(json);
    for (const auto& [key, by, label] : {std::tuple("by_log_reward", "reward", "log R"),
                                         std::tuple("by_size", "size", "fragments")}) {
      const auto bins = json.at(key).get<std::vector<nlohmann::json>>();
      if (bins.size() > 1) fit.curves.push_back(calibration(bins, by, label));
    }
  } catch (const nlohmann::json::exception& error) {
    user_error("'{}' is damaged: {}", path.string(), error.what());
  }
  return fit;
}

std::string render_target_fit(const ReportData& data) {
  if (!data.target_fit) return "";
  const TargetFit& fit = *data.target_fit;
  std::string body = paragraph(fit.explanation, "hint") + findings_html(fit.findings);
  body += "<div class=\"charts\">";
  for (std::size_t i = 0; i < fit.curves.size(); ++i) {
    body += chart_card(fit.curves[i].title, fit.curves[i].explanation, fmt::format("fit-{}", i));
  }
  return section("target-fit", "Does it follow R?", body + "</div>\n");
}

}  // namespace fragflow
