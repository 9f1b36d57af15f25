// Exact likelihoods of given molecules under a trained policy, and their agreement with the reward.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <nlohmann/json_fwd.hpp>
#include <string>

#include "src/run/condition_choice.hpp"
#include "src/run/molecule_likelihoods.hpp"

namespace fragflow {

struct LikelihoodRequest {
  std::filesystem::path run;         // folder of a run that builds molecules
  std::filesystem::path input;       // .csv with a header, or .smi
  std::string smiles_column;         // "": detected by name
  std::int64_t max_states = 20'000;  // molecules with more ancestor states are omitted
  ConditionChoice condition;         // of a run with [condition]
};

// Correlations and least-squares slope of log p - log n_trees (target "tree") or log p (target
// "molecule") against log R, counting each distinct molecule once. A perfect sampler has 1, 1, 1.
struct LikelihoodFit {
  std::string run, target;
  std::int64_t rows = 0;  // of the input
  std::int64_t n = 0;     // distinct molecules with a likelihood
  double pearson = MoleculeLikelihood::kNone, spearman = MoleculeLikelihood::kNone;
  double slope = MoleculeLikelihood::kNone;
};

// Calls on_row for every row of the input, in order. Rows that cannot be built get a reason and are
// not errors. Throws UserError for a missing run or file, and for a run on a grid.
LikelihoodFit evaluate_likelihoods(const LikelihoodRequest& request,
                                   const std::function<void(const MoleculeLikelihood&)>& on_row);

// Keys: run, target, rows, n, pearson, spearman, slope (docs/likelihood.md).
nlohmann::ordered_json likelihood_json(const LikelihoodFit& fit);

// A readable sentence: what is correlated, and the three figures.
std::string likelihood_text(const LikelihoodFit& fit);

}  // namespace fragflow
