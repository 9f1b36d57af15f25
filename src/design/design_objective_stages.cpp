#include <algorithm>
#include <cmath>
#include <functional>

#include "src/base/log.hpp"
#include "src/base/text.hpp"
#include "src/chem/motifs.hpp"
#include "src/design/design_list.hpp"
#include "src/design/design_motifs.hpp"
#include "src/design/design_steps.hpp"
#include "src/design/design_targets.hpp"
#include "src/design/design_vocabulary.hpp"
#include "src/reward/training_domain.hpp"

namespace fragflow {
namespace {

// The facts of make_proxy for each target; empty if a signal stopped it.
std::optional<ProxiesFacts> make_proxies(const DesignSettings& settings, const DesignPaths& paths,
                                         const TargetsFacts& tables, const DesignContext& context) {
  const std::vector<DesignPaths> targets = paths_of(settings, paths);
  ProxiesFacts facts;
  for (std::size_t t = 0; t < targets.size(); ++t) {
    const TableFacts& table = tables.targets[t].table;
    if (targets.size() > 1) {
      spdlog::info("model {} of {}: {}", t + 1, targets.size(), table.columns.target);
    }
    std::optional<ProxyFacts> one = make_proxy(settings, targets[t], table, context);
    if (!one) return {};
    facts.targets.push_back(*std::move(one));
  }
  return facts;
}

// From the compounds that are best by the objective.
ObjectiveVocabularyFacts make_fragments(const DesignSettings& settings, const DesignPaths& paths,
                                        const TargetsFacts& tables) {
  const DesignObjective objective = make_objective(settings, paths, tables.targets);
  const MotifFacts motifs = find_motifs(objective.known, /*higher_is_better=*/true);
  core_patterns(settings.run.keep_core, motifs);  // errors are reported before anything is written
  ObjectiveVocabularyFacts facts{make_vocabulary(settings.vocabulary, paths, objective.known,
                                                 /*higher_is_better=*/true, "score"),
                                 0, motifs};
  for (const std::size_t i : best_quarter(objective.known, true)) {
    facts.actives_measured += objective.all_measured(i);
  }
  return facts;
}

// One for each model, unless all have the same compounds.
std::vector<OwnDomain> domains_of(const DesignSettings& settings, const DesignPaths& paths,
                                  const DesignObjective& objective) {
  std::vector<OwnDomain> domains;
  const std::vector<DesignPaths> tables = paths_of(settings, paths);
  std::vector<std::vector<std::string>> seen;
  for (std::size_t t = 0; t < tables.size(); ++t) {
    if (!objective.counts(t)) continue;
    std::vector<std::string> smiles;
    for (std::size_t i = 0; i < objective.known.size(); ++i) {
      if (!std::isnan(objective.measured[t][i])) smiles.push_back(objective.known[i].smiles);
    }
    if (std::find(seen.begin(), seen.end(), smiles) != seen.end()) continue;
    const std::string name = objective.keys[t].empty() ? "domain" : "domain_" + objective.keys[t];
    domains.push_back(
        {name, tables[t].table().filename().string(), 1,
         domain_range(held_out_similarities(smiles, ComponentConfig().neighbours, settings.seed))});
    seen.push_back(std::move(smiles));
  }
  for (OwnDomain& domain : domains) domain.weight = 1.0 / static_cast<double>(domains.size());
  if (domains.size() == 1) domains[0].name = "domain";
  return domains;
}

// Number of compounds with both values of a difference; empty for a clause about one activity.
std::optional<std::int64_t> measured_both(const DesignObjective& objective,
                                          const ObjectiveClause& clause) {
  if (clause.terms.size() < 2) return {};
  const auto &a = objective.measured[clause.terms[0].target],
             &b = objective.measured[clause.terms[1].target];
  std::int64_t both = 0;
  for (std::size_t i = 0; i < a.size(); ++i) both += !std::isnan(a[i]) && !std::isnan(b[i]);
  return both;
}

ObjectiveConfigFacts make_objective_config(const DesignSettings& settings, const DesignPaths& paths,
                                           const TargetsFacts& tables,
                                           const ObjectiveVocabularyFacts& fragments) {
  const DesignObjective objective = make_objective(settings, paths, tables.targets);
  DesignExtras extras{{},
                      core_patterns(settings.run.keep_core, fragments.motifs),
                      static_cast<int>(fragments.vocabulary.max_fragments),
                      domains_of(settings, paths, objective)};
  write_config(design_config_text(settings, objective.components, objective.texts, extras),
               settings, paths);
  ObjectiveConfigFacts facts;
  facts.core = extras.core;
  for (std::size_t k = 0; k < objective.clauses.size(); ++k) {
    const ComponentConfig& component = objective.components[k];
    facts.clauses.push_back({objective.texts[k],
                             component.name,
                             !component.terms.empty() && component.terms[0].coefficient < 0,
                             component.transform.type,
                             {component.transform.low, component.transform.high},
                             measured_both(objective, objective.clauses[k])});
  }
  for (const OwnDomain& domain : extras.domains) {
    facts.domains.push_back({domain.name, {domain.range.low, domain.range.high}});
  }
  if (!extras.core.empty()) {
    std::vector<std::string> smiles;
    for (const KnownActivity& compound : objective.known) smiles.push_back(compound.smiles);
    facts.core_in_table = pattern_fractions(extras.core, smiles);
  }
  return facts;
}

std::vector<std::string> joined(std::initializer_list<std::vector<std::string>> lists) {
  std::vector<std::string> all;
  for (const auto& list : lists) all.insert(all.end(), list.begin(), list.end());
  return all;
}

// The stages' own files in the folder, by column key.
struct Files {
  explicit Files(const std::vector<DesignPaths>& targets) {
    for (const DesignPaths& target : targets) {
      tables.push_back(target.table().filename().string());
      bounds.push_back(target.bounds().filename().string());
      rejected.push_back(target.rejected().filename().string());
      proxies.push_back(target.proxy().filename().string());
      checks.push_back(target.check().filename().string());
    }
    joint = tables;
    if (targets.size() > 1) joint.push_back("table.csv");
  }
  std::vector<std::string> tables, bounds, rejected, proxies, checks, joint;
};

}  // namespace

std::vector<Stage> objective_stages(const DesignSettings& settings, const DesignPaths& paths,
                                    const DesignContext& context) {
  const Files files(paths_of(settings, paths));
  const std::string& objective = settings.score.objective;
  Json table = table_json(settings.table), proxy = settings_json(settings.proxy),
       vocabulary = settings_json(settings.vocabulary), run = settings_json(settings.run);
  // Another objective needs no other models, and reads the table in the same way.
  table["has_objective"] = !objective.empty();
  proxy["seed"] = run["seed"] = settings.seed;
  vocabulary["objective"] = run["objective"] = objective;
  return {{.name = "table",
           .settings = table,
           .inputs = {settings.activities},
           .outputs = joined({files.joint, files.bounds, files.rejected}),
           .run = stage_work([=](const StageRunner&) { return make_targets(settings, paths); })},
          {.name = "proxy",
           .settings = proxy,
           .inputs = joined({files.tables, files.bounds}),
           .outputs = files.proxies,
           .facts_of = {"table"},
           .run = stage_work([=](const StageRunner& r) {
             return make_proxies(settings, paths, r.read<TargetsFacts>("table"), context);
           })},
          {.name = "vocabulary",
           .settings = vocabulary,
           .inputs = joined({files.tables, files.proxies}),
           .outputs = {"vocabulary.json", "actives.csv"},
           .facts_of = {"table"},
           .run = stage_work([=](const StageRunner& r) {
             return make_fragments(settings, paths, r.read<TargetsFacts>("table"));
           })},
          {.name = "config",
           .settings = run,
           .inputs = joined({files.tables, files.proxies}),
           .outputs = {"design.toml"},
           .facts_of = {"table", "vocabulary"},
           .run = stage_work([=](const StageRunner& r) {
             return make_objective_config(settings, paths, r.read<TargetsFacts>("table"),
                                          r.read<ObjectiveVocabularyFacts>("vocabulary"));
           })},
          {.name = "train",
           .settings = Json::object(),
           .inputs = joined({{"vocabulary.json"}, files.proxies, {"design.toml", "actives.csv"}}),
           .outputs = {"run/samples.csv", "run/best.csv"},
           .prepare = [=](const Json& before) { drop_stale_run(paths, before); },
           .run = stage_work([=](const StageRunner&) { return run_training(paths, context); })},
          {.name = "shortlist",
           .settings = settings_json(settings.shortlist),
           .inputs = joined({{"vocabulary.json"},
                             files.proxies,
                             files.checks,
                             files.joint,
                             files.bounds,
                             {"run/samples.csv", "run/best.csv"}}),
           .outputs = {"shortlist.csv", "shortlist.sdf", "summary.txt", "report.html"},
           .facts_of = {"table", "vocabulary", "proxy", "train"},
           .run = stage_work(
               [=](const StageRunner& r) { return make_objective_list(settings, paths, r); })}};
}

}  // namespace fragflow
