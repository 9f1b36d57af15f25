#include "src/campaign/round_stages.hpp"

#include <algorithm>
#include <memory>
#include <optional>

#include "src/base/check.hpp"
#include "src/base/csv.hpp"
#include "src/base/file.hpp"
#include "src/base/log.hpp"
#include "src/base/stopped.hpp"
#include "src/campaign/proposer.hpp"
#include "src/campaign/round_candidates.hpp"
#include "src/design/design_motifs.hpp"
#include "src/design/design_steps.hpp"
#include "src/design/design_table.hpp"
#include "src/design/design_vocabulary.hpp"
#include "src/reward/proxy_training.hpp"
#include "src/run/fit_display.hpp"
#include "src/run/version.hpp"

namespace fragflow {
namespace {

namespace fs = std::filesystem;

class Round {
 public:
  Round(const Campaign& campaign, const RoundContext& context)
      : campaign_(campaign),
        context_(context),
        paths_(campaign.paths().round(context.number)),
        last_policy_(last_policy_round(campaign)) {
    const CampaignSettings& settings = campaign.settings();
    std::int64_t steps = context.settings.steps;
    if (steps == 0) steps = last_policy_ == 0 ? settings.run.steps : settings.campaign.later_steps;
    design_ = design_settings(settings, context.seed, steps);
  }

  // The compounds that are known, as a design has them.
  Json write_known() const {
    const ActivityTable known = known_activities(campaign_.measurements());
    write_activities(known, paths_);
    const bool higher = campaign_.higher_is_better();
    const std::vector<KnownActivity> compounds = read_known_activities(paths_.table());
    return {{"molecules", known.size()},
            {"bounded", known.num_bounded_molecules()},
            {"in_potency", campaign_.in_potency()},
            {"higher_is_better", higher},
            {"motifs", motifs_for_core(design_.run.keep_core, compounds, higher)}};
  }

  std::optional<Json> fit_model(const Json& known) const {
    ProxyData data = read_proxy_data(paths_.table(), "smiles", "activity");
    if (known["bounded"] > 0)
      data.bounds = read_proxy_bounds(paths_.bounds(), "smiles", "activity");
    if (!campaign_.higher_is_better()) data.negate();
    ProxyTrainingConfig config;
    config.model = "gp";
    config.bounds = design_.proxy.bounds;
    config.seed = context_.seed;
    config.gp_fold_seeds = 1;
    FitDisplay display(context_.quiet, context_.listen());
    config.on_fit = std::ref(display);
    ProxyTrainingResult result;
    try {
      result = train_proxy(data, config, paths_.proxy(), std::nullopt);
    } catch (const Stopped&) {
      return {};
    }
    const Json& quality = result.report["cross_validation"]["gp"];
    return Json{{"molecules", result.report["molecules"]},
                {"bounds", data.bounds.size()},
                {"description", result.report["description"]},
                {"scaffold_rmse", quality["scaffold"]["rmse"]},
                {"scaffold_r2", quality["scaffold"]["r2"]},
                {"random_rmse", quality["random"]["rmse"]},
                {"random_r2", quality["random"]["r2"]}};
  }

  // Later rounds keep the fragments of the first, because the weights of the policy are about them.
  Json choose_fragments() const {
    VocabularySettings settings = design_.vocabulary;
    if (last_policy_ > 0) {
      const CampaignPaths& all = campaign_.paths();
      settings.vocabulary = DesignPaths(all.round(last_policy_)).vocabulary();
      settings.max_fragments = last_round()["policy"]["max_fragments"];
    }
    return make_vocabulary(settings, paths_, read_known_activities(paths_.table()),
                           campaign_.higher_is_better());
  }

  Json write_reward(const Json& known, const Json& vocabulary, const Json& model) const {
    const double kappa = reward_kappa(context_.settings.batch);
    std::vector<double> values;
    for (const KnownActivity& compound : read_known_activities(paths_.table())) {
      values.push_back(campaign_.higher_is_better() ? compound.value : -compound.value);
    }
    // Up to the best that is known and no further, a prediction gains; the optimistic end of all
    // predictions lies higher, by as much as the model usually errs.
    ActivityRange range = activity_range(values, campaign_.in_potency());
    range.high = std::max(range.high, *std::max_element(values.begin(), values.end()));
    const double shift = -kappa * model["scaffold_rmse"].get<double>();
    range.low += shift;
    range.high += shift;
    range.kappa = kappa;
    Json facts =
        make_config(design_, paths_, known, vocabulary, range,
                    {fmt::format("Made by `fragflow campaign propose` for round {}, strategy {}.",
                                 context_.number, context_.settings.batch.strategy)});
    facts["kappa"] = kappa;
    return facts;
  }

