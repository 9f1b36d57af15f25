#include <fmt/format.h>

#include <cmath>
#include <nlohmann/json.hpp>

#include "src/base/number_text.hpp"
#include "src/eval/evaluate.hpp"

namespace fragflow {
namespace {

nlohmann::ordered_json number(double value) {
  return std::isfinite(value) ? nlohmann::ordered_json(value) : nlohmann::ordered_json(nullptr);
}

std::string fixed(double value) {
  return std::isfinite(value) ? fmt::format("{:.4f}", value) : "-";
}

}  // namespace

nlohmann::ordered_json evaluation_json(const Evaluation& evaluation,
                                       const EvaluateOptions& options) {
  nlohmann::ordered_json json;
  json["count"] = evaluation.count;
  json["valid"] = number(evaluation.valid);
  json["unique"] = number(evaluation.unique);
  json["novel"] = number(evaluation.novel);
  json["num_valid"] = evaluation.num_valid;
  json["num_unique"] = evaluation.num_unique;
  json["num_novel"] = options.reference.empty() ? nlohmann::ordered_json(nullptr)
                                                : nlohmann::ordered_json(evaluation.num_novel);
  json["score_column"] = evaluation.has_scores ? nlohmann::ordered_json(options.score_column)
                                               : nlohmann::ordered_json(nullptr);
  json["num_scored"] = evaluation.num_scored;
  for (std::size_t i = 0; i < kTopCounts.size(); ++i) {
    json[fmt::format("top_{}", kTopCounts[i])] = number(evaluation.top[i]);
  }
  json["standardised"] = {{"largest_fragment", evaluation.standardised.largest_fragment},
                          {"neutralised", evaluation.standardised.neutralised},
                          {"stereo_dropped", evaluation.standardised.stereo_dropped},
                          {"isotopes_dropped", evaluation.standardised.isotopes_dropped}};
  json["modes"] = evaluation.modes;
  json["mode_settings"] = {
      {"score", options.mode_score ? number(*options.mode_score) : nlohmann::ordered_json(nullptr)},
      {"similarity", options.mode_similarity},
      {"fingerprint", options.fingerprint_name}};
  json["internal_diversity"] = number(evaluation.internal_diversity);
  json["internal_diversity_settings"] = {{"method", evaluation.pairs.exact ? "exact" : "sampled"},
                                         {"molecules", evaluation.pairs.molecules},
                                         {"pairs", evaluation.pairs.pairs},
                                         {"fingerprint", options.fingerprint_name}};
  json["mean_top100_similarity"] = number(evaluation.mean_top100_similarity);
  json["scaffolds"] = options.properties ? nlohmann::ordered_json(evaluation.scaffolds)
                                         : nlohmann::ordered_json(nullptr);
  json["qed_mean"] = number(evaluation.qed_mean);
  json["sa_mean"] = number(evaluation.sa_mean);
  json["sa_median_top100"] = number(evaluation.sa_median_top100);
  json["alerts_top100"] = number(evaluation.alerts_top100);
  json["alerts_reference"] = number(evaluation.alerts_reference);
  return json;
}

std::vector<std::pair<std::string, std::string>> evaluation_rows(const Evaluation& evaluation,
                                                                 const EvaluateOptions& options) {
  std::vector<std::pair<std::string, std::string>> rows;
  const auto add = [&](std::string name, std::string value) {
    rows.emplace_back(std::move(name), std::move(value));
  };
  add("rows", format_count(evaluation.count));
  add("valid",
      fmt::format("{} ({})", format_percent(evaluation.valid), format_count(evaluation.num_valid)));
  add("unique", fmt::format("{} of the valid ({} distinct)", format_percent(evaluation.unique),
                            format_count(evaluation.num_unique)));
  if (!options.reference.empty()) {
    add("novel",
        fmt::format("{} of the distinct (reference: {} molecules)",
                    format_percent(evaluation.novel), format_count(evaluation.num_reference)));
  }
  if (evaluation.has_scores) {
    for (std::size_t i = 0; i < kTopCounts.size(); ++i) {
      add(fmt::format("top {} mean {}", kTopCounts[i], options.score_column),
          fixed(evaluation.top[i]));
    }
  }
  add("modes",
      fmt::format("{} ({} fingerprint, similarity below {}, {})", format_count(evaluation.modes),
                  options.fingerprint_name, options.mode_similarity,
                  options.mode_score ? fmt::format("score at least {}", *options.mode_score)
                                     : "any score"));
  add("internal diversity", fmt::format("{} ({}, {} pairs)", fixed(evaluation.internal_diversity),
                                        evaluation.pairs.exact ? "exact" : "sampled",
                                        format_count(evaluation.pairs.pairs)));
  if (evaluation.has_scores) {
    add("mean similarity of the top 100", fixed(evaluation.mean_top100_similarity));
  }
  if (options.properties) {
    add("scaffolds", format_count(evaluation.scaffolds));
    add("mean QED", fixed(evaluation.qed_mean));
    add("mean SA score", fixed(evaluation.sa_mean));
  }
  if (evaluation.has_scores) {
    add("median SA score of the top 100", fixed(evaluation.sa_median_top100));
    const bool compared = std::isfinite(evaluation.alerts_reference);
    add("BRENK or PAINS alert in the top 100",
        format_percent(evaluation.alerts_top100) +
            (compared ? fmt::format(" (reference: {})", format_percent(evaluation.alerts_reference))
                      : ""));
  }
  return rows;
}

}  // namespace fragflow
