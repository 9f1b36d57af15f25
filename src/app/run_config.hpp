// What a run records and delivers besides the trained policy.
#pragma once

#include <cstdint>
#include <string>

#include "src/base/fields.hpp"

namespace fragflow {

// Modes counted while training: in order of arrival (the report and `evaluate` count by score).
struct MetricsConfig {
  double mode_score = 0.8;
  double mode_similarity = 0.7;
  std::string fingerprint = "rdk";
  bool exact = false;

  template <typename Visitor>
  void visit_fields(Visitor& visit) {
    visit.number("mode_score", mode_score, {-1e12, 1e12}, "smallest score of a mode");
    visit.number("mode_similarity", mode_similarity, {1e-9, 1.0},
                 "a mode's Tanimoto similarity to earlier modes is below this");
    visit.choice("fingerprint", fingerprint, {"rdk", "morgan2"}, "for counting modes");
    visit.flag(
        "exact", exact,
        "list all states (of a small space) and measure the exact distance to R / Z at every "
        "row of metrics.csv: exact.csv");
  }
};

// A table of objects to learn from in place of new trajectories.
struct DatasetConfig {
  std::string file;
  std::string object_column;
  std::string score_column;
  std::int64_t gather = 0;

  bool is_used() const { return !file.empty() || gather > 0; }

  template <typename Visitor>
  void visit_fields(Visitor& visit) {
    visit.path("file", file, "CSV of objects; empty: no table");
    visit.text("object_column", object_column,
               "SMILES, or cells as \"3,5\"; default: smiles or cell");
    visit.text("score_column", score_column,
               "the objects' scores, from which log R follows as for computed ones; default: "
               "compute them with [reward]");
    visit.number("gather", gather, {0, 1e9},
                 "without a file: the distinct ends of so many uniformly random trajectories");
  }
};

// What `train` writes at its end.
struct OutputConfig {
  std::int64_t samples = 1000;
  std::int64_t top = 100;
  bool trajectories = false;
  std::string training_data;
  std::string smiles_column = "smiles";
  std::string check_proxy;

  template <typename Visitor>
  void visit_fields(Visitor& visit) {
    visit.number("samples", samples, {1, 1e9}, "molecules in samples.csv");
    visit.number("top", top, {1, 1e6}, "best diverse molecules in top.sdf");
    visit.flag("trajectories", trajectories,
               "write every object that training draws to trajectories.csv");
    visit.path("training_data", training_data,
               "known compounds (CSV or .smi) that the report compares with; empty: none");
    visit.text("smiles_column", smiles_column, "SMILES column of training_data");
    visit.path("check_proxy", check_proxy,
               "a second proxy, never in the reward, that scores the best molecules for the "
               "report; empty: none");
  }
};

}  // namespace fragflow
