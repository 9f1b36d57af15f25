#include "src/app/design_stages.hpp"

#include <algorithm>
#include <cmath>
#include <functional>

#include "src/app/config.hpp"
#include "src/app/design_config.hpp"
#include "src/app/design_motifs.hpp"
#include "src/app/design_summary.hpp"
#include "src/app/design_table.hpp"
#include "src/app/design_vocabulary.hpp"
#include "src/app/experiment.hpp"
#include "src/app/field_list.hpp"
#include "src/app/fit_display.hpp"
#include "src/app/run_report.hpp"
#include "src/app/shortlist.hpp"
#include "src/app/signals.hpp"
#include "src/app/training_run.hpp"
#include "src/base/check.hpp"
#include "src/base/csv.hpp"
#include "src/base/file.hpp"
#include "src/base/log.hpp"
#include "src/base/statistics.hpp"
#include "src/base/stopped.hpp"
#include "src/base/text.hpp"
#include "src/chem/motifs.hpp"
#include "src/eval/metrics.hpp"
#include "src/eval/run_data.hpp"
#include "src/reward/proxy_model.hpp"
#include "src/reward/proxy_training.hpp"
#include "src/reward/training_domain.hpp"

namespace fragflow {
namespace {

namespace fs = std::filesystem;

// With fewer compounds half of them are not enough for a model, and there is no second one.
constexpr std::int64_t kFewestForCheck = 100;

// Settings as the record keeps them.
template <typename Settings>
Json settings_json(Settings settings) {
  Json json = Json::object();
  for (const Field& field : list_fields(settings)) {
    std::visit(
        [&]<typename Target>(const Target& target) {
          if constexpr (std::is_pointer_v<Target>) json[field.name] = *target;
        },
        field.target);
  }
  return json;
}

std::optional<Json> make_proxy(const DesignSettings& settings, const DesignPaths& paths,
                               const Json& table, bool quiet) {
  ProxyData all = read_proxy_data(paths.table(), "smiles", "activity");
  if (table["bounded"] > 0) all.bounds = read_proxy_bounds(paths.bounds(), "smiles", "activity");
  const std::int64_t rows = settings.proxy.model_rows;
  ProxyData data = rows > 0 ? random_part(all, rows, settings.seed) : all;
  if (data.size() < all.size()) {
    spdlog::warn("the model learns from {} of the {} compounds, drawn at random (--model-rows)",
                 data.size(), all.size());
  }
  if (!table["higher_is_better"].get<bool>()) {
    // The model and the reward only know "more is better".
    data.negate();
  }
  ProxyTrainingConfig config;
  config.model = settings.proxy.model;
  config.bounds = settings.proxy.bounds;
  config.seed = settings.seed;
  config.nested = false;  // minutes, for a figure that the summary does not show
  // One assignment to folds, the same for each model, is enough to choose by and for a summary.
  config.gp_fold_seeds = config.forest_fold_seeds = config.mpnn_fold_seeds = 1;
  // A judge that does not extrapolate is not fooled by what fools a model that does.
  config.check_model = config.model == "forest" ? "gp" : "forest";
  const bool check = data.size() >= kFewestForCheck;
  if (!check) {
    fs::remove(paths.check());
    spdlog::warn(
        "{} compounds are too few to hold back half of them for a second model (at least "
        "{})",
        data.size(), kFewestForCheck);
  }
  handle_stop_signals();
  FitDisplay display(quiet);
  config.on_fit = std::ref(display);
  ProxyTrainingResult result;
  try {
    result = train_proxy(data, config, paths.proxy(),
                         check ? std::optional(paths.check()) : std::nullopt);
  } catch (const Stopped&) {
    return {};
  }
  const Json& report = result.report;
  const std::string model = report["model"];
  const Json& quality = report["cross_validation"][model];
  Json facts = {{"model", model},
                {"random_r2", quality["random"]["r2"]},
                {"random_rmse", quality["random"]["rmse"]},
                {"scaffold_r2", quality["scaffold"]["r2"]},
                {"scaffold_rmse", quality["scaffold"]["rmse"]},
                {"check", check},
                {"check_model", check ? config.check_model : ""},
                {"report", report}};
  if (report.contains("bounds")) {
    facts["bounds"] = report["bounds"];
    const Json tried = quality.value("bounds", Json::object());
    for (const char* way : {"learn", "left_out"}) {
      if (tried.contains(way)) {
        facts["bounds"][fmt::format("met_{}", way)] = tried[way]["scaffold"]["bounds_met"];
      }
    }
  }
  if (report["molecules"] < all.size()) {
    facts["drawn"] = report["molecules"];
    facts["drawn_from"] = all.size();
  }
  return facts;
}

// Reading a configuration makes the names of files beside it absolute; a design can be moved.
std::string with_own_files(std::string text, const fs::path& folder) {
  for (const std::string& prefix : {fs::absolute(folder).string() + "/", (folder / "").string()}) {
    for (auto at = text.find('"' + prefix); at != text.npos; at = text.find('"' + prefix)) {
      text.erase(at + 1, prefix.size());
    }
  }
  return text;
}

Json read_table(const DesignSettings& settings, const DesignPaths& paths) {
  Json facts = make_table(settings, paths);
  facts["motifs"] = find_motifs(read_known_activities(paths.table()), facts["higher_is_better"]);
  core_patterns(settings.run.keep_core, facts["motifs"]);  // refused now rather than after training
  return facts;
}

Json make_config(const DesignSettings& settings, const DesignPaths& paths, const Json& table,
                 const Json& vocabulary) {
  const bool higher = table["higher_is_better"];
  std::vector<double> values;
  std::vector<std::string> smiles;
  for (const KnownActivity& compound : read_known_activities(paths.table())) {
    values.push_back(higher ? compound.value : -compound.value);
    smiles.push_back(compound.smiles);
  }
  const ActivityRange range = activity_range(values, table["in_potency"]);
  const DesignExtras extras{
      domain_range(held_out_similarities(smiles, ComponentConfig().neighbours, settings.seed)),
      core_patterns(settings.run.keep_core, table.value("motifs", Json::object())),
      vocabulary["max_fragments"]};
  std::string text = design_config_text(settings, range, fs::exists(paths.check()), extras);
  const std::vector<std::string>& set = settings.run.set;
  const Config config = parse_config(text, "the configuration", paths.folder, set);
  if (!set.empty()) {
    text = fmt::format("# Made by `fragflow design --set {}`\n{}", join(set, " --set "),
                       with_own_files(print_config(config), paths.folder));
  }
  write_file_atomically(paths.config(), text);
  Json facts = {{"low", range.low}, {"high", range.high}, {"core", extras.core}};
  facts["domain"] = {{"low", extras.domain.low}, {"high", extras.domain.high}};
  if (!extras.core.empty()) facts["core_in_table"] = pattern_shares(extras.core, smiles);
  return facts;
}

// Whether the run goes on under the configuration it was started with: all but its length.
bool can_continue(const RunPaths& run, Config config) {
  if (!fs::exists(run.checkpoint()) || !fs::exists(run.config())) return false;
  Config started = load_config(run.config());
  if (started.training.steps > config.training.steps) return false;
  started.training.steps = config.training.steps;
  started.stop = config.stop;
  return print_config(started) == print_config(config);
}

// A run whose models or vocabulary are others now cannot be continued, whatever its settings say.
void drop_stale_run(const DesignPaths& paths, const Json& before) {
  const RunPaths run(paths.run());
  if (!fs::exists(run.checkpoint())) return;
  bool same_files = before.is_object();
  const Json inputs = same_files ? before["inputs"] : Json::object();
  for (const auto& [name, digest] : inputs.items()) {
    same_files &= name == "design.toml" || digest == file_digest(paths.folder / name);
  }
  if (same_files && can_continue(run, load_config(paths.config()))) return;
  spdlog::info("the earlier run in '{}' is replaced", paths.run().string());
  RunFolder(paths.run(), ExistingRun::kOverwrite);
}

double mean_score_at(const CsvTable& metrics, bool last) {
  const std::vector<double> scores = numbers_of(metrics, "mean_score");
  return scores.empty() ? NAN : last ? scores.back() : scores.front();
}

std::optional<Json> run_training(const DesignPaths& paths, bool quiet, const std::string& command) {
  handle_stop_signals();
  TrainingRequest request;
  request.config = load_config(paths.config());
  request.folder = paths.run();
  const bool begun = fs::exists(RunPaths(paths.run()).checkpoint());
  request.existing = begun ? ExistingRun::kResume : ExistingRun::kRefuse;
  request.command = command;
  request.quiet = quiet;
  const TrainingOutcome outcome = train(request);
  if (!outcome.finished || stop_requested()) return {};
  Json facts = {{"steps", outcome.steps},           {"trajectories", outcome.trajectories},
                {"samples", outcome.samples},       {"unique", outcome.unique_share},
                {"mean_score", outcome.mean_score}, {"top_100", outcome.top_100_mean},
                {"log_z", outcome.log_z},           {"stop_reason", outcome.stop_reason},
                {"warnings", outcome.warnings},     {"beta", request.config.reward.beta}};
  const CsvTable metrics = read_csv(RunPaths(paths.run()).metrics());
  facts["first_score"] = mean_score_at(metrics, false);
  facts["last_score"] = mean_score_at(metrics, true);
  return facts;
}

Json list_facts(const Shortlist& list, const std::vector<KnownActivity>& known,
                const ShortlistSettings& settings, bool higher, bool in_potency) {
  std::vector<double> predictions, similarities, activities, checked;
  std::int64_t above = 0, far = 0, disagree = 0;
  for (const ShortlistEntry& entry : list.entries) {
    predictions.push_back(entry.prediction);
    similarities.push_back(entry.nearest_similarity);
    if (std::isfinite(entry.check_prediction)) checked.push_back(entry.check_prediction);
    for (const std::string& caution : entry.cautions) {
      above += caution == kAboveData;
      far += caution == kFarFromKnown;
      disagree += caution == kModelsDisagree;
    }
  }
  for (const KnownActivity& compound : known) activities.push_back(compound.value);
  const auto best = [&](const std::vector<double>& values) {
    return higher ? *std::max_element(values.begin(), values.end())
                  : *std::min_element(values.begin(), values.end());
  };
  Json facts = {{"count", list.entries.size()},
                {"wanted", settings.count},
                {"similarity_cut", settings.similarity},
                {"candidates", list.candidates},
                {"known", list.known},
                {"unfit", list.unfit},
                {"scaffolds", list.scaffolds},
                {"best_prediction", best(predictions)},
                {"median_prediction", median(predictions)},
                {"best_known", best(activities)},
                {"median_similarity", median(similarities)},
                {"above_data", above},
                {"far", far},
                {"disagree", disagree},
                {"second_correlation", list.check_correlation},
                {"molecules", shortlist_json(list, known, in_potency)}};
  if (!checked.empty()) facts["second_mean"] = mean(checked);
  facts["mean_prediction"] = mean(predictions);
  return facts;
}

// What the second model says of the best quarter of the table, as the table writes activities.
void add_second_of_actives(const DesignPaths& paths, std::span<const KnownActivity> known,
                           bool higher, Json& facts) {
  if (!fs::exists(paths.check())) return;
  std::vector<double> values;
  for (const auto& [value, std] : load_proxy(paths.check())->predict(best_quarter(known, higher))) {
    values.push_back(higher ? value : -value);
  }
  facts["second_of_actives"] = mean(values);
}

// How many of the candidates keep what nearly all actives have.
void add_motifs(const Json& table, const Shortlist& list, Json& facts) {
  std::vector<std::string> smarts, smiles;
  Json kept = Json::array();
  for (const Json& motif : table.value("motifs", Json::object()).value("list", Json::array())) {
    if (motif["among_actives"].get<double>() < kConserved) continue;
    kept.push_back({{"name", motif["name"]}, {"among_actives", motif["among_actives"]}});
    smarts.push_back(motif["smarts"]);
  }
  for (const ShortlistEntry& entry : list.entries) smiles.push_back(entry.smiles);
  const std::vector<double> shares = pattern_shares(smarts, smiles);
  for (std::size_t i = 0; i < shares.size(); ++i) kept[i]["among_candidates"] = shares[i];
  facts["motifs"] = kept;
}

// The report of the run, with what else there is to say.
void write_design_report(const DesignPaths& paths, DesignFacts& facts) {
  ReportRequest request;
  request.run_folder = paths.run();
  request.smiles_column = "smiles";
  ReportData report = collect_report(request);
  facts.shortlist["opinion"] = Json::array();
  if (report.second_opinion) {
    for (const Finding& finding : report.second_opinion->findings) {
      if (finding.good) continue;
      facts.shortlist["opinion"].push_back(
          fmt::format("{} is {} ({})", finding.question, finding.value, finding.reference));
    }
  }
  report.title = "fragflow design";
  report.warnings = design_warnings(facts);
  report.statements.push_back(
      fmt::format("The shortlist of {} molecules is in shortlist.csv and shortlist.sdf.",
                  facts.shortlist["count"].dump()));
  for (const std::string& line : design_statements(facts)) report.statements.push_back(line);
  if (!facts.table["higher_is_better"].get<bool>()) {
    report.statements.push_back(
        "Lower activities are better: the model predicts their negative, and so do the figures of "
        "predicted activity here.");
  }
  write_file_atomically(paths.report(), render_report(report));
}

Json make_list(const DesignSettings& settings, const DesignPaths& paths,
               const StageRunner& runner) {
  const Json& table = runner.facts("table");
  const bool higher = table["higher_is_better"], in_potency = table["in_potency"];
  ShortlistRequest request;
  request.run = paths.run();
  request.reward = load_config(RunPaths(paths.run()).config()).reward;
  for (ComponentConfig& component : request.reward.components) {
    component.file = find_file(component.file);
  }
  request.known = read_known_activities(paths.table());
  const CsvTable bounds = read_csv(paths.bounds());
  const std::size_t smiles = bounds.column("smiles", "'" + paths.bounds().string() + "'");
  for (const auto& row : bounds.rows) request.known_by_bound.push_back(row[smiles]);
  request.proxy = paths.proxy();
  if (fs::exists(paths.check())) request.check_proxy = paths.check();
  request.higher_is_better = higher;
  request.settings = settings.shortlist;
  for (const ComponentConfig& component : request.reward.components) {
    if (component.name == "core" && component.type == "smarts") request.required = component.smarts;
  }
  const Shortlist list = make_shortlist(request);
  DesignFacts facts{table,
                    runner.facts("vocabulary"),
                    runner.facts("proxy"),
                    runner.facts("config"),
                    runner.facts("train"),
                    list_facts(list, request.known, settings.shortlist, higher, in_potency)};
  add_second_of_actives(paths, request.known, higher, facts.shortlist);
  add_motifs(table, list, facts.shortlist);
  write_design_report(paths, facts);
  const std::vector<std::string> warnings = design_warnings(facts);
  facts.shortlist["warnings"] = warnings;
  write_file_atomically(paths.shortlist_sdf(), shortlist_sdf(list, request.known, in_potency));
  write_file_atomically(paths.shortlist_csv(), shortlist_csv(list, request.known, in_potency));
  write_file_atomically(paths.summary(), design_summary(facts, warnings, paths.folder.string()));
  return facts.shortlist;
}

}  // namespace

std::vector<Stage> design_stages(const DesignSettings& settings, const DesignPaths& paths,
                                 bool quiet, const std::string& command) {
  const Json seed = settings.seed;
  Json proxy = settings_json(settings.proxy), run = settings_json(settings.run);
  proxy["seed"] = seed;
  run["seed"] = seed;
  const std::vector<std::string> models = {"vocabulary.json", "proxy.safetensors",
                                           "check.safetensors"};
  std::vector<std::string> of_train = models, of_list = models;
  of_train.insert(of_train.end(), {"design.toml", "actives.csv"});
  of_list.insert(of_list.end(), {"table.csv", "bounds.csv", "run/samples.csv", "run/best.csv"});
  return {{.name = "table",
           .settings = settings_json(settings.table),
           .inputs = {settings.activities},
           .outputs = {"table.csv", "bounds.csv", "rejected.csv"},
           .run = [=](const StageRunner&) { return read_table(settings, paths); }},
          {.name = "vocabulary",
           .settings = settings_json(settings.vocabulary),
           .inputs = {"table.csv"},
           .outputs = {"vocabulary.json", "actives.csv"},
           .facts_of = {"table"},
           .run =
               [=](const StageRunner& r) {
                 return make_vocabulary(settings.vocabulary, paths, r.facts("table"));
               }},
          {.name = "proxy",
           .settings = proxy,
           .inputs = {"table.csv", "bounds.csv"},
           .outputs = {"proxy.safetensors"},
           .facts_of = {"table"},
           .run =
               [=](const StageRunner& r) {
                 return make_proxy(settings, paths, r.facts("table"), quiet);
               }},
          {.name = "config",
           .settings = run,
           .inputs = {"table.csv", "check.safetensors"},
           .outputs = {"design.toml"},
           .facts_of = {"table", "vocabulary"},
           .run =
               [=](const StageRunner& r) {
                 return make_config(settings, paths, r.facts("table"), r.facts("vocabulary"));
               }},
          {.name = "train",
           .settings = Json::object(),
           .inputs = of_train,
           .outputs = {"run/samples.csv", "run/best.csv"},
           .prepare = [=](const Json& before) { drop_stale_run(paths, before); },
           .run = [=](const StageRunner&) { return run_training(paths, quiet, command); }},
          {.name = "shortlist",
           .settings = settings_json(settings.shortlist),
           .inputs = of_list,
           .outputs = {"shortlist.csv", "shortlist.sdf", "summary.txt", "report.html"},
           .facts_of = {"table", "vocabulary", "proxy", "train"},
           .run = [=](const StageRunner& runner) { return make_list(settings, paths, runner); }}};
}

}  // namespace fragflow
