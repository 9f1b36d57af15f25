#include "src/design/design_stages.hpp"

#include <algorithm>
#include <cmath>
#include <functional>

#include "src/base/check.hpp"
#include "src/base/csv.hpp"
#include "src/base/file.hpp"
#include "src/base/log.hpp"
#include "src/base/statistics.hpp"
#include "src/base/stopped.hpp"
#include "src/base/text.hpp"
#include "src/chem/motifs.hpp"
#include "src/design/design_config.hpp"
#include "src/design/design_list.hpp"
#include "src/design/design_motifs.hpp"
#include "src/design/design_steps.hpp"
#include "src/design/design_table.hpp"
#include "src/design/design_targets.hpp"
#include "src/design/design_vocabulary.hpp"
#include "src/design/shortlist.hpp"
#include "src/eval/metrics.hpp"
#include "src/eval/run_data.hpp"
#include "src/reward/proxy_model.hpp"
#include "src/reward/proxy_training.hpp"
#include "src/reward/training_domain.hpp"
#include "src/run/config.hpp"
#include "src/run/fit_display.hpp"
#include "src/run/training_run.hpp"

namespace fragflow {
namespace {

namespace fs = std::filesystem;

// With fewer compounds half of them are too few for a model, and there is no second model.
constexpr std::int64_t kFewestForCheck = 100;

// report: of train_proxy; compounds: of the table; check_model: "" without a second model.
ProxyFacts proxy_facts(const Json& report, std::int64_t compounds, const std::string& check_model) {
  ProxyFacts facts;
  facts.model = report["model"];
  const Json& quality = report["cross_validation"][facts.model];
  facts.random_r2 = quality["random"]["r2"];
  facts.random_rmse = quality["random"]["rmse"];
  facts.scaffold_r2 = quality["scaffold"]["r2"];
  facts.scaffold_rmse = quality["scaffold"]["rmse"];
  facts.check = !check_model.empty();
  facts.check_model = check_model;
  facts.report = report;
  if (report.contains("bounds")) {
    facts.bounds = read_facts<BoundsFacts>(report["bounds"], "the model's report");
    const Json tried = quality.value("bounds", Json::object());
    const auto met = [&](const char* way) -> std::optional<double> {
      if (!tried.contains(way)) return {};
      return tried[way]["scaffold"]["bounds_met"].get<double>();
    };
    facts.bounds->met_learn = met("learn");
    facts.bounds->met_left_out = met("left_out");
  }
  if (report["molecules"] < compounds) {
    facts.drawn = report["molecules"];
    facts.drawn_from = compounds;
  }
  return facts;
}

}  // namespace

Json table_json(const TableSettings& settings) {
  Json json = settings_json(settings);
  for (const char* key : {"target", "relation", "unit_column", "units", "direction"}) {
    const Json values = json[key];
    if (values.size() > 1) continue;
    const std::string value = values.empty() ? "" : values[0].get<std::string>();
    const std::string_view name = key;
    const bool found = name == "units" || name == "direction";
    json[key] = value.empty() && found ? "auto" : value;
  }
  return json;
}

std::optional<ProxyFacts> make_proxy(const DesignSettings& settings, const DesignPaths& paths,
                                     const TableFacts& table, const DesignContext& context) {
  ProxyData all = read_proxy_data(paths.table(), "smiles", "activity");
  if (table.bounded > 0) all.bounds = read_proxy_bounds(paths.bounds(), "smiles", "activity");
  const std::int64_t rows = settings.proxy.model_rows;
  ProxyData data = rows > 0 ? random_part(all, rows, settings.seed) : all;
  if (data.size() < all.size()) {
    spdlog::warn("the model learns from {} of the {} compounds, drawn at random (--model-rows)",
                 data.size(), all.size());
  }
  if (!table.higher_is_better) {
    // The model and the reward assume that more is better.
    data.negate();
  }
  ProxyTrainingConfig config;
  config.model = settings.proxy.model;
  config.bounds = settings.proxy.bounds;
  config.seed = settings.seed;
  config.nested = false;  // takes minutes, for a figure that the summary does not show
  // One fold assignment, the same for each model, suffices for the choice and for a summary.
  config.gp_fold_seeds = config.forest_fold_seeds = config.mpnn_fold_seeds = 1;
  // A second model that does not extrapolate is not misled like one that does.
  config.check_model = config.model == "forest" ? "gp" : "forest";
  const bool check = data.size() >= kFewestForCheck;
  if (!check) {
    fs::remove(paths.check());
    spdlog::warn(
        "{} compounds are too few to hold back half of them for a second model (at least "
        "{})",
        data.size(), kFewestForCheck);
  }
  FitDisplay display(context.quiet, context.listen());
  config.on_fit = std::ref(display);
  ProxyTrainingResult result;
  try {
    result = train_proxy(data, config, paths.proxy(),
                         check ? std::optional(paths.check()) : std::nullopt);
  } catch (const Stopped&) {
    return {};
  }
  return proxy_facts(result.report, all.size(), check ? config.check_model : "");
}

namespace {

// Reading a configuration makes relative file names absolute; a design can be moved.
std::string with_own_files(std::string text, const fs::path& folder) {
  for (const std::string& prefix : {fs::absolute(folder).string() + "/", (folder / "").string()}) {
    for (auto at = text.find('"' + prefix); at != text.npos; at = text.find('"' + prefix)) {
      text.erase(at + 1, prefix.size());
    }
  }
  return text;
}

}  // namespace

void write_config(std::string text, const DesignSettings& settings, const DesignPaths& paths) {
  const std::vector<std::string>& set = settings.run.set;
  const Config config = parse_config(text, "the configuration", paths.folder, set);
  if (!set.empty()) {
    text = fmt::format("# Made by `fragflow design --set {}`\n{}", join(set, " --set "),
                       with_own_files(print_config(config), paths.folder));
  }
  write_file_atomically(paths.config(), text);
}

namespace {

TableStageFacts read_table(const DesignSettings& settings, const DesignPaths& paths) {
  const TableFacts table = make_table(settings, settings.table.column(0), paths);
  MotifFacts motifs = find_motifs(read_known_activities(paths.table()), table.higher_is_better);
  core_patterns(settings.run.keep_core, motifs);  // refused now rather than after training
  return {table, std::move(motifs)};
}

}  // namespace

ConfigFacts make_config(const DesignSettings& settings, const DesignPaths& paths,
                        const RewardBasis& basis) {
  const bool higher = basis.higher_is_better;
  std::vector<double> values;
  std::vector<std::string> smiles;
  for (const KnownActivity& compound : read_known_activities(paths.table())) {
    values.push_back(higher ? compound.value : -compound.value);
    smiles.push_back(compound.smiles);
  }
  const ActivityRange range = basis.range ? *basis.range : activity_range(values, basis.in_potency);
  DesignExtras extras{
      domain_range(held_out_similarities(smiles, ComponentConfig().neighbours, settings.seed)),
      core_patterns(settings.run.keep_core, basis.motifs), static_cast<int>(basis.max_fragments)};
  extras.origin = basis.origin;
  write_config(design_config_text(settings, range, fs::exists(paths.check()), extras), settings,
               paths);
  ConfigFacts facts{
      {range.low, range.high}, extras.core, {extras.domain.low, extras.domain.high}, {}};
  if (!extras.core.empty()) facts.core_in_table = pattern_fractions(extras.core, smiles);
  return facts;
}

namespace {

// Whether the run can continue with the configuration it was started with, except its length.
bool can_continue(const RunPaths& run, Config config) {
  if (!fs::exists(run.checkpoint()) || !fs::exists(run.config())) return false;
  Config started = load_config(run.config());
  if (started.training.steps > config.training.steps) return false;
  started.training.steps = config.training.steps;
  started.stop = config.stop;
  return print_config(started) == print_config(config);
}

}  // namespace

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

namespace {

double first_mean_score(const CsvTable& metrics) {
  const std::vector<double> scores = numbers_of(metrics, "mean_score");
  return scores.empty() ? NAN : scores.front();
}

}  // namespace

std::optional<TrainFacts> run_training(const DesignPaths& paths, const DesignContext& context) {
  TrainingRequest request;
  request.config = load_config(paths.config());
  request.folder = paths.run();
  const bool begun = fs::exists(RunPaths(paths.run()).checkpoint());
  request.existing = begun ? ExistingRun::kResume : ExistingRun::kRefuse;
  request.init_from = context.init_from;
  request.command = context.command;
  request.quiet = context.quiet;
  request.stop = context.listen();
  const TrainingOutcome outcome = train(request);
  if (!outcome.finished || request.stop.stop_requested()) return {};
  const CsvTable metrics = read_csv(RunPaths(paths.run()).metrics());
  TrainFacts facts;
  facts.steps = outcome.steps;
  facts.trajectories = outcome.trajectories;
  facts.samples = outcome.samples;
  facts.unique = outcome.unique_share;
  facts.mean_score = outcome.mean_score;
  facts.top_100 = outcome.top_100_mean;
  facts.log_z = outcome.log_z;
  facts.stop_reason = outcome.stop_reason;
  facts.warnings = outcome.warnings;
  facts.beta = request.config.reward.beta;
  facts.first_score = first_mean_score(metrics);
  return facts;
}

std::vector<Stage> design_stages(const DesignSettings& settings, const DesignPaths& paths,
                                 const DesignContext& context) {
  if (has_objective(settings)) return objective_stages(settings, paths, context);
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
           .settings = table_json(settings.table),
           .inputs = {settings.activities},
           .outputs = {"table.csv", "bounds.csv", "rejected.csv"},
           .run = stage_work([=](const StageRunner&) { return read_table(settings, paths); })},
          {.name = "vocabulary",
           .settings = settings_json(settings.vocabulary),
           .inputs = {"table.csv"},
           .outputs = {"vocabulary.json", "actives.csv"},
           .facts_of = {"table"},
           .run = stage_work([=](const StageRunner& r) {
             return make_vocabulary(settings.vocabulary, paths,
                                    read_known_activities(paths.table()),
                                    r.read<TableFacts>("table").higher_is_better);
           })},
          {.name = "proxy",
           .settings = proxy,
           .inputs = {"table.csv", "bounds.csv"},
           .outputs = {"proxy.safetensors"},
           .facts_of = {"table"},
           .run = stage_work([=](const StageRunner& r) {
             return make_proxy(settings, paths, r.read<TableFacts>("table"), context);
           })},
          {.name = "config",
           .settings = run,
           .inputs = {"table.csv", "check.safetensors"},
           .outputs = {"design.toml"},
           .facts_of = {"table", "vocabulary"},
           .run = stage_work([=](const StageRunner& r) {
             const auto facts = r.read<TableStageFacts>("table");
             return make_config(settings, paths,
                                {facts.table.higher_is_better, facts.table.in_potency, facts.motifs,
                                 r.read<VocabularyFacts>("vocabulary").max_fragments});
           })},
          {.name = "train",
           .settings = Json::object(),
           .inputs = of_train,
           .outputs = {"run/samples.csv", "run/best.csv"},
           .prepare = [=](const Json& before) { drop_stale_run(paths, before); },
           .run = stage_work([=](const StageRunner&) { return run_training(paths, context); })},
          {.name = "shortlist",
           .settings = settings_json(settings.shortlist),
           .inputs = of_list,
           .outputs = {"shortlist.csv", "shortlist.sdf", "summary.txt", "report.html"},
           .facts_of = {"table", "vocabulary", "proxy", "train"},
           .run = stage_work(
               [=](const StageRunner& runner) { return make_list(settings, paths, runner); })}};
}

}  // namespace fragflow
