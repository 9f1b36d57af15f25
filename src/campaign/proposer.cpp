#include "src/campaign/proposer.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "src/base/check.hpp"
#include "src/campaign/acquisition.hpp"
#include "src/campaign/strategies.hpp"
#include "src/chem/fingerprint.hpp"
#include "src/chem/parsed_molecule.hpp"

namespace fragflow {
namespace {

using Prediction = ProxyModel::Prediction;

// A library may have more molecules than fit into memory.
constexpr std::size_t kBlock = 20'000;
// "similar": analogues of this many of the best known compounds.
constexpr std::size_t kBestKnown = 10;
// Draws that exceed a candidate's mean by this many deviations are rare: it is considered jointly
// if this upper end is high.
constexpr double kThompsonReach = 2;

std::vector<Prediction> predictions_of(ProxyModel& model, const std::vector<std::string>& smiles) {
  std::vector<Prediction> predictions;
  for (std::size_t begin = 0; begin < smiles.size(); begin += kBlock) {
    const auto block = std::span(smiles).subspan(begin, std::min(kBlock, smiles.size() - begin));
    const std::vector<Prediction> part = model.predict(block);
    predictions.insert(predictions.end(), part.begin(), part.end());
  }
  return predictions;
}

double oriented(double activity, bool higher_is_better) {
  return higher_is_better ? activity : -activity;
}

double best_known(const BatchRequest& request) {
  double best = -INFINITY;
  for (const ActivityTable::Molecule& molecule : request.known->molecules) {
    best = std::max(best, oriented(molecule.value, request.higher_is_better));
  }
  return best;
}

// The acquisition of a candidate considered alone.
double worth_alone(const BatchSettings& batch, const Prediction& prediction, double best) {
  if (batch.strategy == "ei") return expected_improvement(prediction.mean, prediction.std, best);
  const double reach = batch.strategy == "ucb"        ? batch.kappa
                       : batch.strategy == "thompson" ? kThompsonReach
                                                      : 0.0;
  return upper_confidence_bound(prediction.mean, prediction.std, reach);
}

// Indices of the candidates to consider jointly, ascending.
std::vector<std::size_t> screened(const BatchRequest& request,
                                  const std::vector<Prediction>& predictions) {
  std::vector<std::size_t> order(request.candidates.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  if (!asks_model(request.batch.strategy) || order.size() <= kMostJoint) return order;
  const double best = best_known(request);
  std::vector<double> worth;
  for (const Prediction& prediction : predictions) {
    worth.push_back(worth_alone(request.batch, prediction, best));
  }
  std::stable_sort(order.begin(), order.end(),
                   [&](std::size_t a, std::size_t b) { return worth[a] > worth[b]; });
  order.resize(kMostJoint);
  std::sort(order.begin(), order.end());
  return order;
}

std::vector<std::string> best_compounds(const BatchRequest& request) {
  std::vector<const ActivityTable::Molecule*> order;
  for (const ActivityTable::Molecule& molecule : request.known->molecules) {
    order.push_back(&molecule);
  }
  std::stable_sort(order.begin(), order.end(), [&](const auto* a, const auto* b) {
    return request.higher_is_better ? a->value > b->value : a->value < b->value;
  });
  std::vector<std::string> best;
  for (std::size_t i = 0; i < std::min(kBestKnown, order.size()); ++i) {
    best.push_back(order[i]->smiles);
  }
  return best;
}

std::vector<double> similarities(const FingerprintSet& queries,
                                 const std::vector<std::string>& smiles) {
  std::vector<double> values;
  for (const Neighbour& neighbour :
       nearest_neighbours(queries, fingerprints(smiles, FingerprintKind::kMorgan2))) {
    values.push_back(neighbour.similarity);
  }
  return values;
}

// All compounds with a structure.
std::vector<std::string> seen_compounds(const BatchRequest& request) {
  std::vector<std::string> seen = request.open;
  for (const auto& molecule : request.known->molecules) seen.push_back(molecule.smiles);
  for (const auto& bound : request.known->bounds) seen.push_back(bound.smiles);
  return seen;
}

void describe(ProxyModel* model, const BatchRequest& request, std::vector<ChosenCompound>& chosen) {
  std::vector<std::string> smiles, known;
  for (const ChosenCompound& compound : chosen) {
    smiles.push_back(request.candidates[compound.candidate]);
  }
  for (const auto& molecule : request.known->molecules) known.push_back(molecule.smiles);
  const std::vector<Neighbour> nearest =
      nearest_neighbours(fingerprints(smiles, FingerprintKind::kMorgan2),
                         fingerprints(known, FingerprintKind::kMorgan2));
  const std::vector<Prediction> predictions =
      model == nullptr ? std::vector<Prediction>(chosen.size(), Prediction{NAN, NAN})
                       : predictions_of(*model, smiles);
  for (std::size_t i = 0; i < chosen.size(); ++i) {
    const Prediction& prediction = predictions[i];
    chosen[i].predicted = oriented(prediction.mean, request.higher_is_better);
    chosen[i].deviation = prediction.std;
    chosen[i].nearest = static_cast<std::size_t>(nearest[i].index);
    chosen[i].nearest_similarity = nearest[i].similarity;
  }
}

// set, posterior: of the jointly considered candidates; they must outlive the question.
BatchQuestion question_for(const BatchRequest& request, const FingerprintSet& set,
                           const JointPosterior& posterior) {
  const std::string& strategy = request.batch.strategy;
  BatchQuestion question;
  question.strategy = strategy;
  question.kappa = request.batch.kappa;
  question.seed = request.seed;
  question.best = best_known(request);
  question.fingerprints = &set;
  question.posterior = &posterior;
  if (strategy == "thompson") {
    question.draws = joint_draws(posterior, request.batch.count, request.seed);
  }
  if (strategy == "diverse") question.to_known = similarities(set, seen_compounds(request));
  if (strategy == "similar") question.to_best = similarities(set, best_compounds(request));
  return question;
}

}  // namespace

BatchAnswer choose_compounds(ProxyModel* model, const BatchRequest& request) {
  FRAGFLOW_CHECK(std::is_sorted(request.candidates.begin(), request.candidates.end()),
                 "{} candidates out of order", request.candidates.size());
  const bool asks = asks_model(request.batch.strategy);
  FRAGFLOW_CHECK(model != nullptr || !asks, "no model for {}", request.batch.strategy);
  if (asks && request.batch.count > static_cast<std::int64_t>(kMostJoint) &&
      request.candidates.size() > kMostJoint) {
    user_error("-n {}: `{}` looks at {} candidates together, so that it chooses no more of them",
               request.batch.count, request.batch.strategy, kMostJoint);
  }
  std::vector<Prediction> predictions;  // of each candidate; empty if the strategy needs none
  if (asks) predictions = predictions_of(*model, request.candidates);
  const std::vector<std::size_t> looked_at = screened(request, predictions);
  std::vector<std::string> smiles;
  for (const std::size_t i : looked_at) smiles.push_back(request.candidates[i]);
  const FingerprintSet set = fingerprints(smiles, FingerprintKind::kMorgan2);
  JointPosterior posterior;
  if (request.batch.strategy == "exploit") {
    for (const std::size_t i : looked_at) posterior.means.push_back(predictions[i].mean);
  } else if (asks) {
    std::vector<std::string> together = smiles;
    if (request.batch.strategy != "thompson") {  // which draws only for candidates
      together.insert(together.end(), request.open.begin(), request.open.end());
    }
    posterior = model->posterior(ParsedBatch(together).all());
  }
  const BatchQuestion question = question_for(request, set, posterior);
  const auto score = make_score(question);
  // A maximum similarity of 1 means no limit: two compounds may have equal fingerprints.
  constexpr double kAny = 2;
  const bool has_rule = asks && request.batch.similarity < 1;
  BatchAnswer answer;
  answer.joint = looked_at.size();
  for (const Pick& pick : choose_batch(set, static_cast<std::size_t>(request.batch.count),
                                       has_rule ? request.batch.similarity : kAny, *score)) {
    ChosenCompound compound;
    compound.candidate = looked_at[pick.candidate];
    compound.acquisition = pick.value;
    compound.relaxed = pick.relaxed;
    answer.chosen.push_back(compound);
  }
  describe(model, request, answer.chosen);
  return answer;
}

ProxyData model_data(const ActivityTable& known, bool higher_is_better) {
  ProxyData data = proxy_data_of(known);
  if (!higher_is_better) data.negate();
  return data;
}

}  // namespace fragflow
