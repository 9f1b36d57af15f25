#include <fmt/format.h>

#include <cmath>

#include "src/base/number_text.hpp"
#include "src/base/statistics.hpp"
#include "src/report/report_builder.hpp"

namespace fragflow {
namespace {

// Above this median the best molecules are hard to make (drug-like compounds: about 2 to 4).
constexpr double kMaxMedianSa = 3.5;
constexpr double kMinRankCorrelation = 0.3;
constexpr double kMaxGapInDeviations = 2.0;

}  // namespace

std::vector<Finding> quality_findings(std::span<const MoleculeProperties> best,
                                      std::span<const MoleculeProperties> known) {
  if (best.empty()) return {};
  std::vector<Finding> findings;
  const double alerts = alert_fraction(best), sa = median(sa_values(best));
  Finding alert{"Share with a BRENK or PAINS alert", format_percent(alerts), "", true};
  Finding synthesis{"Median synthetic accessibility (SA)", fmt::format("{:.2f}", sa), "", true};
  synthesis.good = sa <= kMaxMedianSa;
  synthesis.reference = fmt::format("1 easy, 10 hard; at most {} wanted", kMaxMedianSa);
  if (known.empty()) {
    alert.reference = "no training compounds to compare with";
  } else {
    alert.good = alerts <= alert_fraction(known);
    alert.reference = "training compounds: " + format_percent(alert_fraction(known));
    synthesis.reference += fmt::format("; training compounds: {:.2f}", median(sa_values(known)));
  }
  return {alert, synthesis};
}

SecondOpinion second_opinion(const OpinionInputs& inputs) {
  SecondOpinion opinion;
  opinion.explanation =
      "Another model, trained on compounds the reward's model has not seen and never part of the "
      "reward, judges the 100 best molecules. Where the two part, the sampler may have found a "
      "weakness of its model rather than activity.";
  const double best = mean(inputs.best_proxy), best_check = mean(inputs.best_check);
  if (!inputs.known_check.empty()) {
    const double known = mean(inputs.known_check);
    opinion.findings.push_back(
        {"Second model, mean of the best", format_number(best_check),
         fmt::format("training compounds: {}; should be above", format_number(known)),
         best_check > known});
  }
  const double deviation = mean(inputs.best_check_std);
  Finding gap{"Reward's model, mean of the best", format_number(best),
              fmt::format("{:+.2f} against the second model", best - best_check), true};
  if (deviation > 0) {
    gap.good = best - best_check <= kMaxGapInDeviations * deviation;
    gap.reference += fmt::format("; its standard deviation is {:.2f}, the gap may be {} of them",
                                 deviation, kMaxGapInDeviations);
  }
  opinion.findings.push_back(gap);
  const double correlation = rank_correlation(inputs.sample_proxy, inputs.sample_check);
  if (std::isfinite(correlation)) {
    opinion.findings.push_back(
        {"Rank correlation over all samples", fmt::format("{:.2f}", correlation),
         fmt::format("Spearman, {} molecules; at least {} wanted",
                     format_count(static_cast<long long>(inputs.sample_proxy.size())),
                     kMinRankCorrelation),
         correlation >= kMinRankCorrelation});
  }
  opinion.top = {"best molecules", inputs.best_proxy, inputs.best_check};
  opinion.known = {"training compounds", inputs.known_proxy, inputs.known_check};
  return opinion;
}

}  // namespace fragflow
