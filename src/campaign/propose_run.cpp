#include <fmt/format.h>

#include <map>

#include "src/base/check.hpp"
#include "src/base/facts.hpp"
#include "src/base/file.hpp"
#include "src/base/log.hpp"
#include "src/base/record_file.hpp"
#include "src/base/rng.hpp"
#include "src/base/text.hpp"
#include "src/campaign/campaign_folder.hpp"
#include "src/campaign/campaign_runs.hpp"
#include "src/campaign/round_stages.hpp"
#include "src/config/config_toml.hpp"
#include "src/design/model_facts.hpp"
#include "src/run/folder_lock.hpp"
#include "src/run/version.hpp"

namespace fragflow {
namespace {

namespace fs = std::filesystem;

const std::map<std::string, std::string> kTitles = {
    {"known", "what is known"},
    {"proxy", "model of activity, cross-validated"},
    {"vocabulary", "fragments to build from"},
    {"config", "what a molecule is worth"},
    {"train", "training the policy, drawing molecules"},
    {"batch", "choosing the compounds"}};

// The seed of a round, derived from the campaign's: any value that a configuration accepts.
std::uint64_t seed_of_round(std::uint64_t seed, std::int64_t round) {
  constexpr int kToFit = 12;  // bits that do not fit into a configuration's seed
  return Rng(mix_seed(seed, "round of a campaign"), static_cast<std::uint64_t>(round)).next_u64() >>
         kToFit;
}

// Applied over the defaults, or over the settings that the round was begun with.
ProposeSettings settings_of(const ProposeRequest& request,
                            const std::optional<PendingRecord>& pending) {
  ProposeSettings settings;
  FieldList fields = list_fields(settings);
  if (pending) read_toml(pending->settings, "campaign.json", request.folder, fields);
  for (const std::string& assignment : request.batch) {
    apply_override("batch." + assignment, {}, fields);
  }
  for (const std::string& assignment : request.given) apply_override(assignment, {}, fields);
  if (!settings.from.empty()) {
    if (!fs::exists(settings.from)) user_error("--from: there is no file '{}'", settings.from);
    settings.from = fs::absolute(settings.from).lexically_normal();
  }
  return settings;
}

// A second batch while the first is still being measured is usually a mistake.
void require_results(const Campaign& campaign) {
  const std::int64_t last = campaign.num_rounds();
  if (last == 0) return;
  std::int64_t open = 0, all = 0;
  for (const Proposal& proposal : campaign.open_proposals()) open += proposal.round == last;
  for (const Proposal& proposal : campaign.proposals()) all += proposal.round == last;
  if (open < all) return;
  user_error(
      "none of the {} compounds of round {} has a result: bring them in with `fragflow campaign "
      "add {} RESULTS.csv`; --more proposes further ones all the same",
      all, last, campaign.paths().folder.string());
}

// False if a signal stopped it.
bool run_stages(StageRunner& runner) {
  const std::size_t count = runner.stages().size();
  for (std::size_t i = 0; i < count; ++i) {
    const std::string& name = runner.stages()[i].name;
    const StageRunner::Need need = runner.need(i);
    if (need.reason.empty()) {
      spdlog::info("{}/{} {}: up to date", i + 1, count, name);
      continue;
    }
    spdlog::info("{}/{} {}: {}{}", i + 1, count, name, kTitles.at(name),
                 need.again ? fmt::format(" (again; {})", need.reason) : "");
    if (!runner.run(i)) return false;
  }
  return true;
}

// The record of a finished round in campaign.json.
RoundRecord round_record(const RoundContext& context, const StageRunner& runner,
                         const PendingRecord& pending, const CampaignPaths& paths) {
  const fs::path folder = paths.round(context.number);
  const auto known = runner.read<KnownFacts>("known");
  RoundRecord record;
  record.round = context.number;
  record.begun = pending.begun;
  record.finished = utc_now();
  record.version = version_line();
  record.seed = context.seed;
  record.strategy = context.settings.batch.strategy;
  record.settings = pending.settings;
  record.known = {known.molecules, known.bounded, file_digest(folder / "table.csv")};
  record.model = {runner.read<RoundModelFacts>("proxy"), file_digest(folder / "proxy.safetensors")};
  if (context.settings.from.empty()) {
    const auto trained = runner.read<TrainFacts>("train");
    record.policy = {fs::path(folder.filename() / "run").string(), trained.steps,
                     runner.read<VocabularyFacts>("vocabulary").max_fragments,
                     runner.read<RoundRewardFacts>("config").kappa, trained.mean_score};
  } else {
    record.library = {context.settings.from, file_digest(context.settings.from)};
  }
  record.batch = runner.read<BatchFacts>("batch");
  record.plate = {fs::path(folder.filename() / "plate.csv").string(),
                  file_digest(folder / "plate.csv")};
  return record;
}

std::string reward_words(double kappa) {
  return kappa == 0 ? "the predicted mean" : fmt::format("mean + {} x deviation", -kappa);
}

CampaignOutcome describe(const Campaign& campaign, const RoundRecord& round,
                         const std::vector<Proposal>& proposals, const fs::path& plate) {
  CampaignOutcome outcome;
  outcome.json = {{"campaign", campaign.paths().folder.string()}, {"finished", true}};
  outcome.json.update(facts_json(round));
  outcome.json["plate_digest"] = round.plate.digest;
  outcome.json["plate"] = plate.string();  // its path, for readers of the output
  outcome.json["proposals"] = Json::array();
  double mean = 0;
  for (const Proposal& p : proposals) {
    outcome.json["proposals"].push_back({{"id", p.id},
                                         {"smiles", p.smiles},
                                         {"predicted", p.predicted},
                                         {"deviation", p.deviation},
                                         {"acquisition", p.acquisition}});
    mean += p.predicted / static_cast<double>(proposals.size());
  }
  outcome.text = fmt::format(
      "round {}: {} compounds by {}, of {} candidates; predicted {:.2f} on average\n"
      "model of {} compounds, cross-validated on scaffolds: RMSE {:.2f}, R2 {:.2f}\n",
      round.round, proposals.size(), round.strategy, round.batch.candidates.candidates, mean,
      round.model.facts.molecules, round.model.facts.scaffold_rmse, round.model.facts.scaffold_r2);
  if (round.policy) {
    outcome.text += fmt::format("the policy was trained {} steps; its reward counts {}\n",
                                round.policy->steps, reward_words(round.policy->reward_kappa));
  }
  outcome.text += fmt::format(
      "plate: {}\nnext: measure, fill in the last column, and fragflow campaign add {} {}\n",
      plate.string(), campaign.paths().folder.string(), plate.string());
  return outcome;
}

CampaignOutcome stopped(const fs::path& folder, std::int64_t round) {
  CampaignOutcome outcome;
  outcome.json = {{"campaign", folder.string()}, {"finished", false}, {"round", round}};
  outcome.text = fmt::format("stopped in round {}; continue with: fragflow campaign propose {}\n",
                             round, folder.string());
  return outcome;
}

}  // namespace

CampaignOutcome propose_round(const ProposeRequest& request) {
  require_campaign(request.folder);
  const FolderLock lock(request.folder);
  Campaign campaign(request.folder);
  std::optional<PendingRecord>& pending = campaign.record().pending;
  RoundContext context;
  context.settings = settings_of(request, pending);
  context.number = campaign.num_rounds() + 1;
  if (!pending && !request.more) require_results(campaign);
  context.seed = request.seed ? *request.seed
                 : pending    ? pending->seed
                              : seed_of_round(campaign.settings().seed, context.number);
  context.quiet = request.quiet;
  context.command = request.command;
  context.listen = request.listen;
  const std::string begun = pending ? pending->begun : utc_now();
  pending = {context.number, begun, context.seed, print_toml(list_fields(context.settings))};
  fs::create_directories(campaign.paths().round(context.number));
  campaign.save();
  StageRunner runner(campaign.paths().round(context.number), "round.json",
                     round_stages(campaign, context));
  if (!run_stages(runner)) return stopped(request.folder, context.number);
  const fs::path made = campaign.paths().round(context.number) / "proposals.csv";
  const std::vector<Proposal> proposals =
      parse_proposals(read_file(made), "'" + made.string() + "'");
  const fs::path plate = campaign.paths().plate(context.number);
  if (!request.output.empty()) write_file_atomically(request.output, read_file(plate));
  const RoundRecord round = round_record(context, runner, *pending, campaign.paths());
  campaign.record().rounds.push_back(round);
  pending.reset();
  campaign.add(proposals);
  return describe(campaign, round, proposals, request.output.empty() ? plate : request.output);
}

}  // namespace fragflow
