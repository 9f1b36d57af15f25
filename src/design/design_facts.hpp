// The results of all stages of a design, as used by the summary, the warnings and the report: the
// same for a design of one activity and for one with an objective.
#pragma once

#include <cmath>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "src/design/model_facts.hpp"
#include "src/design/reward_facts.hpp"
#include "src/design/shortlist_facts.hpp"
#include "src/design/table_facts.hpp"

namespace fragflow {

// One of the activities.
struct ActivityFacts {
  TableFacts table;
  ProxyFacts proxy;
  PredictionFacts predictions;
  int better = 1;    // 1: higher values are better, -1: lower ones, 0: neither or unknown
  std::string key;   // in its file names; "": the only one
  std::string name;  // "" without an objective
};

// Only for a design with an objective.
struct ObjectiveFacts {
  std::vector<ClauseFacts> clauses;
  std::int64_t molecules = 0, all_measured = 0;    // TargetsFacts
  std::int64_t actives = 0, actives_measured = 0;  // ObjectiveVocabularyFacts
};

// An entry of the list, rounded as in shortlist.csv.
struct CandidateFacts {
  struct Prediction {
    double mean = 0, deviation = 0;
    double second = NAN;  // NaN without a second model
  };
  std::string smiles;
  double score = 0;
  std::vector<Prediction> predictions;  // by activity
  double nearest_similarity = 0;
};

struct DesignFacts {
  std::vector<ActivityFacts> activities;  // one without an objective
  std::optional<ObjectiveFacts> objective;
  std::string fragments;          // VocabularyFacts::summary
  MotifFacts motifs;              // of the table
  std::vector<KeptMotif> kept;    // motifs of nearly all actives, in the list
  std::vector<std::string> core;  // SMARTS that candidates must contain
  TrainFacts train;
  ListFacts list;
  std::vector<CandidateFacts> candidates;  // best first
  std::vector<std::string> opinion;        // ShortlistFacts
};

}  // namespace fragflow
