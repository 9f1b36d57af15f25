// What a run records and writes besides the trained policy, and when it ends.
#pragma once

#include <cstdint>
#include <string>

#include "src/base/fields.hpp"

namespace fragflow {

// Modes counted during training: in order of arrival (report and `evaluate` count them by score).
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

// Early stopping (src/run/stop_rules.hpp).
struct StopConfig {
  std::int64_t reward_calls = 0;
  double minutes = 0;
  std::int64_t plateau_steps = 0;
  double plateau_gain = 0.005;
  double unique_below = 0;
  std::int64_t unique_steps = 100;

  template <typename Visitor>
  void visit_fields(Visitor& visit) {
    visit.number("reward_calls", reward_calls, {0, 1e12},
                 "stop once so many distinct objects were scored; 0: no limit");
    visit.number("minutes", minutes, {0.0, 1e7},
                 "stop after so long in training, over all calls; where that falls depends on the "
                 "machine, and so does the result; 0: no limit");
    visit.number("plateau_steps", plateau_steps, {0, 1e9},
                 "stop if the mean score of the best 100 objects met grew by less than "
                 "plateau_gain in so many steps; 0: never");
    visit.number("plateau_gain", plateau_gain, {0.0, 1e6}, "for plateau_steps, in units of score");
    visit.number("unique_below", unique_below, {0.0, 1.0},
                 "stop if, of the objects drawn in the last unique_steps steps, a smaller share "
                 "than this had never been drawn before (sampling has collapsed); 0: never");
    visit.number("unique_steps", unique_steps, {1, 1e9}, "for unique_below");
  }
};

// A table of objects to learn from instead of new trajectories.
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

// Files that `train` writes at the end.
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
