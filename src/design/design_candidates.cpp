#include "src/design/design_candidates.hpp"
#include "src/design/shortlist_files.hpp"

namespace fragflow {
namespace {

// More points would only hide each other.
constexpr std::size_t kMostKnown = 2000;

// Evenly from the whole table.
std::vector<KnownCompoundPoint> known_points(const Shortlist& list,
                                             const std::vector<KnownActivity>& known) {
  std::vector<KnownCompoundPoint> points;
  const std::size_t step = (known.size() + kMostKnown - 1) / kMostKnown;
  for (std::size_t i = 0; i < known.size(); i += step) {
    points.push_back({known[i].smiles, known[i].name, list.targets[0].values[i]});
  }
  return points;
}

std::string model_in_words(const std::string& kind) {
  if (kind == "gp") return "a Gaussian process";
  if (kind == "forest") return "a random forest";
  if (kind == "mpnn") return "a neural network";
  return "a model of kind " + kind;
}

}  // namespace

CandidateList candidates_of(const Shortlist& list, const std::vector<KnownActivity>& known,
                            const std::vector<std::string>& names) {
  CandidateList candidates;
  candidates.explanation =
      "What the design proposes, by score. Predictions are p-units (-log10 of molar) where your "
      "table gives concentrations, else in its own unit; the second opinion is of a model that "
      "never enters the score. Click a drawing for all about a candidate beside the nearest "
      "compound of your table.";
  candidates.activities = names;
  for (const std::string& kind : list.models) candidates.models.push_back(model_in_words(kind));
  candidates.components = list.components;
  candidates.known = known_points(list, known);
  for (std::size_t i = 0; i < list.entries.size(); ++i) {
    const ShortlistEntry& entry = list.entries[i];
    Candidate candidate;
    candidate.smiles = entry.smiles;
    candidate.score = entry.score;
    candidate.cautions = entry.cautions;
    candidate.source = entry.source;
    candidate.nearest_name = known[entry.nearest].name;
    candidate.nearest_smiles = known[entry.nearest].smiles;
    candidate.nearest_similarity = entry.nearest_similarity;
    for (std::size_t t = 0; t < list.targets.size(); ++t) {
      const TargetPrediction& prediction = entry.predictions[t];
      candidate.activities.push_back(
          {prediction.mean, prediction.deviation, prediction.check_mean, prediction.check_deviation,
           list.targets[t].values[entry.nearest], prediction.atoms, prediction.constant});
    }
    for (std::size_t k = 0; k < list.components.size(); ++k) {
      candidate.components.push_back({entry.raw[k], entry.transformed[k]});
    }
    if (list.has_routes) {
      candidate.route = entry.route_json.empty() ? RouteScheme{{}, "Route: " + entry.route}
                                                 : scheme_of_json(entry.route_json);
    }
    candidate.fields = shortlist_fields(list, i, known);
    candidates.candidates.push_back(std::move(candidate));
  }
  return candidates;
}

}  // namespace fragflow
