#include "src/campaign/replay_run.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "src/base/check.hpp"
#include "src/base/facts.hpp"
#include "src/base/record_file.hpp"
#include "src/base/rng.hpp"
#include "src/base/stopped.hpp"
#include "src/base/text.hpp"
#include "src/campaign/hits.hpp"
#include "src/campaign/outcomes.hpp"
#include "src/campaign/proposer.hpp"
#include "src/campaign/strategies.hpp"
#include "src/design/design_table.hpp"
#include "src/reward/proxy_training.hpp"
#include "src/run/version.hpp"

namespace fragflow {
namespace {

using Json = nlohmann::ordered_json;
using Molecule = ActivityTable::Molecule;

class Replay {
 public:
  explicit Replay(const ReplayRequest& request)
      : request_(request),
        table_(read_activity_table(
            request.activities, activity_options(request.table, activity_column(request.table)))) {
    if (table_.size() < 2 * kFewestCompounds) {
      user_error("'{}': {} usable compounds are too few to play a campaign, at least {} are needed",
                 request.activities, table_.size(), 2 * kFewestCompounds);
    }
    std::vector<double> values;
    for (const Molecule& molecule : table_.molecules) values.push_back(molecule.value);
    const bool higher = table_.higher_is_better;
    rule_ = hit_rule_of(request.hit, values, higher);
    std::sort(table_.molecules.begin(), table_.molecules.end(),
              [](const Molecule& a, const Molecule& b) { return a.smiles < b.smiles; });
    draw_start();
  }

  Json play() {
    Json json = {{"table", std::filesystem::path(request_.activities).filename().string()},
                 {"digest", file_digest(request_.activities)},
                 {"version", version_line()},
                 {"date", utc_now()},
                 {"strategy", request_.batch.strategy},
                 {"seed", request_.seed},
                 {"start", request_.options.start},
                 {"count", request_.batch.count},
                 {"kappa", request_.batch.kappa},
                 {"similarity", request_.batch.similarity},
                 {"compounds", table_.size()},
                 {"given", known_.size()},
                 {"bounds", known_.bounds.size()},
                 {"hit", rule_.threshold},
                 {"hits_in_table", hits_in(table_.molecules)},
                 {"hits_given", hits_in(known_.molecules)},
                 {"best_given", best_of(known_.molecules)},
                 {"best_in_table", best_of(table_.molecules)},
                 {"rounds", Json::array()}};
    for (std::int64_t round = 1; round <= request_.options.rounds; ++round) {
      if (request_.stop.stop_requested()) throw Stopped();
      if (rest_.empty()) break;
      json["rounds"].push_back(play_round(round));
    }
    return json;
  }

 private:
  // Splits the compounds into known_ and rest_.
  void draw_start() {
    std::vector<std::size_t> order(table_.molecules.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    if (request_.options.start == "low") {
      std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
        const double x = table_.molecules[a].value, y = table_.molecules[b].value;
        return rule_.higher_is_better ? x < y : x > y;
      });
    }
    const std::size_t from =
        request_.options.start == "low" ? (order.size() + 1) / 2 : order.size();
    const auto wanted = static_cast<std::size_t>(
        std::llround(request_.options.given * static_cast<double>(order.size())));
    const std::size_t count =
        std::clamp<std::size_t>(wanted, static_cast<std::size_t>(kFewestCompounds), from);
    Rng rng(mix_seed(request_.seed, "start of a replay"));
    for (std::size_t i = 0; i < count; ++i) std::swap(order[i], order[i + rng.below(from - i)]);
    std::vector<bool> given(order.size());
    for (std::size_t i = 0; i < count; ++i) given[order[i]] = true;
    for (std::size_t i = 0; i < order.size(); ++i) {
      (given[i] ? known_.molecules : rest_).push_back(table_.molecules[i]);
    }
    known_.bounds = table_.bounds;
  }

  std::int64_t hits_in(const std::vector<Molecule>& molecules) const {
    return std::count_if(molecules.begin(), molecules.end(),
                         [&](const Molecule& m) { return rule_.is_hit(m.value); });
  }

  double best_of(const std::vector<Molecule>& molecules) const {
    const auto [low, high] =
        std::minmax_element(molecules.begin(), molecules.end(),
                            [](const Molecule& a, const Molecule& b) { return a.value < b.value; });
    return rule_.higher_is_better ? high->value : low->value;
  }

  BatchAnswer choose(std::int64_t round) const {
    const std::uint64_t seed =
        Rng(mix_seed(request_.seed, "replay"), static_cast<std::uint64_t>(round)).next_u64();
    BatchRequest question;
    question.known = &known_;
    question.higher_is_better = rule_.higher_is_better;
    for (const Molecule& molecule : rest_) question.candidates.push_back(molecule.smiles);
    question.batch = request_.batch;
    question.seed = seed;
    if (!asks_model(request_.batch.strategy)) return choose_compounds(nullptr, question);
    ProxyTrainingConfig config;
    config.seed = seed;
    const auto model =
        fit_gaussian_process_proxy(model_data(known_, rule_.higher_is_better), config);
    return choose_compounds(model.get(), question);
  }

  Json play_round(std::int64_t round) {
    Json row = {{"round", round}, {"known", known_.size()}};
    const BatchAnswer answer = choose(round);
    std::vector<CompoundOutcome> outcomes;
    std::vector<bool> taken(rest_.size());
    std::vector<Molecule> made;
    for (const ChosenCompound& chosen : answer.chosen) {
      taken[chosen.candidate] = true;
      made.push_back(rest_[chosen.candidate]);
      outcomes.push_back({chosen.predicted, chosen.deviation, made.back().value});
    }
    row.update(facts_json(outcome_figures(outcomes, rule_)));
    hits_ += hits_in(made);
    row["hits"] = hits_in(made);
    row["hits_so_far"] = hits_;
    std::vector<Molecule> left;
    for (std::size_t i = 0; i < rest_.size(); ++i) {
      if (!taken[i]) left.push_back(std::move(rest_[i]));
    }
    rest_ = std::move(left);
    known_.molecules.insert(known_.molecules.end(), made.begin(), made.end());
    row["best_so_far"] = best_of(known_.molecules);
    return row;
  }

  const ReplayRequest& request_;
  ActivityTable table_, known_;
  std::vector<Molecule> rest_;  // by SMILES
  HitRule rule_;
  std::int64_t hits_ = 0;
};

std::string replay_text(const Json& json) {
  std::string text = fmt::format(
      "{}: {} of {} compounds given, {} of {} hits (from {:.4g}) among them\n"
      "{:>5} {:>5} {:>5} {:>7} {:>5}\n",
      json["table"].get<std::string>(), json["given"].dump(), json["compounds"].dump(),
      json["hits_given"].dump(), json["hits_in_table"].dump(), json["hit"].get<double>(), "round",
      "made", "hits", "so far", "best");
  for (const Json& row : json["rounds"]) {
    text += fmt::format("{:>5} {:>5} {:>5} {:>7} {:>5.2f}\n", row["round"].dump(),
                        row["measured"].dump(), row["hits"].dump(), row["hits_so_far"].dump(),
                        row["best_so_far"].get<double>());
  }
  return text;
}

}  // namespace

CampaignOutcome replay_campaign(const ReplayRequest& request) {
  CampaignOutcome outcome;
  outcome.json = Replay(request).play();
  outcome.text = replay_text(outcome.json);
  return outcome;
}

}  // namespace fragflow
