// Strategies for choosing the compounds to make next.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "src/campaign/batch_choice.hpp"
#include "src/reward/joint_posterior.hpp"

namespace fragflow {

// exploit    the predicted mean
// ucb        mean + kappa * deviation of a Believer (GP-BUCB: Desautels, Krause and Burdick 2014)
// ei         the expected improvement of a Believer over the best measured value, or over the best
//            prediction among those taken (Ginsbourger, Le Riche and Carraro 2010)
// thompson   place k takes the best of the k-th joint draw from the posterior (Thompson 1933; in
//            parallel: Hernandez-Lobato et al., ICML 2017; Kandasamy et al., AISTATS 2018)
// the least similar to known, open or taken compounds (MaxMin), without a model
// the most similar to one of the best known compounds: analogues, without a model
// drawn at random, as a baseline
const std::vector<std::string>& strategy_names();
// Whether a strategy uses the model, and so whether the similarity limit applies to its batch.
bool asks_model(const std::string& strategy);

// Inputs of a strategy. Candidates have the same
// index everywhere; their order breaks ties.
struct BatchQuestion {
  std::string strategy;
  double kappa = 1;
  std::uint64_t seed = 0;
  const FingerprintSet* fingerprints = nullptr;  // of the candidates, Morgan radius 2
  // Of the candidates, then of the compounds that are proposed and not measured yet. exploit uses
  // only the means, strategies without a model nothing.
  const JointPosterior* posterior = nullptr;
  double best = 0;            // the best measured value, more is better
  std::vector<double> draws;  // thompson: [count, size of the posterior]
  // Largest similarity of each candidate to all known or proposed compounds, and to the best known
  // ones.
  std::vector<double> to_known, to_best;
};

// Everything must outlive the score. Throws UserError for an unknown strategy.
std::unique_ptr<BatchScore> make_score(const BatchQuestion& question);

}  // namespace fragflow