  std::optional<Json> train_policy() const {
    DesignContext context{context_.quiet, context_.command, context_.listen};
    if (last_policy_ > 0) {
      context.init_from = DesignPaths(campaign_.paths().round(last_policy_)).run();
    }
    return run_training(paths_, context);
  }

  Json choose_batch(const Json& known) const {
    SmilesSet taken;
    for (const Measurement& measurement : campaign_.measurements())
      taken.insert(measurement.smiles);
    for (const Proposal& proposal : campaign_.proposals()) taken.insert(proposal.smiles);
    const ProposeSettings& settings = context_.settings;
    const RoundCandidates candidates =
        settings.from.empty()
            ? policy_candidates(paths_, taken)
            : library_candidates(settings.from, settings.from_smiles, taken,
                                 core_patterns(design_.run.keep_core, known["motifs"]));
    if (candidates.all.empty()) {
      user_error("round {}: no candidate is left: {}", context_.number,
                 json_text(candidates.facts));
    }
    const ActivityTable activities = known_activities(campaign_.measurements());
    BatchRequest request;
    request.known = &activities;
    request.higher_is_better = campaign_.higher_is_better();
    for (const RoundCandidate& candidate : candidates.all) {
      request.candidates.push_back(candidate.smiles);
    }
    for (const Proposal& proposal : campaign_.open_proposals()) {
      request.open.push_back(proposal.smiles);
    }
    request.batch = settings.batch;
    request.seed = context_.seed;
    const auto model = load_proxy(paths_.proxy());
    const BatchAnswer answer = choose_compounds(model.get(), request);
    write_batch(candidates, activities, answer);
    const auto relaxed = std::count_if(answer.chosen.begin(), answer.chosen.end(),
                                       [](const ChosenCompound& c) { return c.relaxed; });
    if (relaxed > 0) {
      spdlog::warn("{} of {} proposals are more alike than --similarity {}: nothing else was left",
                   relaxed, answer.chosen.size(), settings.batch.similarity);
    }
    Json facts = {{"candidates", candidates.facts},
                  {"joint", answer.joint},
                  {"open_before", request.open.size()},
                  {"proposed", answer.chosen.size()},
                  {"relaxed", relaxed}};
    return facts;
  }

  const DesignPaths& paths() const { return paths_; }
  const DesignSettings& design() const { return design_; }
  std::int64_t last_policy() const { return last_policy_; }
  const RoundContext& context() const { return context_; }

 private:
  const Json& last_round() const {
    return campaign_.record()["rounds"][static_cast<std::size_t>(last_policy_) - 1];
  }

  void write_batch(const RoundCandidates& candidates, const ActivityTable& known,
                   const BatchAnswer& answer) const {
    std::vector<Proposal> proposals;
    for (const ChosenCompound& chosen : answer.chosen) {
      const RoundCandidate& candidate = candidates.all[chosen.candidate];
      const ActivityTable::Molecule& nearest = known.molecules[chosen.nearest];
      Proposal proposal;
      proposal.id = proposal_id(context_.number, proposals.size() + 1);
      proposal.round = context_.number;
      proposal.smiles = candidate.smiles;
      proposal.name = candidate.name;
      proposal.source = candidate.source;
      proposal.predicted = chosen.predicted;
      proposal.deviation = chosen.deviation;
      proposal.strategy = context_.settings.batch.strategy;
      proposal.acquisition = chosen.acquisition;
      proposal.nearest_smiles = nearest.smiles;
      proposal.nearest_name = nearest.name;
      proposal.nearest_activity = nearest.value;
      proposal.nearest_similarity = chosen.nearest_similarity;
      proposal.score = candidate.score;
      proposals.push_back(std::move(proposal));
    }
    std::string rows = proposals_header();
    for (const Proposal& proposal : proposals) rows += proposal_row(proposal);
    write_file_atomically(paths_.folder / "proposals.csv", rows);
    write_file_atomically(campaign_.paths().plate(context_.number),
                          plate_csv(proposals, campaign_.target()));
  }

