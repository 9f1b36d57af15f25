#include "src/campaign/round_stages.hpp"

#include <memory>

#include "src/campaign/round_work.hpp"
#include "src/design/design_steps.hpp"

namespace fragflow {
namespace {

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
           .run = stage_work([round](const StageRunner&) { return round->choose_fragments(); })},
          {.name = "config",
           .settings = run,
           .inputs = {"table.csv", "proxy.safetensors"},
           .outputs = {"design.toml"},
           .facts_of = {"known", "vocabulary", "proxy"},
           .run = stage_work([round](const StageRunner& r) {
             return round->write_reward(r.read<KnownFacts>("known"),
                                        r.read<VocabularyFacts>("vocabulary"),
                                        r.read<RoundModelFacts>("proxy"));
           })},
          {.name = "train",
           .settings = Json{{"continues_round", round->last_policy()}},
           .inputs = {"vocabulary.json", "proxy.safetensors", "design.toml", "actives.csv"},
           .outputs = {"run/samples.csv", "run/best.csv"},
           .prepare = [round](const Json& before) { drop_stale_run(round->paths(), before); },
           .run = stage_work([round](const StageRunner&) { return round->train_policy(); })}};
}

}  // namespace

double reward_kappa(const BatchSettings& batch) {
  if (batch.strategy == "ucb") return -batch.kappa;
  return batch.strategy == "ei" || batch.strategy == "thompson" ? -1 : 0;
}

std::int64_t last_policy_round(const Campaign& campaign) {
  std::int64_t last = 0;
  for (const RoundRecord& round : campaign.record().rounds) {
    if (round.policy) last = round.round;
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
       .run = stage_work([round](const StageRunner&) { return round->write_known(); })},
      {.name = "proxy",
       .settings = {{"bounds", campaign.settings().campaign.bounds}, {"seed", context.seed}},
       .inputs = {"table.csv", "bounds.csv"},
       .outputs = {"proxy.safetensors"},
       .facts_of = {"known"},
       .run = stage_work([round](const StageRunner& r) {
         return round->fit_model(r.read<KnownFacts>("known"));
       })}};
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
  stages.push_back({.name = "batch",
                    .settings = batch,
                    .inputs = inputs,
                    .outputs = {"proposals.csv", "plate.csv"},
                    .facts_of = {"known"},
                    .run = stage_work([round](const StageRunner& r) {
                      return round->choose_batch(r.read<KnownFacts>("known"));
                    })});
  return stages;
}

}  // namespace fragflow
