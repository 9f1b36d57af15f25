// A design with several activity columns, or with one and an objective: each column is read,
// learned and cross-validated separately, and an objective combines them.
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

// True for several columns, or an objective.
bool has_objective(const DesignSettings& settings);

// Suffixes of the file names of each column, in the order of --target: "" for the only one.
std::vector<std::string> keys_of(const DesignSettings& settings);

// The paths of each column's own files.
std::vector<DesignPaths> paths_of(const DesignSettings& settings, const DesignPaths& paths);

// The first stage: reads every column; if there are several, table.csv joins their tables (smiles,
// name, one column of values for each). Throws UserError like make_table, for a column that is
// named twice, and for an objective that does not match the columns.
TargetsFacts make_targets(const DesignSettings& settings, const DesignPaths& paths);

// The objective evaluated on the compounds of the tables. A compound is evaluated by its measured
// values; missing values that a clause needs are predicted by the model and used as in the reward
// (the pessimistic end).
struct DesignObjective {
  std::vector<std::string> keys, names;  // of the targets
  std::vector<bool> in_potency;          // of the targets
  std::vector<ObjectiveClause> clauses;
  std::vector<std::string> texts;           // of the clauses
  std::vector<ComponentConfig> components;  // of the clauses
  std::vector<KnownActivity> known;  // all compounds; value: their score by the clauses alone
  std::vector<std::vector<double>> measured;  // by target and compound; NaN for missing values
  std::vector<std::vector<double>> means, deviations;  // the same, completed by predictions

  // Whether every value that a clause needs was measured.
  bool all_measured(std::size_t compound) const;
  // Whether some clause refers to this target.
  bool counts(std::size_t target) const;
  // 1, -1 or 0: the wish of a clause about this target alone; also 0 if there is none.
  int better(std::size_t target) const;
};

// From the tables and models of the folder. targets: the result of make_targets.
DesignObjective make_objective(const DesignSettings& settings, const DesignPaths& paths,
                               std::span<const TargetFacts> targets);

}  // namespace fragflow
