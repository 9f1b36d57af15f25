#include "src/design/design_targets.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <unordered_map>

#include "src/base/check.hpp"
#include "src/base/csv.hpp"
#include "src/base/error_place.hpp"
#include "src/base/file.hpp"
#include "src/base/text.hpp"
#include "src/chem/table_reader.hpp"
#include "src/design/design_config.hpp"
#include "src/design/design_table.hpp"
#include "src/reward/aggregate.hpp"
#include "src/reward/proxy_model.hpp"
#include "src/reward/transform.hpp"

namespace fragflow {
namespace {

constexpr double kMissing = std::numeric_limits<double>::quiet_NaN();
// With fewer compounds measured for a difference its scale includes predictions.
constexpr std::size_t kFewestForScale = 20;

// Columns of samples.csv and names of components that always exist.
const std::vector<std::string> kTaken = {"activity",
                                         "alerts",
                                         "caution",
                                         "core",
                                         "domain",
                                         "fragments",
                                         "joins",
                                         "log_pf",
                                         "logp",
                                         "log_reward",
                                         "molecular_weight",
                                         "must_fill",
                                         "name",
                                         "qed",
                                         "rank",
                                         "sa",
                                         "score",
                                         "smiles",
                                         "source",
                                         "tpsa"};

// The compounds of all tables: first those of the first table, then new ones of the next.
struct Compounds {
  std::vector<KnownActivity> all;
  std::vector<std::vector<double>> values;  // by target and compound
};

Compounds read_compounds(const std::vector<DesignPaths>& tables) {
  Compounds compounds;
  std::unordered_map<std::string, std::size_t> places;
  for (const DesignPaths& paths : tables) {
    std::vector<double>& values = compounds.values.emplace_back(compounds.all.size(), kMissing);
    for (const KnownActivity& compound : read_known_activities(paths.table())) {
      const auto [place, is_new] = places.emplace(compound.smiles, compounds.all.size());
      if (is_new) {
        compounds.all.push_back(compound);
        values.push_back(kMissing);
      }
      KnownActivity& known = compounds.all[place->second];
      if (known.name.empty()) known.name = compound.name;
      values[place->second] = compound.value;
    }
  }
  for (std::vector<double>& values : compounds.values)
    values.resize(compounds.all.size(), kMissing);
  return compounds;
}

std::string joint_table(const Compounds& compounds, const std::vector<std::string>& keys) {
  std::vector<std::string> header = {"smiles", "name"};
  header.insert(header.end(), keys.begin(), keys.end());
  std::string text = csv_row(header);
  for (std::size_t i = 0; i < compounds.all.size(); ++i) {
    std::vector<std::string> row = {compounds.all[i].smiles, compounds.all[i].name};
    for (const std::vector<double>& values : compounds.values) row.push_back(csv_number(values[i]));
    text += csv_row(row);
  }
  return text;
}

// The number of a column by the name found for it: "#4 pIC50" if a name occurs twice.
std::size_t number_of(const std::string& name, const std::vector<std::string>& header) {
  for (std::size_t i = 0; i < header.size(); ++i) {
    if (header[i] == name || fmt::format("#{} {}", i + 1, header[i]) == name) return i + 1;
  }
  return 0;
}

ColumnSettings column_for(const DesignSettings& settings, std::size_t index) {
  ColumnSettings column = settings.table.column(index);
  if (settings.score.objective.empty()) return column;
  if (column.direction != "auto") {
    user_error(
        "--direction and --objective both say which values are better; leave one of them out");
  }
  column.direction = "none";
  return column;
}

void refuse_same_column(std::span<const TargetFacts> targets) {
  for (std::size_t a = 0; a < targets.size(); ++a) {
    for (std::size_t b = a + 1; b < targets.size(); ++b) {
      if (targets[a].table.columns.target != targets[b].table.columns.target) continue;
      user_error("--target '{}' and --target '{}' are the same column", targets[a].given,
                 targets[b].given);
    }
  }
}

// The given clauses, or each target's own direction.
std::vector<ObjectiveClause> clauses_of(const DesignSettings& settings,
                                        std::span<const TargetFacts> targets) {
  std::vector<ObjectiveTarget> columns;
  std::vector<ObjectiveClause> own;
  for (std::size_t t = 0; t < targets.size(); ++t) {
    const TargetFacts& target = targets[t];
    columns.push_back({target.table.columns.target, target.given,
                       static_cast<std::size_t>(target.number),
                       target.table.in_potency ? "p" : target.table.unit});
    own.push_back(
        {{{t, 1}},
         {target.wanted == "low" ? ObjectiveWish::Kind::kLow : ObjectiveWish::Kind::kHigh}});
  }
  const auto phrases = parse_objective(settings.score.objective);
  return phrases.empty() ? own : resolve_objective(phrases, columns);
}

std::string base_name(const ObjectiveClause& clause, const std::vector<std::string>& keys) {
  std::string name = keys[clause.terms[0].target];
  if (name.empty()) name = "activity";
  if (clause.terms.size() == 2) name += "_minus_" + keys[clause.terms[1].target];
  return name;
}

// The values of the clause's subject: of the compounds measured for it or, if those are few, of all
// compounds.
std::vector<double> values_of(const ObjectiveClause& clause, const DesignObjective& objective) {
  const auto subject = [&](const std::vector<std::vector<double>>& values, std::size_t i) {
    double sum = 0;
    for (const ObjectiveTerm& term : clause.terms) sum += term.coefficient * values[term.target][i];
    return sum;
  };
  std::vector<double> measured, all;
  for (std::size_t i = 0; i < objective.known.size(); ++i) {
    all.push_back(subject(objective.means, i));
    const double value = subject(objective.measured, i);
    if (!std::isnan(value)) measured.push_back(value);
  }
  return clause.terms.size() == 1 || measured.size() >= kFewestForScale ? measured : all;
}

void complete(const std::vector<DesignPaths>& tables, DesignObjective& objective) {
  for (std::size_t t = 0; t < tables.size(); ++t) {
    std::vector<double> means = objective.measured[t], deviations(means.size());
    std::vector<std::string> smiles;
    std::vector<std::size_t> missing;
    for (std::size_t i = 0; i < means.size(); ++i) {
      if (!std::isnan(means[i])) continue;
      smiles.push_back(objective.known[i].smiles);
      missing.push_back(i);
    }
    if (!missing.empty()) {
      const auto predictions = load_proxy(tables[t].proxy())->predict(smiles);
      for (std::size_t k = 0; k < missing.size(); ++k) {
        means[missing[k]] = predictions[k].mean;
        deviations[missing[k]] = predictions[k].std;
      }
    }
    objective.means.push_back(std::move(means));
    objective.deviations.push_back(std::move(deviations));
  }
}

void score(DesignObjective& objective) {
  RewardConfig reward;
  reward.components = objective.components;
  for (std::size_t i = 0; i < objective.known.size(); ++i) {
    std::vector<double> means, deviations, scores;
    for (std::size_t t = 0; t < objective.means.size(); ++t) {
      means.push_back(objective.means[t][i]);
      deviations.push_back(objective.deviations[t][i]);
    }
    for (std::size_t k = 0; k < objective.clauses.size(); ++k) {
      const ComponentConfig& component = objective.components[k];
      scores.push_back(transform(component.transform,
                                 clause_value(objective.clauses[k], component, means, deviations)));
    }
    objective.known[i].value = aggregate(reward, scores);
  }
}

}  // namespace

bool has_objective(const DesignSettings& settings) {
  return settings.table.num_targets() > 1 || !settings.score.objective.empty();
}

std::vector<std::string> keys_of(const DesignSettings& settings) {
  if (settings.table.num_targets() == 1) return {""};
  std::vector<std::string> names;
  for (const std::string& given : settings.table.target) {
    names.push_back(given.starts_with('#') ? "column " + given : given);
  }
  return target_keys(names, kTaken);
}

std::vector<DesignPaths> paths_of(const DesignSettings& settings, const DesignPaths& paths) {
  std::vector<DesignPaths> all;
  for (const std::string& key : keys_of(settings)) all.emplace_back(paths.folder, key);
  return all;
}

TargetsFacts make_targets(const DesignSettings& settings, const DesignPaths& paths) {
  const std::vector<DesignPaths> tables = paths_of(settings, paths);
  const std::vector<std::string> header =
      TableReader(settings.activities, settings.table.smiles).header();
  TargetsFacts facts;
  for (std::size_t t = 0; t < tables.size(); ++t) {
    const ColumnSettings column = column_for(settings, t);
    const auto read = [&] { return make_table(settings, column, tables[t]); };
    TargetFacts target{
        tables.size() == 1 ? read() : name_place(fmt::format("--target '{}'", column.target), read),
        tables[t].key, column.target, 0, ""};
    target.number = static_cast<std::int64_t>(number_of(target.table.columns.target, header));
    target.wanted = target.table.higher_is_better ? "high" : "low";
    // From now on values are unchanged, and the objective says what is better.
    target.table.higher_is_better = true;
    facts.targets.push_back(std::move(target));
  }
  refuse_same_column(facts.targets);
  clauses_of(settings, facts.targets);  // errors are reported before the models are made
  const Compounds compounds = read_compounds(tables);
  if (tables.size() > 1) {
    write_file_atomically(paths.table(), joint_table(compounds, keys_of(settings)));
  }
  facts.molecules = static_cast<std::int64_t>(compounds.all.size());
  for (std::size_t i = 0; i < compounds.all.size(); ++i) {
    facts.all_measured += std::none_of(compounds.values.begin(), compounds.values.end(),
                                       [&](const auto& values) { return std::isnan(values[i]); });
  }
  return facts;
}

bool DesignObjective::all_measured(std::size_t compound) const {
  for (const ObjectiveClause& clause : clauses) {
    for (const ObjectiveTerm& term : clause.terms) {
      if (std::isnan(measured[term.target][compound])) return false;
    }
  }
  return true;
}

bool DesignObjective::counts(std::size_t target) const {
  return std::any_of(clauses.begin(), clauses.end(), [&](const ObjectiveClause& clause) {
    return std::any_of(clause.terms.begin(), clause.terms.end(),
                       [&](const ObjectiveTerm& term) { return term.target == target; });
  });
}

int DesignObjective::better(std::size_t target) const {
  int up = 0, down = 0;
  for (const ObjectiveClause& clause : clauses) {
    if (clause.terms.size() > 1 || clause.terms[0].target != target) continue;
    using Kind = ObjectiveWish::Kind;
    const Kind kind = clause.wish.kind;
    up += kind == Kind::kHigh || kind == Kind::kAbove;
    down += kind == Kind::kLow || kind == Kind::kBelow;
  }
  return up > 0 && down > 0 ? 0 : up - down;
}

DesignObjective make_objective(const DesignSettings& settings, const DesignPaths& paths,
                               std::span<const TargetFacts> targets) {
  const std::vector<DesignPaths> tables = paths_of(settings, paths);
  DesignObjective objective;
  objective.keys = keys_of(settings);
  std::vector<std::string> files;
  for (std::size_t t = 0; t < tables.size(); ++t) {
    objective.names.push_back(targets[t].table.columns.target);
    objective.in_potency.push_back(targets[t].table.in_potency);
    files.push_back(tables[t].proxy().filename().string());
  }
  objective.clauses = clauses_of(settings, targets);
  Compounds compounds = read_compounds(tables);
  objective.known = std::move(compounds.all);
  objective.measured = std::move(compounds.values);
  complete(tables, objective);
  std::vector<std::string> names;
  for (const ObjectiveClause& clause : objective.clauses) {
    objective.texts.push_back(clause_text(clause, objective.names));
    names.push_back(base_name(clause, objective.keys));
  }
  names = made_different(names, {});  // two clauses may have the same subject
  for (std::size_t k = 0; k < objective.clauses.size(); ++k) {
    const ObjectiveClause& clause = objective.clauses[k];
    objective.components.push_back(clause_component(clause, names[k], files,
                                                    values_of(clause, objective),
                                                    objective.in_potency[clause.terms[0].target]));
  }
  score(objective);
  return objective;
}

}  // namespace fragflow
