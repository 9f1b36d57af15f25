#include "src/design/design_list.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "src/base/csv.hpp"
#include "src/base/file.hpp"
#include "src/base/statistics.hpp"
#include "src/chem/motifs.hpp"
#include "src/design/design_candidates.hpp"
#include "src/design/design_motifs.hpp"
#include "src/design/design_picture.hpp"
#include "src/design/design_summary.hpp"
#include "src/design/design_targets.hpp"
#include "src/design/shortlist_files.hpp"
#include "src/reward/proxy_model.hpp"
#include "src/run/config.hpp"
#include "src/run/experiment.hpp"
#include "src/run/run_folder.hpp"
#include "src/run/run_report.hpp"

namespace fragflow {
namespace {

namespace fs = std::filesystem;

// Facts about the shortlist for one target; actives: the best quarter of the table.
PredictionFacts prediction_facts(const Shortlist& list, std::size_t t,
                                 const std::vector<std::string>& actives) {
  const ShortlistTarget& target = list.targets[t];
  PredictionFacts facts;
  std::vector<double> predictions, checked, activities;
  for (const ShortlistEntry& entry : list.entries) {
    const TargetPrediction& prediction = entry.predictions[t];
    predictions.push_back(prediction.mean);
    if (std::isfinite(prediction.check_mean)) checked.push_back(prediction.check_mean);
    facts.above_data += prediction.above_data;
    facts.disagree += prediction.models_disagree;
  }
  for (const double value : target.values) {
    if (!std::isnan(value)) activities.push_back(value);
  }
  const auto best = [&](const std::vector<double>& values) {
    return target.better >= 0 ? *std::max_element(values.begin(), values.end())
                              : *std::min_element(values.begin(), values.end());
  };
  facts.best_prediction = best(predictions);
  facts.median_prediction = median(predictions);
  facts.mean_prediction = mean(predictions);
  facts.best_known = best(activities);
  facts.second_correlation = list.check_correlations[t];
  if (!checked.empty()) facts.second_mean = mean(checked);
  if (target.check_proxy.empty()) return facts;
  // Predictions of the second model, in the units of the table.
  std::vector<double> values;
  for (const auto& [value, std] : load_proxy(target.check_proxy)->predict(actives)) {
    values.push_back(target.sign * value);
  }
  facts.second_of_actives = mean(values);
  return facts;
}

double median_similarity(const Shortlist& list) {
  std::vector<double> similarities;
  for (const ShortlistEntry& entry : list.entries) similarities.push_back(entry.nearest_similarity);
  return median(similarities);
}

std::int64_t num_far(const Shortlist& list) {
  return std::count_if(list.entries.begin(), list.entries.end(), [](const ShortlistEntry& entry) {
    return std::find(entry.cautions.begin(), entry.cautions.end(), kFarFromKnown) !=
           entry.cautions.end();
  });
}

// Facts common to both kinds of lists.
ListFacts list_facts(const Shortlist& list, const std::vector<KnownActivity>& known,
                     const ShortlistSettings& settings) {
  ListFacts facts;
  facts.count = static_cast<std::int64_t>(list.entries.size());
  facts.wanted = settings.count;
  facts.similarity_cut = settings.similarity;
  facts.candidates = list.candidates;
  facts.compared = list.compared;
  facts.known = list.known;
  facts.unfit = list.unfit;
  facts.scaffolds = list.scaffolds;
  facts.routes = list.has_routes;
  facts.median_similarity = median_similarity(list);
  facts.far = num_far(list);
  facts.molecules = shortlist_json(list, known);
  return facts;
}

// How many of the candidates contain the motifs of nearly all actives.
std::vector<KeptMotif> kept_motifs(const MotifFacts& motifs, const Shortlist& list) {
  std::vector<std::string> smarts, smiles;
  std::vector<KeptMotif> kept;
  for (const MotifFact& motif : motifs.list) {
    if (motif.among_actives < kConserved) continue;
    kept.push_back({motif.name, motif.among_actives, 0});
    smarts.push_back(motif.smarts);
  }
  for (const ShortlistEntry& entry : list.entries) smiles.push_back(entry.smiles);
  const std::vector<double> shares = pattern_fractions(smarts, smiles);
  for (std::size_t i = 0; i < shares.size(); ++i) kept[i].among_candidates = shares[i];
  return kept;
}

// The report of the run, to be extended by either kind of design.
ReportData report_of(const DesignPaths& paths) {
  ReportRequest request;
  request.run_folder = paths.run();
  request.smiles_column = "smiles";
  ReportData report = collect_report(request);
  report.title = "fragflow design";
  report.molecules.clear();  // the shortlist replaces them
  return report;
}

// wishes: statements about the shortlist before the facts.
void write_report(const DesignPaths& paths, const DesignFacts& facts,
                  const std::vector<std::string>& warnings, const std::vector<std::string>& wishes,
                  ReportData report) {
  report.warnings = warnings;
  report.statements.push_back(fmt::format(
      "The shortlist of {} molecules is in shortlist.csv and shortlist.sdf.", facts.list.count));
  for (const std::string& wish : wishes) report.statements.push_back("Wanted: " + wish + ".");
  for (const std::string& line : design_statements(facts)) report.statements.push_back(line);
  if (!facts.objective && facts.activities.front().better < 0) {
    report.statements.push_back(
        "Lower activities are better: the model predicts their negative, and so do the figures of "
        "predicted activity here.");
  }
  write_file_atomically(paths.report(), render_report(report));
}

// The report's objections based on the second model's predictions for the samples.
std::vector<std::string> doubts_of(const ReportData& report) {
  std::vector<std::string> doubts;
  if (!report.second_opinion) return doubts;
  for (const Finding& finding : report.second_opinion->findings) {
    if (finding.good) continue;
    doubts.push_back(
        fmt::format("{} is {} ({})", finding.question, finding.value, finding.reference));
  }
  return doubts;
}

// Compounds known only by a bound are excluded as candidates.
void add_known_by_bound(const DesignPaths& paths, ShortlistRequest& request) {
  const CsvTable bounds = read_csv(paths.bounds());
  const std::size_t smiles = bounds.column("smiles", "'" + paths.bounds().string() + "'");
  for (const auto& row : bounds.rows) request.known_by_bound.push_back(row[smiles]);
}

ShortlistTarget target_with_models(const DesignPaths& paths) {
  ShortlistTarget target;
  target.key = paths.key;
  target.proxy = paths.proxy();
  if (fs::exists(paths.check())) target.check_proxy = paths.check();
  return target;
}

void write_list(const DesignPaths& paths, const Shortlist& list,
                const std::vector<KnownActivity>& known, const DesignFacts& facts,
                const std::vector<std::string>& warnings) {
  write_file_atomically(paths.shortlist_sdf(), shortlist_sdf(list, known));
  write_file_atomically(paths.shortlist_csv(), shortlist_csv(list, known));
  write_file_atomically(paths.summary(), design_summary(facts, warnings, paths.folder.string()));
}

// The facts common to both kinds of designs.
DesignFacts common_facts(const Shortlist& list, ListFacts facts, MotifFacts motifs,
                         const StageRunner& runner) {
  DesignFacts all;
  all.kept = kept_motifs(motifs, list);
  all.motifs = std::move(motifs);
  all.train = runner.read<TrainFacts>("train");
  all.list = std::move(facts);
  all.candidates = candidate_facts(list);
  return all;
}

}  // namespace

ShortlistRequest shortlist_request(const DesignPaths& paths) {
  ShortlistRequest request;
  request.run = paths.run();
  const Config config = load_config(RunPaths(paths.run()).config());
  request.reward = config.reward;
  request.start = config.environment.start;
  find_files(request.reward);
  request.vocabulary = paths.vocabulary();
  for (const ComponentConfig& component : request.reward.components) {
    if (component.name == "core" && component.type == "smarts") request.required = component.smarts;
  }
  return request;
}

ShortlistFacts make_list(const DesignSettings& settings, const DesignPaths& paths,
                         const StageRunner& runner) {
  const auto [table, motifs] = runner.read<TableStageFacts>("table");
  const bool higher = table.higher_is_better;
  ShortlistRequest request = shortlist_request(paths);
  request.settings = settings.shortlist;
  request.known = read_known_activities(paths.table());
  add_known_by_bound(paths, request);
  ShortlistTarget target = target_with_models(paths);
  target.sign = target.better = higher ? 1 : -1;
  target.in_potency = table.in_potency;
  for (const KnownActivity& compound : request.known) target.values.push_back(compound.value);
  target.component = "no proxy";  // changed by hand: nothing to compare
  for (const ComponentConfig& component : request.reward.components) {
    if (component.type != "proxy") continue;
    target.component = component.name.empty() ? component.type : component.name;
    break;
  }
  request.targets = {target};
  const Shortlist list = make_shortlist(request);
  DesignFacts facts =
      common_facts(list, list_facts(list, request.known, settings.shortlist), motifs, runner);
  facts.activities = {{table, runner.read<ProxyFacts>("proxy"),
                       prediction_facts(list, 0, best_quarter(request.known, higher)),
                       target.better, "", ""}};
  facts.fragments = runner.read<VocabularyFacts>("vocabulary").summary;
  facts.core = runner.read<ConfigFacts>("config").core;
  ReportData report = report_of(paths);
  facts.opinion = doubts_of(report);
  report.candidates = candidates_of(list, request.known, {""});
  const std::vector<std::string> warnings = design_warnings(facts);
  write_report(paths, facts, warnings, {}, std::move(report));
  write_list(paths, list, request.known, facts, warnings);
  return {facts.list, facts.activities[0].predictions, facts.kept, facts.opinion, warnings};
}

ObjectiveShortlistFacts make_objective_list(const DesignSettings& settings,
                                            const DesignPaths& paths, const StageRunner& runner) {
  const auto read = runner.read<TargetsFacts>("table");
  const auto proxies = runner.read<ProxiesFacts>("proxy");
  const auto fragments = runner.read<ObjectiveVocabularyFacts>("vocabulary");
  const auto config = runner.read<ObjectiveConfigFacts>("config");
  const DesignObjective objective = make_objective(settings, paths, read.targets);
  ShortlistRequest request = shortlist_request(paths);
  request.settings = settings.shortlist;
  request.known = objective.known;
  const std::vector<DesignPaths> tables = paths_of(settings, paths);
  for (std::size_t t = 0; t < tables.size(); ++t) {
    add_known_by_bound(tables[t], request);
    ShortlistTarget target = target_with_models(tables[t]);
    target.better = objective.better(t);
    target.in_potency = objective.in_potency[t];
    target.values = objective.measured[t];
    request.targets.push_back(std::move(target));
  }
  const Shortlist list = make_shortlist(request);
  DesignFacts facts = common_facts(list, list_facts(list, objective.known, settings.shortlist),
                                   fragments.motifs, runner);
  facts.fragments = fragments.vocabulary.summary;
  facts.core = config.core;
  facts.objective = {config.clauses, read.molecules, read.all_measured,
                     fragments.vocabulary.actives, fragments.actives_measured};
  ObjectiveShortlistFacts result{facts.list, {}, facts.kept, {}};
  const std::vector<std::string> actives = best_quarter(objective.known, true);
  for (std::size_t t = 0; t < list.targets.size(); ++t) {
    const ShortlistTarget& target = list.targets[t];
    const std::string& name = objective.names[t];
    const PredictionFacts predictions = prediction_facts(list, t, actives);
    facts.activities.push_back({read.targets.at(t).table, proxies.targets.at(t), predictions,
                                target.better, target.key, name});
    result.targets.push_back({predictions, target.key, name, target.better});
  }
  ReportData report = report_of(paths);
  add_activities(objective, list, paths.run(), report);
  report.candidates = candidates_of(list, objective.known, objective.names);
  result.warnings = design_warnings(facts);
  write_report(paths, facts, result.warnings, objective.texts, std::move(report));
  write_list(paths, list, objective.known, facts, result.warnings);
  return result;
}

}  // namespace fragflow