  const Campaign& campaign_;
  RoundContext context_;
  DesignPaths paths_;
  std::int64_t last_policy_;
  DesignSettings design_;
};

using RoundPointer = std::shared_ptr<const Round>;

std::vector<Stage> policy_stages(const RoundPointer& round) {
  Json run = settings_json(round->design().run);
  run["seed"] = round->context().seed;
  run["reward_kappa"] = reward_kappa(round->context().settings.batch);
  Json vocabulary = settings_json(round->design().vocabulary);
  vocabulary["continues_round"] = round->last_policy();
  return {{.name = "vocabulary",
           .settings = vocabulary,
           .inputs = {"table.csv"},
           .outputs = {"vocabulary.json", "actives.csv"},
           .run = [round](const StageRunner&) { return round->choose_fragments(); }},
          {.name = "config",
           .settings = run,
           .inputs = {"table.csv", "proxy.safetensors"},
           .outputs = {"design.toml"},
           .facts_of = {"known", "vocabulary", "proxy"},
           .run =
               [round](const StageRunner& r) {
                 return round->write_reward(r.facts("known"), r.facts("vocabulary"),
                                            r.facts("proxy"));
               }},
          {.name = "train",
           .settings = Json{{"continues_round", round->last_policy()}},
           .inputs = {"vocabulary.json", "proxy.safetensors", "design.toml", "actives.csv"},
           .outputs = {"run/samples.csv", "run/best.csv"},
           .prepare = [round](const Json& before) { drop_stale_run(round->paths(), before); },
           .run = [round](const StageRunner&) { return round->train_policy(); }}};
}

}  // namespace

double reward_kappa(const BatchSettings& batch) {
  if (batch.strategy == "ucb") return -batch.kappa;
  return batch.strategy == "ei" || batch.strategy == "thompson" ? -1 : 0;
}

std::int64_t last_policy_round(const Campaign& campaign) {
  std::int64_t last = 0;
  for (const Json& round : campaign.record()["rounds"]) {
    if (round.contains("policy")) last = round["round"];
  }
  return last;
}

std::vector<Stage> round_stages(const Campaign& campaign, const RoundContext& context) {
  const auto round = std::make_shared<const Round>(campaign, context);
  const ProposeSettings& settings = context.settings;
  std::vector<Stage> stages = {
      {.name = "known",
       .settings = Json::object(),
       .inputs = {"../measurements.csv"},
       .outputs = {"table.csv", "bounds.csv"},
       .run = [round](const StageRunner&) { return round->write_known(); }},
      {.name = "proxy",
       .settings = {{"bounds", campaign.settings().campaign.bounds}, {"seed", context.seed}},
       .inputs = {"table.csv", "bounds.csv"},
       .outputs = {"proxy.safetensors"},
       .facts_of = {"known"},
       .run = [round](const StageRunner& r) { return round->fit_model(r.facts("known")); }}};
  const bool with_policy = settings.from.empty();
  if (with_policy) {
    for (Stage& stage : policy_stages(round)) stages.push_back(std::move(stage));
  }
  Json batch = settings_json(settings.batch);
  batch["from"] = settings.from;
  batch["from_smiles"] = settings.from_smiles;
  batch["seed"] = context.seed;
  std::vector<std::string> inputs = {"table.csv", "bounds.csv", "proxy.safetensors",
                                     "../proposals.csv"};
  if (with_policy) {
    inputs.insert(inputs.end(), {"run/samples.csv", "run/best.csv"});
  } else {
    inputs.push_back(settings.from);
  }
  stages.push_back(
      {.name = "batch",
       .settings = batch,
       .inputs = inputs,
       .outputs = {"proposals.csv", "plate.csv"},
       .facts_of = {"known"},
       .run = [round](const StageRunner& r) { return round->choose_batch(r.facts("known")); }});
  return stages;
}

}  // namespace fragflow
