// Facts reported by the last stage of a design (src/base/facts.hpp).
#pragma once

#include <cmath>
#include <cstdint>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

namespace fragflow {

// Facts about the list itself.
struct ListFacts {
  std::int64_t count = 0, wanted = 0;
  double similarity_cut = 0;
  std::int64_t candidates = 0, known = 0, unfit = 0, scaffolds = 0;  // as in Shortlist
  std::int64_t compared = 0;  // with the second model; 0 in older records: all candidates
  bool routes = false;
  double median_similarity = 0;  // to the nearest known compound
  std::int64_t far = 0;          // number far from all of them
  nlohmann::ordered_json molecules = nlohmann::ordered_json::array();  // rows of shortlist.csv

  template <typename Visitor>
  void visit_fields(Visitor& visit) {
    visit.fact("count", count);
    visit.fact("wanted", wanted);
    visit.fact("similarity_cut", similarity_cut);
    visit.fact("candidates", candidates);
    visit.later("compared", compared);
    visit.fact("known", known);
    visit.fact("unfit", unfit);
    visit.fact("scaffolds", scaffolds);
    visit.later("routes", routes);
    visit.fact("median_similarity", median_similarity);
    visit.fact("far", far);
    visit.fact("molecules", molecules);
  }
};

// Predictions of one activity for the list.
struct PredictionFacts {
  double best_prediction = 0, median_prediction = 0, mean_prediction = 0;
  double best_known = 0;
  std::int64_t above_data = 0, disagree = 0;  // entries with these cautions
  double second_correlation = NAN;            // of the two models, by rank; NaN without a second
  std::optional<double> second_mean;          // of the second model, for the list
  std::optional<double> second_of_actives;    // for the best quarter of the table

  template <typename Visitor>
  void visit_fields(Visitor& visit) {
    visit.fact("best_prediction", best_prediction);
    visit.fact("median_prediction", median_prediction);
    visit.fact("mean_prediction", mean_prediction);
    visit.fact("best_known", best_known);
    visit.fact("above_data", above_data);
    visit.fact("disagree", disagree);
    visit.fact("second_correlation", second_correlation);
    visit.fact("second_mean", second_mean);
    visit.fact("second_of_actives", second_of_actives);
  }
};

// A motif of nearly all of the best compounds (MotifFact), in the list.
struct KeptMotif {
  std::string name;
  double among_actives = 0, among_candidates = 0;

  template <typename Visitor>
  void visit_fields(Visitor& visit) {
    visit.fact("name", name);
    visit.fact("among_actives", among_actives);
    visit.fact("among_candidates", among_candidates);
  }
};

// The stage of a design of one activity.
struct ShortlistFacts {
  ListFacts list;
  PredictionFacts predictions;
  std::vector<KeptMotif> motifs;
  std::vector<std::string> opinion;  // the report's objections based on the second model
  std::vector<std::string> warnings;

  template <typename Visitor>
  void visit_fields(Visitor& visit) {
    list.visit_fields(visit);
    predictions.visit_fields(visit);
    visit.fact("motifs", motifs);
    visit.fact("opinion", opinion);
    visit.fact("warnings", warnings);
  }
};

// One of the activities of a design with an objective.
struct TargetPredictionFacts {
  PredictionFacts predictions;
  std::string key, name;
  std::int64_t better = 1;  // DesignObjective::better

  template <typename Visitor>
  void visit_fields(Visitor& visit) {
    predictions.visit_fields(visit);
    visit.fact("key", key);
    visit.fact("name", name);
    visit.fact("better", better);
  }
};

// The stage of a design with an objective.
struct ObjectiveShortlistFacts {
  ListFacts list;
  std::vector<TargetPredictionFacts> targets;
  std::vector<KeptMotif> motifs;
  std::vector<std::string> warnings;

  template <typename Visitor>
  void visit_fields(Visitor& visit) {
    list.visit_fields(visit);
    visit.fact("targets", targets);
    visit.fact("motifs", motifs);
    visit.fact("warnings", warnings);
  }
};

}  // namespace fragflow
