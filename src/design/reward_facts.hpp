// Facts about reward and training, reported by the stages of a design (src/base/facts.hpp).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace fragflow {

// The ends of a sigmoid.
struct WindowFacts {
  double low = 0, high = 0;

  template <typename Visitor>
  void visit_fields(Visitor& visit) {
    visit.fact("low", low);
    visit.fact("high", high);
  }
};

// The reward of one activity.
struct ConfigFacts {
  WindowFacts activity;
  std::vector<std::string> core;                     // SMARTS that candidates must contain
  WindowFacts domain;                                // of the similarity to known compounds
  std::optional<std::vector<double>> core_in_table;  // fractions of the compounds that contain it

  template <typename Visitor>
  void visit_fields(Visitor& visit) {
    activity.visit_fields(visit);
    visit.later("core", core);
    visit.fact("domain", domain);
    visit.fact("core_in_table", core_in_table);
  }
};

struct ClauseFacts {
  std::string text;       // in the form the user may write
  std::string component;  // of the reward
  bool negative = false;  // the component's value is the negative
  std::string transform;
  WindowFacts window;
  std::optional<std::int64_t> measured_both;  // of a difference: compounds with both values

  template <typename Visitor>
  void visit_fields(Visitor& visit) {
    visit.fact("text", text);
    visit.fact("component", component);
    visit.fact("negative", negative);
    visit.fact("transform", transform);
    window.visit_fields(visit);
    visit.fact("measured_both", measured_both);
  }
};

struct DomainFacts {
  std::string name;
  WindowFacts window;

  template <typename Visitor>
  void visit_fields(Visitor& visit) {
    visit.fact("name", name);
    window.visit_fields(visit);
  }
};

// The reward of an objective.
struct ObjectiveConfigFacts {
  std::vector<ClauseFacts> clauses;
  std::vector<std::string> core;
  std::vector<DomainFacts> domains;
  std::optional<std::vector<double>> core_in_table;

  template <typename Visitor>
  void visit_fields(Visitor& visit) {
    visit.fact("clauses", clauses);
    visit.later("core", core);
    visit.fact("domains", domains);
    visit.fact("core_in_table", core_in_table);
  }
};

struct TrainFacts {
  std::int64_t steps = 0, trajectories = 0, samples = 0;
  double unique = 0;                              // fraction of the samples
  double mean_score = 0, top_100 = 0, log_z = 0;  // of the samples
  std::string stop_reason;                        // if training ended early
  std::vector<std::string> warnings;
  double beta = 0;
  double first_score = 0;  // mean of the first batches; NaN without metrics

  template <typename Visitor>
  void visit_fields(Visitor& visit) {
    visit.fact("steps", steps);
    visit.fact("trajectories", trajectories);
    visit.fact("samples", samples);
    visit.fact("unique", unique);
    visit.fact("mean_score", mean_score);
    visit.fact("top_100", top_100);
    visit.fact("log_z", log_z);
    visit.fact("stop_reason", stop_reason);
    visit.fact("warnings", warnings);
    visit.fact("beta", beta);
    visit.fact("first_score", first_score);
  }
};

}  // namespace fragflow
