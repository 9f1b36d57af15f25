#include "src/campaign/round_work.hpp"

#include <algorithm>
#include <functional>

#include "src/base/check.hpp"
#include "src/base/facts.hpp"
#include "src/base/file.hpp"
#include "src/base/log.hpp"
#include "src/base/stopped.hpp"
#include "src/design/design_motifs.hpp"
#include "src/design/design_steps.hpp"
#include "src/design/design_table.hpp"
#include "src/design/design_vocabulary.hpp"
#include "src/reward/proxy_training.hpp"
#include "src/run/fit_display.hpp"

namespace fragflow {

Round::Round(const Campaign& campaign, const RoundContext& context)
    : campaign_(campaign),
      context_(context),
      paths_(campaign.paths().round(context.number)),
      last_policy_(last_policy_round(campaign)) {
  const CampaignSettings& settings = campaign.settings();
  std::int64_t steps = context.settings.steps;
  if (steps == 0) steps = last_policy_ == 0 ? settings.run.steps : settings.campaign.later_steps;
  design_ = design_settings(settings, context.seed, steps);
}

KnownFacts Round::write_known() const {
  const ActivityTable known = known_activities(campaign_.measurements());
  write_activities(known, paths_);
  const bool higher = campaign_.higher_is_better();
  const std::vector<KnownActivity> compounds = read_known_activities(paths_.table());
  return {known.size(), known.num_bounded_molecules(), campaign_.in_potency(), higher,
          motifs_for_core(design_.run.keep_core, compounds, higher)};
}

std::optional<RoundModelFacts> Round::fit_model(const KnownFacts& known) const {
  ProxyData data = read_proxy_data(paths_.table(), "smiles", "activity");
  if (known.bounded > 0) data.bounds = read_proxy_bounds(paths_.bounds(), "smiles", "activity");
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
  RoundModelFacts facts;
  facts.molecules = result.report["molecules"];
  facts.bounds = static_cast<std::int64_t>(data.bounds.size());
  facts.description = result.report["description"];
  facts.scaffold_rmse = quality["scaffold"]["rmse"];
  facts.scaffold_r2 = quality["scaffold"]["r2"];
  facts.random_rmse = quality["random"]["rmse"];
  facts.random_r2 = quality["random"]["r2"];
  return facts;
}

// Later rounds keep the fragments of the first, because the policy's weights depend on them.
VocabularyFacts Round::choose_fragments() const {
  VocabularySettings settings = design_.vocabulary;
  if (last_policy_ > 0) {
    const CampaignPaths& all = campaign_.paths();
    settings.vocabulary = DesignPaths(all.round(last_policy_)).vocabulary();
    settings.max_fragments =
        campaign_.record().rounds[static_cast<std::size_t>(last_policy_) - 1].policy->max_fragments;
    settings.synthesis.clear();  // its blocks are in that vocabulary
  }
  return make_vocabulary(settings, paths_, read_known_activities(paths_.table()),
                         campaign_.higher_is_better());
}

RoundRewardFacts Round::write_reward(const KnownFacts& known, const VocabularyFacts& vocabulary,
                                     const RoundModelFacts& model) const {
  const double kappa = reward_kappa(context_.settings.batch);
  std::vector<double> values;
  for (const KnownActivity& compound : read_known_activities(paths_.table())) {
    values.push_back(campaign_.higher_is_better() ? compound.value : -compound.value);
  }
  // Predictions score higher up to the best known value and no further; the optimistic end of all
  // predictions is higher by about the model's usual error.
  ActivityRange range = activity_range(values, campaign_.in_potency());
  range.high = std::max(range.high, *std::max_element(values.begin(), values.end()));
  const double shift = -kappa * model.scaffold_rmse;
  range.low += shift;
  range.high += shift;
  range.kappa = kappa;
  const RewardBasis basis{
      known.higher_is_better,
      known.in_potency,
      known.motifs,
      vocabulary.max_fragments,
      range,
      {fmt::format("Made by `fragflow campaign propose` for round {}, strategy {}.",
                   context_.number, context_.settings.batch.strategy)}};
  return {make_config(design_, paths_, basis), kappa};
}

std::optional<TrainFacts> Round::train_policy() const {
  DesignContext context{context_.quiet, context_.command, context_.listen};
  if (last_policy_ > 0) {
    context.init_from = DesignPaths(campaign_.paths().round(last_policy_)).run();
  }
  return run_training(paths_, context);
}

RoundCandidates Round::find_candidates(const KnownFacts& known) const {
  SmilesSet taken;
  for (const Measurement& measurement : campaign_.measurements()) taken.insert(measurement.smiles);
  for (const Proposal& proposal : campaign_.proposals()) taken.insert(proposal.smiles);
  const ProposeSettings& settings = context_.settings;
  if (settings.from.empty()) return policy_candidates(paths_, taken);
  return library_candidates(settings.from, settings.from_smiles, taken,
                            core_patterns(design_.run.keep_core, known.motifs));
}

BatchFacts Round::choose_batch(const KnownFacts& known) const {
  const RoundCandidates candidates = find_candidates(known);
  if (candidates.all.empty()) {
    user_error("round {}: no candidate is left: {}", context_.number,
               json_text(facts_json(candidates.counts)));
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
  request.batch = context_.settings.batch;
  request.seed = context_.seed;
  const auto model = load_proxy(paths_.proxy());
  const BatchAnswer answer = choose_compounds(model.get(), request);
  write_batch(candidates, activities, answer);
  const auto relaxed = std::count_if(answer.chosen.begin(), answer.chosen.end(),
                                     [](const ChosenCompound& c) { return c.relaxed; });
  if (relaxed > 0) {
    spdlog::warn(
        "{} of {} proposals are more alike than --similarity {}: nothing else was left among the "
        "{} looked at",
        relaxed, answer.chosen.size(), context_.settings.batch.similarity, answer.joint);
  }
  return {candidates.counts, static_cast<std::int64_t>(answer.joint),
          static_cast<std::int64_t>(request.open.size()),
          static_cast<std::int64_t>(answer.chosen.size()), relaxed};
}

void Round::write_batch(const RoundCandidates& candidates, const ActivityTable& known,
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

}  // namespace fragflow
