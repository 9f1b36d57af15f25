// Candidates that a chemist chooses from: plain data in, what the page of a report needs out.
#pragma once

#include <limits>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "src/report/route_scheme.hpp"

namespace fragflow {

// One activity of a candidate, as the table of activities writes it. NaN: there is none.
struct CandidateActivity {
  double mean = std::numeric_limits<double>::quiet_NaN();
  double deviation = std::numeric_limits<double>::quiet_NaN();
  double second_mean = std::numeric_limits<double>::quiet_NaN();  // by the second model
  double second_deviation = std::numeric_limits<double>::quiet_NaN();
  double nearest_measured = std::numeric_limits<double>::quiet_NaN();  // of the nearest compound
  // The prediction as a sum: constant + what each atom of the SMILES adds, in their order. Empty:
  // the model does not say.
  std::vector<double> atoms = {};
  double constant = std::numeric_limits<double>::quiet_NaN();
};

struct CandidateComponent {
  double raw = 0, transformed = 0;
};

struct Candidate {
  std::string smiles;  // canonical
  double score = 0;
  std::vector<CandidateActivity> activities;   // per CandidateList::activities
  std::vector<CandidateComponent> components;  // per CandidateList::components
  std::vector<std::string> cautions;
  std::string nearest_name, nearest_smiles;  // most similar known compound; "": none
  double nearest_similarity = 0;             // Tanimoto, 0..1
  std::string source;
  std::optional<RouteScheme> route = {};  // how it is made, where that is known
  // Name and value of every column of the files that go with the page: what it exports.
  std::vector<std::pair<std::string, std::string>> fields;
};

// A compound with measured activities, for the map.
struct KnownCompoundPoint {
  std::string smiles;  // canonical
  std::string name;
  double value = std::numeric_limits<double>::quiet_NaN();  // the first activity
};

struct CandidateList {
  std::string explanation;
  std::vector<std::string> activities;  // names for people; "": the only one
  std::vector<std::string> models;      // what predicts each, for people ("a Gaussian process")
  std::vector<std::string> components;
  std::vector<Candidate> candidates;      // by rank
  std::vector<KnownCompoundPoint> known;  // no more than a map can show; empty: no map
};

// All that the page's scripts (assets/candidates) show: columns and one row per candidate, with
// drawings, block of atoms and alerts; groups, ring systems and scaffolds with the indices of their
// rows; the map's places; the key under which a browser keeps selection and notes. These are
// computed here, in parallel. Beyond the best 200 the nearest compound is drawn without comparison.
// Throws InternalError for SMILES that RDKit refuses.
nlohmann::json candidates_json(const CandidateList& list);

}  // namespace fragflow
