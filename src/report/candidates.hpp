// The table of candidates in a report: plain data in, the data of the page's scripts out.
#pragma once

#include <limits>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "src/report/route_scheme.hpp"

namespace fragflow {

// One activity of a candidate, in the units of the table of activities. NaN: missing.
struct CandidateActivity {
  double mean = std::numeric_limits<double>::quiet_NaN();
  double deviation = std::numeric_limits<double>::quiet_NaN();
  double second_mean = std::numeric_limits<double>::quiet_NaN();  // by the second model
  double second_deviation = std::numeric_limits<double>::quiet_NaN();
  double nearest_measured = std::numeric_limits<double>::quiet_NaN();  // of the nearest compound
  // The prediction as a sum: constant + the contributions of the atoms in the order of the SMILES.
  // Empty: not available for the model.
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
  std::optional<RouteScheme> route = {};  // how it is made, if known
  // Name and value of every column of the files that go with the page, for its exports.
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
  std::vector<std::string> activities;  // display names; "": the only one
  std::vector<std::string> models;      // readable: what predicts each ("a Gaussian process")
  std::vector<std::string> components;
  std::vector<Candidate> candidates;      // by rank
  std::vector<KnownCompoundPoint> known;  // at most as many as a map can show; empty: no map
};

// Everything that the page's scripts (assets/candidates) show: columns and one row per candidate,
// with drawings, molblocks and alerts; groups, ring systems and scaffolds with the indices of their
// rows; the positions on the map; the key under which a browser stores selection and notes.
// Computed here, in parallel. Beyond the best 200 candidates the nearest compound is drawn without
// comparison. Throws InternalError for SMILES that RDKit rejects.
nlohmann::json candidates_json(const CandidateList& list);

}  // namespace fragflow
