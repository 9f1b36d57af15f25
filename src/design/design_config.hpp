// The training configuration that `fragflow design` derives from a table.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "src/design/design_objective.hpp"
#include "src/design/design_settings.hpp"
#include "src/reward/reward_config.hpp"

namespace fragflow {

// Where the score of the predicted activity begins and ends: the 10th and the 95th percentile of
// the measured values (as learned: higher is better). A prediction in the middle scores 0.5; beyond
// the best twentieth of the data nothing more is to be gained, because there the model
// extrapolates.
struct ActivityRange {
  double low = 0, high = 0;  // of mean - kappa * standard deviation
  double kappa = 0.5;        // negative: the optimistic end counts
};
// At least one value. A range of less than 0.5 (of p-units; a tenth of the larger end otherwise) is
// widened to that about its middle, so that noise is not amplified.
ActivityRange activity_range(std::span<const double> values, bool in_potency);

// The soft window of the similarity to known compounds, for a sigmoid: half at the 5th percentile
// of what compounds of held-out scaffolds show, full at their median and above, so that a copy of a
// known compound gains nothing. high <= low: no window.
struct DomainRange {
  double low = 0, high = 0;
};
// No window for fewer than 20 similarities.
DomainRange domain_range(std::span<const double> held_out_similarities);

// The domain of one of several models. Each has its own: what one model has seen says nothing of
// where another may be believed.
struct OwnDomain {
  std::string name, table;  // of the component; file
  double weight = 1;
  DomainRange range;
};

// What follows from the table besides the range of activities.
struct DesignExtras {
  DomainRange domain;
  std::vector<std::string> core;        // SMARTS that must be there
  int max_fragments = 5;                // of a molecule
  std::vector<OwnDomain> domains = {};  // in place of `domain`
  // The file's first lines, without "# ".
  std::vector<std::string> origin = {
      "Made by `fragflow design`. Change it and run the same command again with --overwrite, or",
      "    fragflow train design.toml --out ANOTHER_FOLDER"};
};

// The component that rewards a clause. files: the models, by target. values: of the clause's
// subject, as learned; at least one. All but a window count the cautious end of the prediction.
//   high, low  0.5 in the middle and full at the end of activity_range(values), or of the negative
//              values
//   above X    full at X, 0.5 half a log unit below it (of values that are no logarithms half the
//              width of activity_range); below X: the same downwards
//   between    full inside, 0.5 at the ends
ComponentConfig clause_component(const ObjectiveClause& clause, const std::string& name,
                                 std::span<const std::string> files, std::span<const double> values,
                                 bool in_potency);

// The raw value of that component for activities with these means and standard deviations, by
// target.
double clause_value(const ObjectiveClause& clause, const ComponentConfig& component,
                    std::span<const double> means, std::span<const double> deviations);

// A reward for each clause; text: of the clauses, for comments.
std::string design_config_text(const DesignSettings& settings,
                               std::span<const ComponentConfig> components,
                               std::span<const std::string> texts, const DesignExtras& extras);

// Commented TOML; names of files are those beside it. check: a second proxy is there.
std::string design_config_text(const DesignSettings& settings, const ActivityRange& range,
                               bool check, const DesignExtras& extras = {});

}  // namespace fragflow
