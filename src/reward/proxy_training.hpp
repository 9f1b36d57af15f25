// From a table of activities to a proxy file, with an honest account of its accuracy.
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
  // Of the second model: one of the three, or "other": mpnn beside gp, gp beside another.
  std::string check_model = "other";
  // What a Gaussian process does with ProxyData::bounds: "learn" from them, "leave-out", or "auto":
  // what has the higher log score (CensoredQuality) on scaffold folds. Networks and forests learn
  // from measurements only.
  std::string bounds = "auto";
  std::uint64_t seed = 0;
  int num_members = 5;  // networks of a final ensemble
  // Fold assignments (seeds 0, 1, ...) that are averaged. Networks are a hundred times slower to
  // train than the Gaussian process: one assignment, with smaller ensembles.
  int gp_fold_seeds = 5;
  int forest_fold_seeds = 5;
  int mpnn_fold_seeds = 1;
  int mpnn_fold_members = 2;
  // False: the model is fitted without cross-validation, and "auto" is no choice of a model. Bounds
  // are learned from unless they are to be left out.
  bool cross_validate = true;
  // For "auto": also the accuracy of the whole procedure, choice of the model included. Takes
  // longer than the choice.
  bool nested = true;
  // Molecules that a Gaussian process is fitted on; of more, so many are drawn at random.
  std::int64_t max_gp_rows = 10'000;
  FitObserver on_fit;  // of cross-validation and of the final models; empty: none
};

// What `proxy train` prints and stores in the file: data, splits, cross-validation of each model
// tried, choice, halves, what became of bounds. Metric names as in RegressionQuality and
// CensoredQuality.
struct ProxyTrainingResult {
  nlohmann::ordered_json report;
  std::string summary;  // the same for people
};

// Cross-validates on random and scaffold folds, fits and writes `output`. With `check` the data is
// divided by scaffold into two halves: `output` is fitted on the first, one of another kind
// (check_model) on the second is written to `check`, and each is measured on the half it did not
// see. Where a Gaussian process was asked for, all of this is done with at most max_gp_rows
// molecules. Throws UserError for an unwritable file.
ProxyTrainingResult train_proxy(const ProxyData& data, const ProxyTrainingConfig& config,
                                const std::filesystem::path& output,
                                const std::optional<std::filesystem::path>& check);

// A Gaussian process on all of the data (as many as max_gp_rows), as train_proxy fits it, without
// cross-validation and file.
std::unique_ptr<ProxyModel> fit_gaussian_process_proxy(const ProxyData& data,
                                                       const ProxyTrainingConfig& config);

}  // namespace fragflow
