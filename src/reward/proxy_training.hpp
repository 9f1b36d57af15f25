// From a table of activities to a proxy file, with a validated estimate of its accuracy.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>

#include "src/reward/cross_validation.hpp"
#include "src/reward/proxy_data.hpp"

namespace fragflow {

struct ProxyTrainingConfig {
  std::string model = "auto";  // "gp", "mpnn", "forest" or "auto" (of the first two)
  // The second model: one of the three, or "other": mpnn if the first is gp, otherwise gp.
  std::string check_model = "other";
  // Use of ProxyData::bounds by a Gaussian process: "learn" from them, "leave-out", or "auto": the
  // one with the higher log score (CensoredQuality) on scaffold folds. Networks and forests learn
  // from measurements only.
  std::string bounds = "auto";
  std::uint64_t seed = 0;
  int num_members = 5;  // networks of a final ensemble
  // Number of fold assignments (seeds 0, 1, ...) to average. Networks train a hundred times more
  // slowly than the Gaussian process: one assignment, with smaller ensembles.
  int gp_fold_seeds = 5;
  int forest_fold_seeds = 5;
  int mpnn_fold_seeds = 1;
  int mpnn_fold_members = 2;
  // False: the model is fitted without cross-validation; "auto" cannot be used as the model, and
  // bounds are learned from unless they are to be left out.
  bool cross_validate = true;
  // For "auto": also estimates the accuracy of the whole procedure including the choice of the
  // model. Takes longer than the choice.
  bool nested = true;
  // Maximum number of molecules for a Gaussian process; if there are more, a random subset is used.
  std::int64_t max_gp_rows = 10'000;
  FitObserver on_fit;  // of cross-validation and of the final models; empty: none
};

// Printed by `proxy train` and stored in the file: data, splits, cross-validation of each model
// tried, choice, halves, treatment of bounds. Metric names as in RegressionQuality and
// CensoredQuality.
struct ProxyTrainingResult {
  nlohmann::ordered_json report;
  std::string summary;  // the same as readable text
};

// Cross-validates on random and scaffold folds, fits and writes `output`. With `check` the data is
// divided by scaffold into two halves: `output` is fitted on the first, a model of another kind
// (check_model) is fitted on the second and written to `check`, and each is evaluated on the half
// it did not see. If a Gaussian process was requested, all of this uses at most max_gp_rows
// molecules. Throws UserError for an unwritable file.
ProxyTrainingResult train_proxy(const ProxyData& data, const ProxyTrainingConfig& config,
                                const std::filesystem::path& output,
                                const std::optional<std::filesystem::path>& check);

// A Gaussian process on all of the data (at most max_gp_rows), fitted as in train_proxy, but
// without cross-validation and file.
std::unique_ptr<ProxyModel> fit_gaussian_process_proxy(const ProxyData& data,
                                                       const ProxyTrainingConfig& config);

}  // namespace fragflow
