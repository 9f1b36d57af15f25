// A design of several activity columns, or of one with an objective of its own: each column is
// read, learned and cross-validated by itself, and an objective joins them.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "src/design/design_objective.hpp"
#include "src/design/design_settings.hpp"
#include "src/design/design_stages.hpp"
#include "src/design/shortlist.hpp"
#include "src/design/table_facts.hpp"
#include "src/reward/reward_config.hpp"

namespace fragflow {

// Several columns, or an objective.
bool has_objective(const DesignSettings& settings);

// What the files of each column are called by, in the order of --target: "" for the only one.
std::vector<std::string> keys_of(const DesignSettings& settings);

// The paths of each column's own files.
std::vector<DesignPaths> paths_of(const DesignSettings& settings, const DesignPaths& paths);

// The first stage: reads every column; with several of them table.csv joins the others' tables
// (smiles, name, one column of values for each). Throws UserError as make_table, for a column that
// is named twice, and for an objective that does not fit the columns.
TargetsFacts make_targets(const DesignSettings& settings, const DesignPaths& paths);

// Everything that the objective says of the compounds of the tables. A compound is judged by its
// measured values; where one that a clause needs was not measured, by the model's prediction, as
// the reward counts it (the cautious end).
struct DesignObjective {
  std::vector<std::string> keys, names;  // of the targets
  std::vector<bool> in_potency;          // of the targets
  std::vector<ObjectiveClause> clauses;
  std::vector<std::string> texts;           // of the clauses
  std::vector<ComponentConfig> components;  // of the clauses
  std::vector<KnownActivity> known;  // all compounds; value: their score by the clauses alone
  std::vector<std::vector<double>> measured;  // by target and compound; NaN where it was not
  std::vector<std::vector<double>> means, deviations;  // the same, completed by predictions

  // Whether every value that a clause needs was measured.
  bool all_measured(std::size_t compound) const;
  // Whether a clause is about this target.
  bool counts(std::size_t target) const;
  // 1, -1 or 0: what a clause about this target alone wants; 0 too without one.
  int better(std::size_t target) const;
};

// From the tables and models of the folder. targets: of make_targets.
DesignObjective make_objective(const DesignSettings& settings, const DesignPaths& paths,
                               std::span<const TargetFacts> targets);

}  // namespace fragflow
