// The training configuration that `fragflow design` derives from a table.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "src/design/design_objective.hpp"
#include "src/design/design_settings.hpp"
#include "src/reward/reward_config.hpp"

namespace fragflow {

// The range over which the score of the predicted activity rises: from the 10th to the 95th
// percentile of the measured values (as learned: higher is better). A prediction in the middle
// scores 0.5; beyond the best twentieth of the data the score does not rise further, because there
// the model extrapolates.
struct ActivityRange {
  double low = 0, high = 0;  // of mean - kappa * standard deviation
  double kappa = 0.5;        // negative: optimistic, uses the upper end
};
// At least one value. A range below 0.5 (for p-units; otherwise a tenth of the larger end) is
// widened to that around its centre, so that noise is not amplified.
ActivityRange activity_range(std::span<const double> values, bool in_potency);

// The soft window of the similarity to known compounds, for a sigmoid: half at the 5th percentile
// of the similarities of held-out scaffolds, full at their median and above, so that copying a
// known compound gains nothing. high <= low: no window.
struct DomainRange {
  double low = 0, high = 0;
};
// No window for fewer than 20 similarities.
DomainRange domain_range(std::span<const double> held_out_similarities);

// The domain of one of several models. Each has its own: the training data of one model say nothing
// about where another is reliable.
struct OwnDomain {
  std::string name, table;  // of the component; file
  double weight = 1;
  DomainRange range;
};

// Settings derived from the table besides the range of activities.
struct DesignExtras {
  DomainRange domain;
  std::vector<std::string> core;        // SMARTS that candidates must contain
  int max_fragments = 5;                // per molecule
  std::vector<OwnDomain> domains = {};  // used instead of `domain`
  // The first lines of the file, without "# ".
  std::vector<std::string> origin = {
      "Made by `fragflow design`. Change it and run the same command again with --overwrite, or",
      "    fragflow train design.toml --out ANOTHER_FOLDER"};
};

// The component that rewards a clause. files: the models, by target. values: of the clause's
// subject, as learned; at least one. All except a window use the pessimistic end of the prediction.
//   high, low  0.5 in the middle and full at the end of activity_range(values), or of the negative
//              values
//   above X    full at X, 0.5 half a log unit below it (for values that are not logarithms half the
//              width of activity_range); below X: the same downwards
//   between    full inside, 0.5 at the ends
ComponentConfig clause_component(const ObjectiveClause& clause, const std::string& name,
                                 std::span<const std::string> files, std::span<const double> values,
                                 bool in_potency);

// The raw value of that component for activities with these means and standard deviations, by
// target.
double clause_value(const ObjectiveClause& clause, const ComponentConfig& component,
                    std::span<const double> means, std::span<const double> deviations);

// With one component per clause; text: of the clauses, for comments.
std::string design_config_text(const DesignSettings& settings,
                               std::span<const ComponentConfig> components,
                               std::span<const std::string> texts, const DesignExtras& extras);

// Commented TOML; file names are relative to it. check: whether there is a second proxy.
std::string design_config_text(const DesignSettings& settings, const ActivityRange& range,
                               bool check, const DesignExtras& extras = {});

}  // namespace fragflow
