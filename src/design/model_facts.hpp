// Facts about fragments and the model of activity, reported by the stages of a design
// (src/base/facts.hpp).
#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "src/design/motif_facts.hpp"

namespace fragflow {

// Reasons why compounds of the best quarter cannot be built.
struct ObstacleFacts {
  std::string reason;
  std::int64_t compounds = 0;

  template <typename Visitor>
  void visit_fields(Visitor& visit) {
    visit.fact("reason", reason);
    visit.fact("compounds", compounds);
  }
};

// An element that no candidate can contain.
struct MissingElementFacts {
  std::string element;
  std::int64_t compounds = 0;  // compounds of the table that contain it

  template <typename Visitor>
  void visit_fields(Visitor& visit) {
    visit.fact("element", element);
    visit.fact("compounds", compounds);
  }
};

struct VocabularyFacts {
  std::optional<std::int64_t> table_fragments;  // if the table was decomposed
  std::string summary;                          // readable text
  std::string source;                           // "table", "both", "default" or a file
  std::optional<std::int64_t> reactions;        // of synthons
  std::int64_t fragments = 0;
  std::int64_t max_fragments = 0;           // per molecule
  std::int64_t actives = 0;                 // the best quarter of the table
  double actives_built = 0, all_built = 0;  // fractions that can be built
  std::vector<ObstacleFacts> obstacles;     // most frequent first
  std::vector<MissingElementFacts> missing_elements;

  template <typename Visitor>
  void visit_fields(Visitor& visit) {
    visit.fact("table_fragments", table_fragments);
    visit.fact("summary", summary);
    visit.fact("source", source);
    visit.fact("reactions", reactions);
    visit.fact("fragments", fragments);
    visit.fact("max_fragments", max_fragments);
    visit.fact("actives", actives);
    visit.fact("actives_built", actives_built);
    visit.fact("all_built", all_built);
    visit.later("obstacles", obstacles);
    visit.later("missing_elements", missing_elements);
  }
};

// Of a design with an objective, whose best quarter is defined differently.
struct ObjectiveVocabularyFacts {
  VocabularyFacts vocabulary;
  std::int64_t actives_measured = 0;  // in the best quarter, by measured values alone
  MotifFacts motifs;

  template <typename Visitor>
  void visit_fields(Visitor& visit) {
    vocabulary.visit_fields(visit);
    visit.fact("actives_measured", actives_measured);
    visit.fact("motifs", motifs);
  }
};

// Treatment of bounds; met: fraction of the held-out bounds that the model satisfies.
struct BoundsFacts {
  std::int64_t count = 0;
  bool learned = false;
  std::optional<double> met_learn, met_left_out;  // if trained with the other bounds, or without

  template <typename Visitor>
  void visit_fields(Visitor& visit) {
    visit.fact("count", count);
    visit.fact("learned", learned);
    visit.fact("met_learn", met_learn);
    visit.fact("met_left_out", met_left_out);
  }
};

struct ProxyFacts {
  std::string model;  // "gp", "forest" or "mpnn"
  // Of the cross-validation.
  double random_r2 = 0, random_rmse = 0, scaffold_r2 = 0, scaffold_rmse = 0;
  bool check = false;             // whether there is a second model
  std::string check_model;        // its kind
  nlohmann::ordered_json report;  // of train_proxy, as readable text
  std::optional<BoundsFacts> bounds;
  // Number of compounds the model was trained on, and of how many they were drawn, if not all were
  // used.
  std::optional<std::int64_t> drawn, drawn_from;

  template <typename Visitor>
  void visit_fields(Visitor& visit) {
    visit.fact("model", model);
    visit.fact("random_r2", random_r2);
    visit.fact("random_rmse", random_rmse);
    visit.fact("scaffold_r2", scaffold_r2);
    visit.fact("scaffold_rmse", scaffold_rmse);
    visit.fact("check", check);
    visit.later("check_model", check_model);
    visit.fact("report", report);
    visit.fact("bounds", bounds);
    visit.fact("drawn", drawn);
    visit.fact("drawn_from", drawn_from);
  }
};

// The stage of a design with an objective.
struct ProxiesFacts {
  std::vector<ProxyFacts> targets;

  template <typename Visitor>
  void visit_fields(Visitor& visit) {
    visit.fact("targets", targets);
  }
};

}  // namespace fragflow
