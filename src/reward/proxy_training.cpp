#include "src/reward/proxy_training.hpp"

#include <fmt/format.h>

#include <memory>
#include <vector>

#include "src/base/check.hpp"
#include "src/base/log.hpp"
#include "src/base/rng.hpp"
#include "src/base/safetensors.hpp"
#include "src/reward/cross_validation.hpp"
#include "src/reward/forest_proxy.hpp"
#include "src/reward/gp_proxy.hpp"
#include "src/reward/mpnn_proxy.hpp"

namespace fragflow {
namespace {

// With fewer rows the folds of a nested cross-validation have only a few molecules.
constexpr std::int64_t kMinAutoRows = 50;

using nlohmann::ordered_json;

// Inner folds of the nested cross-validation: enough to rank two models.
constexpr int kInnerFolds = 3;

ordered_json to_json(const RegressionQuality& quality) {
  return {{"r2", quality.r2},
          {"rmse", quality.rmse},
          {"mae", quality.mae},
          {"spearman", quality.spearman},
          {"within_1", quality.within_1},
          {"within_2", quality.within_2},
          {"rms_z", quality.rms_z}};
}

std::string quality_line(const std::string& title, const ordered_json& q) {
  return fmt::format(
      "  {:<22} R2 {:6.3f}  RMSE {:.3f}  MAE {:.3f}  Spearman {:.3f}  within 1 / 1.96 std "
      "{:.2f} / {:.2f}  rms z {:.2f}\n",
      title, q["r2"].get<double>(), q["rmse"].get<double>(), q["mae"].get<double>(),
      q["spearman"].get<double>(), q["within_1"].get<double>(), q["within_2"].get<double>(),
      q["rms_z"].get<double>());
}

std::string censored_line(const ordered_json& q) {
  return fmt::format("  {:<22} bounds met {:.2f}  log score {:.3f}\n", "",
                     q["bounds_met"].get<double>(), q["log_score"].get<double>());
}

std::string digits(const Folds& folds) {
  std::string text;
  for (int fold : folds) text += static_cast<char>('0' + fold);
  return text;
}

// Splits of the measured molecules, followed by the bounds.
struct Splits {
  std::vector<Folds> random, scaffold;
};

Folds joined(Folds folds, const Folds& more) {
  folds.insert(folds.end(), more.begin(), more.end());
  return folds;
}

Splits make_splits(const ProxyData& data, int num_seeds) {
  Splits splits;
  for (int seed = 0; seed < num_seeds; ++seed) {
    const Folds scaffold = scaffold_folds(data.scaffolds, kNumFolds, seed);
    splits.random.push_back(joined(random_folds(data.size(), kNumFolds, seed),
                                   // Two bounds of one molecule stay in the same fold.
                                   folds_beside(data.bounds.smiles, {}, {}, kNumFolds, seed)));
    splits.scaffold.push_back(joined(
        scaffold, folds_beside(data.bounds.scaffolds, data.scaffolds, scaffold, kNumFolds, seed)));
  }
  return splits;
}

Folds of_measured(const Folds& folds, const ProxyData& data) {
  return {folds.begin(), folds.begin() + data.size()};
}

std::vector<std::string> with_bounds(std::vector<std::string> smiles,
                                     const ProxyData::Bounds& bounds) {
  smiles.insert(smiles.end(), bounds.smiles.begin(), bounds.smiles.end());
  return smiles;
}

ProcessBounds process_bounds(const ProxyData::Bounds& bounds) {
  return {bounds.limits, bounds.above};
}

// Counts each fit in the series. Without bounds.
FitAndPredict fit_and_predict(const std::string& model, const ProxyData& data, int num_members,
                              const FitSeries& series) {
  return series.counted(model == "gp"       ? gp_fit_and_predict(data.smiles, data.targets)
                        : model == "forest" ? forest_fit_and_predict(data.smiles, data.targets)
                                            : mpnn_fit_and_predict(data.smiles, data.targets,
                                                                   num_members, series.poll()));
}

int num_assignments(const std::string& model, const ProxyTrainingConfig& config) {
  return model == "gp"       ? config.gp_fold_seeds
         : model == "forest" ? config.forest_fold_seeds
                             : config.mpnn_fold_seeds;
}

// On folds of one kind, "random" or "scaffold".
ordered_json cross_validation(const std::string& model, const std::string& kind,
                              const ProxyData& data, const ProxyTrainingConfig& config,
                              const Splits& splits) {
  const std::vector<Folds>& folds = kind == "random" ? splits.random : splits.scaffold;
  const int seeds = num_assignments(model, config);
  spdlog::info("{}: {}-fold cross-validation on {} folds, {} assignment(s)", model, kNumFolds, kind,
               seeds);
  const FitSeries series(config.on_fit, fmt::format("{}, {} folds", model, kind),
                         seeds * kNumFolds);
  const FitAndPredict run = fit_and_predict(model, data, config.mpnn_fold_members, series);
  std::vector<Folds> measured;
  for (int seed = 0; seed < seeds; ++seed) measured.push_back(of_measured(folds[seed], data));
  const std::vector<RegressionQuality> results = cross_validate(run, data.targets, measured);
  ordered_json report = to_json(mean_quality(results));
  for (const RegressionQuality& result : results) report["r2_of_assignment"].push_back(result.r2);
  return report;
}

ordered_json scaffold_cross_validation(const std::string& model, const ProxyData& data,
                                       const ProxyTrainingConfig& config, const Splits& splits) {
  ordered_json report = {{"fold_seeds", num_assignments(model, config)}};
  if (model == "mpnn") report["members"] = config.mpnn_fold_members;
  report["scaffold"] = cross_validation(model, "scaffold", data, config, splits);
  return report;
}

// A Gaussian process on measured molecules and bounds, learning from the bounds of the training
// folds or not; both kinds of rows are predicted.
ordered_json with_held_out_bounds(const ProxyData& data, const ProxyTrainingConfig& config,
                                  const Splits& splits, bool learn) {
  ordered_json report;
  for (const auto& [name, folds] :
       {std::pair{"random", &splits.random}, std::pair{"scaffold", &splits.scaffold}}) {
    const int seeds = config.gp_fold_seeds;
    const char* how = learn ? "with bounds" : "bounds left out";
    spdlog::info("gp, {}: {}-fold cross-validation on {} folds, {} assignment(s)", how, kNumFolds,
                 name, seeds);
    const FitSeries series(config.on_fit, fmt::format("gp, {}, {} folds", how, name),
                           seeds * kNumFolds);
    const FitAndPredict run = series.counted(gp_fit_and_predict(
        with_bounds(data.smiles, data.bounds), data.targets, process_bounds(data.bounds), learn));
    std::vector<RegressionQuality> results;
    CensoredQuality censored;
    for (int seed = 0; seed < seeds; ++seed) {
      const std::vector<ProxyModel::Prediction> all =
          out_of_fold(run, (*folds)[static_cast<std::size_t>(seed)], seed);
      results.push_back(
          regression_quality(data.targets, std::span(all).first(data.targets.size())));
      censored += censored_quality(data.targets, data.bounds.limits, data.bounds.above, all);
    }
    report[name] = to_json(mean_quality(results));
    for (const RegressionQuality& result : results) {
      report[name]["r2_of_assignment"].push_back(result.r2);
    }
    censored = censored / seeds;
    report[name]["bounds_met"] = censored.bounds_met;
    report[name]["log_score"] = censored.log_score;
  }
  return report;
}

// Both treatments of bounds, or the requested one, and which of them is used ("learned").
ordered_json censored_cross_validation(const ProxyData& data, const ProxyTrainingConfig& config,
                                       const Splits& splits) {
  ordered_json with, without = with_held_out_bounds(data, config, splits, false);
  bool learn = config.bounds == "learn";
  if (config.bounds != "leave-out") {
    with = with_held_out_bounds(data, config, splits, true);
    const double gain = with["scaffold"]["log_score"].get<double>() -
                        without["scaffold"]["log_score"].get<double>();
    learn = learn || gain > 0;
  }
  ordered_json report = {{"fold_seeds", config.gp_fold_seeds}};
  for (const auto& [name, quality] : (learn ? with : without).items()) report[name] = quality;
  report["bounds"] = {{"learned", learn}, {"left_out", without}};
  if (!with.is_null()) report["bounds"]["learn"] = with;
  return report;
}

std::string censored_summary(const ordered_json& bounds, const ProxyData& data,
                             const std::string& asked) {
  std::string text = fmt::format("{} bounds of molecules without a measurement, same folds:\n",
                                 data.bounds.size());
  for (const auto& [key, words] : {std::pair{"learn", "learned"}, {"left_out", "left out"}}) {
    if (!bounds.contains(key)) continue;
    for (const char* folds : {"random", "scaffold"}) {
      const ordered_json& quality = bounds[key][folds];
      text += quality_line(fmt::format("{}, {}", words, folds), quality) + censored_line(quality);
    }
  }
  return text + fmt::format("the Gaussian process {} bounds{}\n",
                            bounds["learned"].get<bool>() ? "learns from" : "leaves out",
                            asked == "auto" ? ": the better log score on scaffold folds" : "");
}

double inner_r2(const FitAndPredict& run, const ProxyData& data,
                std::span<const std::int64_t> train, std::uint64_t seed) {
  const ProxyData part = data.subset({train.begin(), train.end()});
  const Folds inner = scaffold_folds(part.scaffolds, kInnerFolds, seed);
  const FitAndPredict on_part = [&](std::span<const std::int64_t> inner_train,
                                    std::span<const std::int64_t> inner_test, std::uint64_t s) {
    std::vector<std::int64_t> outer_train, outer_test;
    for (std::int64_t row : inner_train) outer_train.push_back(train[row]);
    for (std::int64_t row : inner_test) outer_test.push_back(train[row]);
    return run(outer_train, outer_test, s);
  };
  return regression_quality(part.targets, out_of_fold(on_part, inner, seed)).r2;
}

// The accuracy of the whole procedure including the choice of the model: each outer scaffold fold
// is predicted by the model preferred by an inner cross-validation of the other folds.
ordered_json nested_cross_validation(const ProxyData& data, const ProxyTrainingConfig& config,
                                     const Folds& outer) {
  spdlog::info("auto: nested cross-validation on scaffold folds");
  // For each outer fold: both models on the inner folds, then the better one on all of them.
  const FitSeries series(config.on_fit, "choice of the model, nested folds",
                         kNumFolds * (2 * kInnerFolds + 1));
  const FitAndPredict gp = fit_and_predict("gp", data, 0, series);
  const FitAndPredict mpnn = fit_and_predict("mpnn", data, config.mpnn_fold_members, series);
  const FitAndPredict one_network = fit_and_predict("mpnn", data, 1, series);
  ordered_json chosen = ordered_json::array();
  const FitAndPredict choose = [&](std::span<const std::int64_t> train,
                                   std::span<const std::int64_t> test, std::uint64_t seed) {
    const bool gp_wins =
        inner_r2(gp, data, train, seed) >= inner_r2(one_network, data, train, seed);
    chosen.push_back(gp_wins ? "gp" : "mpnn");
    return gp_wins ? gp(train, test, seed) : mpnn(train, test, seed);
  };
  ordered_json report =
      to_json(regression_quality(data.targets, out_of_fold(choose, outer, config.seed)));
  report["chosen"] = chosen;
  return report;
}

// All of the data, or a random subset of the maximum size.
ProxyData for_gaussian_process(const ProxyData& data, const ProxyTrainingConfig& config) {
  FRAGFLOW_CHECK(config.max_gp_rows <= kMaxGpRows, "{} rows", config.max_gp_rows);
  const std::int64_t all = data.size() + data.bounds.size();
  if (all <= config.max_gp_rows) return data;
  const std::int64_t part = config.max_gp_rows * data.size() / all;
  spdlog::warn("the Gaussian process is fitted on {} of {} molecules, drawn at random", part,
               data.size());
  return random_part(data, part, config.seed);
}

struct Fitted {
  std::unique_ptr<ProxyModel> model;
  SafetensorsFile file;
  std::string description;
};

Fitted fit(const std::string& model, const ProxyData& all, const ProxyTrainingConfig& config,
           bool learn_bounds) {
  Fitted fitted;
  const std::uint64_t seed = mix_seed(config.seed, "final proxy");
  const FitProgress progress{"final model, " + model, 1, 1};
  const auto poll = [&] {
    if (config.on_fit) config.on_fit(progress);
  };
  poll();
  const ProxyData data = model == "gp" ? for_gaussian_process(all, config) : all;
  if (model == "gp") {
    const ProxyData::Bounds bounds = learn_bounds ? data.bounds : ProxyData::Bounds();
    auto gp =
        GpProxy::fit(with_bounds(data.smiles, bounds), data.targets, seed, process_bounds(bounds));
    gp->save(fitted.file);
    fitted.description = gp->describe();
    fitted.model = std::move(gp);
  } else if (model == "forest") {
    auto forest = ForestProxy::fit(data.smiles, data.targets, seed);
    forest->save(fitted.file);
    fitted.description = forest->describe();
    fitted.model = std::move(forest);
  } else {
    auto mpnn = MpnnProxy::fit(data.smiles, data.targets, config.num_members, seed, poll);
    mpnn->save(fitted.file);
    fitted.description = mpnn->describe();
    fitted.model = std::move(mpnn);
  }
  return fitted;
}

// By scaffold, so that no series is in both halves.
std::pair<ProxyData, ProxyData> halves(const ProxyData& data, std::uint64_t seed) {
  const Folds sides = scaffold_folds(data.scaffolds, 2, mix_seed(seed, "halves"));
  std::vector<std::int64_t> first, second;
  for (std::int64_t i = 0; i < data.size(); ++i) (sides[i] == 0 ? first : second).push_back(i);
  std::pair<ProxyData, ProxyData> parts{data.subset(first), data.subset(second)};
  const Folds of_bounds =
      folds_beside(data.bounds.scaffolds, data.scaffolds, sides, 2, mix_seed(seed, "halves"));
  first.clear();
  second.clear();
  for (std::int64_t i = 0; i < data.bounds.size(); ++i) {
    (of_bounds[i] == 0 ? first : second).push_back(i);
  }
  parts.first.bounds = data.bounds.subset(first);
  parts.second.bounds = data.bounds.subset(second);
  return parts;
}

ordered_json measure(ProxyModel& model, const ProxyData& unseen) {
  return to_json(regression_quality(unseen.targets, model.predict(unseen.smiles)));
}

// Networks and forests learn from measurements only.
ProxyData without_bounds(ProxyData data) {
  data.bounds = {};
  return data;
}

std::string choose_model(const ProxyData& data, const ProxyTrainingConfig& config,
                         const Splits& splits, ordered_json& report, std::string& summary) {
  if (!config.cross_validate) {
    if (config.model == "auto") user_error("the choice of a model takes cross-validation");
    return config.model;
  }
  std::vector<std::string> candidates = {config.model};
  if (config.model == "auto") candidates = {"gp", "mpnn"};
  if (config.model == "auto" && data.size() > kMaxGpRows) {
    spdlog::warn("{} molecules are too many for a Gaussian process (at most {}): mpnn only",
                 data.size(), kMaxGpRows);
    candidates = {"mpnn"};
  }
  if (config.model == "auto" && data.size() < kMinAutoRows) {
    spdlog::warn("{} molecules are too few to choose a model by (at least {}): gp only",
                 data.size(), kMinAutoRows);
    candidates = {"gp"};
  }
  std::string best;
  double best_r2 = 0;
  for (const std::string& candidate : candidates) {
    ordered_json& quality = report["cross_validation"][candidate];
    const bool censored = candidate == "gp" && data.bounds.size() > 0;
    quality = censored ? censored_cross_validation(data, config, splits)
                       : scaffold_cross_validation(candidate, data, config, splits);
    const double r2 = quality["scaffold"]["r2"];
    if (best.empty() || r2 > best_r2) {
      best = candidate;
      best_r2 = r2;
    }
  }
  // Random folds do not affect the choice: skipping them for rejected models halves the time.
  ordered_json& chosen = report["cross_validation"][best];
  if (!chosen.contains("random")) {
    chosen["random"] = cross_validation(best, "random", data, config, splits);
  }
  for (const auto& [candidate, quality] : report["cross_validation"].items()) {
    summary += fmt::format("{}, {}-fold cross-validation ({} fold assignment(s)):\n", candidate,
                           kNumFolds, quality["fold_seeds"].get<int>());
    if (quality.contains("random")) summary += quality_line("random folds", quality["random"]);
    summary += quality_line("scaffold folds", quality["scaffold"]);
    if (quality.contains("bounds")) {
      summary += censored_summary(quality["bounds"], data, config.bounds);
    }
  }
  if (candidates.size() > 1 && config.nested) {
    report["nested"] = nested_cross_validation(without_bounds(data), config,
                                               of_measured(splits.scaffold[0], data));
    summary += fmt::format("auto chooses {}; nested cross-validation of the choice:\n", best);
    summary += quality_line("scaffold folds", report["nested"]);
  }
  return best;
}

void write(const std::filesystem::path& path, Fitted& fitted, const ordered_json& report) {
  fitted.file.metadata["format"] =
      fitted.file.tensors.contains(kExtraNoise) ? kProxyFormatWithBounds : kProxyFormat;
  fitted.file.metadata["training"] = report.dump();
  write_safetensors(path, fitted.file);
}

// As decided by cross-validation; if no Gaussian process was tried, unless they are to be left out.
bool learns_bounds(const ordered_json& report, const ProxyTrainingConfig& config) {
  const ordered_json tried = report.value("cross_validation", ordered_json::object());
  if (tried.contains("gp") && tried["gp"].contains("bounds"))
    return tried["gp"]["bounds"]["learned"];
  return config.bounds != "leave-out";
}

}  // namespace

ProxyTrainingResult train_proxy(const ProxyData& all, const ProxyTrainingConfig& config,
                                const std::filesystem::path& output,
                                const std::optional<std::filesystem::path>& check) {
  const ProxyData data = config.model == "gp" ? for_gaussian_process(all, config) : all;
  ProxyTrainingResult result;
  ordered_json& report = result.report;
  report = {{"molecules", data.size()},
            {"skipped", data.skipped.size()},
            {"merged", data.merged},
            {"seed", config.seed}};
  if (data.size() < all.size()) report["drawn_from"] = all.size();
  const Splits splits = make_splits(
      data, std::max({config.gp_fold_seeds, config.forest_fold_seeds, config.mpnn_fold_seeds}));
  const std::string model = choose_model(data, config, splits, report, result.summary);
  report["model"] = model;
  const bool learn_bounds = learns_bounds(report, config);
  if (data.bounds.size() > 0) {
    report["bounds"] = {{"count", data.bounds.size()}, {"learned", learn_bounds && model == "gp"}};
    if (model != "gp")
      result.summary += "bounds are left out: only a Gaussian process learns them\n";
  }

  const auto [first, second] =
      check ? halves(data, config.seed) : std::pair<ProxyData, ProxyData>{data, {}};
  Fitted fitted = fit(model, first, config, learn_bounds);
  report["description"] = fitted.description;
  result.summary += fitted.description + "\n";
  std::optional<Fitted> other;
  if (check) {
    const std::string check_model = config.check_model != "other" ? config.check_model
                                    : model == "gp"               ? "mpnn"
                                                                  : "gp";
    other = fit(check_model, second, config, learn_bounds);
    report["halves"] = {{"first_rows", first.size()},
                        {"second_rows", second.size()},
                        {"proxy_on_second_half", measure(*fitted.model, second)},
                        {"check_on_first_half", measure(*other->model, first)},
                        {"check_model", check_model},
                        {"check_description", other->description}};
    result.summary += fmt::format("check proxy: {}\nscaffold halves of {} and {} molecules:\n",
                                  other->description, first.size(), second.size());
    result.summary += quality_line("proxy, other half", report["halves"]["proxy_on_second_half"]);
    result.summary += quality_line("check, other half", report["halves"]["check_on_first_half"]);
  }
  // Sufficient to repeat every figure elsewhere: the rows and their folds, one digit each.
  ordered_json stored = report;
  stored["rows"] = data.first_row;
  stored["targets"] = data.targets;
  for (const Folds& folds : splits.random) {
    stored["splits"]["random"].push_back(digits(of_measured(folds, data)));
  }
  for (const Folds& folds : splits.scaffold) {
    stored["splits"]["scaffold"].push_back(digits(of_measured(folds, data)));
  }
  write(output, fitted, stored);
  if (check) write(*check, *other, report);
  return result;
}

std::unique_ptr<ProxyModel> fit_gaussian_process_proxy(const ProxyData& data,
                                                       const ProxyTrainingConfig& config) {
  return fit("gp", data, config, config.bounds != "leave-out").model;
}

}  // namespace fragflow
