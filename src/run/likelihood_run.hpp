// Exact likelihoods of given molecules under a trained policy, and how well they follow the reward.
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
  std::string smiles_column;         // "": found by name
  std::int64_t max_states = 20'000;  // molecules with more states on the ways to them are left out
  ConditionChoice condition;         // of a run with [condition]
};

// Correlation and least-squares line of log p - log n_trees (target "tree") or log p (target
// "molecule") against log R, each distinct molecule counted once. A perfect sampler has 1, 1, 1.
struct LikelihoodFit {
  std::string run, target;
  std::int64_t rows = 0;  // of the input
  std::int64_t n = 0;     // distinct molecules with a likelihood
  double pearson = MoleculeLikelihood::kNone, spearman = MoleculeLikelihood::kNone;
  double slope = MoleculeLikelihood::kNone;
};

// Calls on_row for every row of the input in its order. Rows that cannot be built are rows with a
// reason, never errors. Throws UserError for a missing run or file, and for a run on a grid.
LikelihoodFit evaluate_likelihoods(const LikelihoodRequest& request,
                                   const std::function<void(const MoleculeLikelihood&)>& on_row);

// Keys: run, target, rows, n, pearson, spearman, slope (docs/likelihood.md).
nlohmann::ordered_json likelihood_json(const LikelihoodFit& fit);

// What is correlated, and the three figures, as a sentence for people.
std::string likelihood_text(const LikelihoodFit& fit);

}  // namespace fragflow
