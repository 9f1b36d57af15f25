#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <optional>
#include <unordered_map>

#include "src/base/facts.hpp"
#include "src/campaign/campaign_folder.hpp"
#include "src/campaign/campaign_runs.hpp"
#include "src/campaign/hits.hpp"
#include "src/campaign/outcomes.hpp"

namespace fragflow {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::ordered_json;

// Outcomes of proposals.
struct RoundFigures {
  std::int64_t proposed = 0;
  OutcomeFigures outcomes;  // of those that were measured
  std::int64_t known_by_bound = 0, open = 0;
  std::int64_t hits = 0, decided = 0;  // decided: known whether it is a hit
  double hit_rate = NAN;               // of the decided ones
  double hits_by_chance = 0;           // expected for as many of the first table
  double enrichment = NAN;             // hit rate relative to that of the first table

  template <typename Visitor>
  void visit_fields(Visitor& visit) {
    visit.fact("proposed", proposed);
    outcomes.visit_fields(visit);
    visit.fact("known_by_bound", known_by_bound);
    visit.fact("open", open);
    visit.fact("hits", hits);
    visit.fact("decided", decided);
    visit.fact("hit_rate", hit_rate);
    visit.fact("hits_by_chance", hits_by_chance);
    visit.fact("enrichment", enrichment);
  }
};

// The results known for proposals.
class ResultsSoFar {
 public:
  explicit ResultsSoFar(const Campaign& campaign)
      : campaign_(campaign),
        rule_(campaign.hit_rule()),
        known_(known_activities(campaign.measurements())) {
    for (const auto& molecule : known_.molecules) values_[molecule.smiles] = molecule.value;
    for (const auto& bound : known_.bounds) bounds_[bound.smiles].push_back(&bound);
    for (const Proposal& proposal : campaign.proposals()) {
      rounds_[proposal.smiles] = proposal.round;
    }
    const std::vector<AdditionRecord>& additions = campaign.record().additions;
    for (const Measurement& m : campaign.measurements()) {
      const std::int64_t round =
          m.added == 0 ? 0 : additions.at(static_cast<std::size_t>(m.added) - 1).after_round;
      rounds_.try_emplace(m.smiles, round);
    }
  }

  // For the proposals of a round; 0: all.
  RoundFigures figures(std::int64_t round) const {
    std::vector<CompoundOutcome> outcomes;
    RoundFigures figures;
    for (const Proposal& proposal : campaign_.proposals()) {
      if (round != 0 && proposal.round != round) continue;
      ++figures.proposed;
      const auto value = values_.find(proposal.smiles);
      if (value != values_.end()) {
        outcomes.push_back({proposal.predicted, proposal.deviation, value->second});
        ++figures.decided;
        figures.hits += rule_.is_hit(value->second) ? 1 : 0;
        continue;
      }
      const auto bounds = bounds_.find(proposal.smiles);
      if (bounds == bounds_.end()) continue;
      ++figures.known_by_bound;
      const std::optional<bool> hit = hit_by_bound(bounds->second);
      figures.decided += hit ? 1 : 0;
      figures.hits += hit.value_or(false) ? 1 : 0;
    }
    figures.outcomes = outcome_figures(outcomes, rule_);
    figures.open = figures.proposed - figures.outcomes.measured - figures.known_by_bound;
    const double base = campaign_.record().base.rate;
    const auto decided = static_cast<double>(figures.decided);
    figures.hits_by_chance = base * decided;
    if (decided == 0) return figures;
    figures.hit_rate = static_cast<double>(figures.hits) / decided;
    if (base != 0) figures.enrichment = figures.hit_rate / base;
    return figures;
  }

  std::int64_t num_known() const { return known_.size(); }

  // The best value among compounds of rounds up to this one, whenever measured; 0: those of the
  // first table. A compound that was never proposed belongs to the round after which it was added.
  double best_after(std::int64_t round) const {
    const bool higher = rule_.higher_is_better;
    double best = higher ? -INFINITY : INFINITY;
    for (const auto& molecule : known_.molecules) {
      if (rounds_.at(molecule.smiles) > round) continue;
      best = higher ? std::max(best, molecule.value) : std::min(best, molecule.value);
    }
    return best;
  }

 private:
  std::optional<bool> hit_by_bound(const std::vector<const ActivityTable::Bound*>& bounds) const {
    for (const ActivityTable::Bound* bound : bounds) {
      if (const auto hit = rule_.decides(bound->above, bound->limit)) return hit;
    }
    return {};
  }

  const Campaign& campaign_;
  HitRule rule_;
  ActivityTable known_;
  std::unordered_map<std::string, double> values_;
  std::unordered_map<std::string, std::int64_t> rounds_;
  std::unordered_map<std::string, std::vector<const ActivityTable::Bound*>> bounds_;
};

std::string cell(double value, int decimals) {
  return std::isfinite(value) ? fmt::format("{:.{}f}", value, decimals) : "-";
}

std::string percent(double value) {
  return std::isfinite(value) ? fmt::format("{:.0f} %", 100 * value) : "-";
}

// best_so_far: NaN if not requested.
std::string line_of(const std::string& name, const std::string& strategy, const RoundFigures& row,
                    double best_so_far) {
  const OutcomeFigures& outcomes = row.outcomes;
  return fmt::format(
      "{:<5} {:<9} {:>8} {:>8} {:>5} {:>5} {:>6} {:>6} {:>6} {:>8} {:>8} {:>9} {:>6}"
      " {:>5}\n",
      name, strategy, row.proposed, outcomes.measured, row.open, row.hits, percent(row.hit_rate),
      cell(row.enrichment, 1), cell(outcomes.rmse, 2), percent(outcomes.within_1),
      percent(outcomes.within_2), cell(outcomes.spearman, 2), cell(outcomes.best, 2),
      cell(best_so_far, 2));
}

std::string status_text(const Campaign& campaign, const ResultsSoFar& results) {
  const CampaignRecord& record = campaign.record();
  const RoundFigures all = results.figures(0);
  std::string text = fmt::format(
      "{}: {} compounds known, rounds: {}, proposals open: {}\n"
      "a hit is {} {:.4g}; in the first table {} of {} ({:.1f} %)\n",
      campaign.paths().folder.string(), results.num_known(), record.rounds.size(), all.open,
      campaign.higher_is_better() ? "at least" : "at most", campaign.hit(), record.base.hits,
      record.base.compounds, 100 * record.base.rate);
  if (record.pending) {
    text += fmt::format("round {} is begun and not finished: `propose` without options goes on\n",
                        record.pending->round);
  }
  if (record.rounds.empty()) return text;
  text += fmt::format(
      "\n{:<5} {:<9} {:>8} {:>8} {:>5} {:>5} {:>6} {:>6} {:>6} {:>8} {:>8} {:>9} "
      "{:>6} {:>5}\n",
      "round", "strategy", "proposed", "measured", "open", "hits", "rate", "x base", "RMSE",
      "1 sigma", "2 sigma", "Spearman", "best", "ever");
  for (const RoundRecord& round : record.rounds) {
    text += line_of(std::to_string(round.round), round.strategy, results.figures(round.round),
                    results.best_after(round.round));
  }
  return text + line_of("all", "", all, NAN) +
         "1 sigma, 2 sigma: errors within so many deviations; 68 % and 95 % of a model that knows "
         "its errors\n";
}

}  // namespace

CampaignOutcome campaign_status(const fs::path& folder) {
  const Campaign campaign(folder);
  const CampaignRecord& record = campaign.record();
  const ResultsSoFar results(campaign);
  CampaignOutcome outcome;
  Json& json = outcome.json;
  json = {{"campaign", folder.string()},
          {"started", record.started},
          {"version", record.version},
          {"source", facts_json(record.source)},
          {"target", campaign.target()},
          {"in_potency", campaign.in_potency()},
          {"higher_is_better", campaign.higher_is_better()},
          {"hit", campaign.hit()},
          {"base", facts_json(record.base)},
          {"known", results.num_known()},
          {"best_of_table", results.best_after(0)},
          {"pending", record.pending ? facts_json(*record.pending) : Json()}};
  json["rounds"] = Json::array();
  for (const RoundRecord& kept : record.rounds) {
    const std::int64_t round = kept.round;
    Json row = {{"round", round},
                {"strategy", kept.strategy},
                {"finished", kept.finished},
                {"version", kept.version},
                {"seed", kept.seed},
                {"known", facts_json(kept.known)},
                {"model", facts_json(kept.model)},
                {"plate", facts_json(kept.plate)}};
    row.update(facts_json(results.figures(round)));
    row["best_so_far"] = results.best_after(round);
    json["rounds"].push_back(std::move(row));
  }
  json["all"] = facts_json(results.figures(0));
  json["additions"] = facts_json(record.additions);
  json["open"] = Json::array();
  for (const Proposal& proposal : campaign.open_proposals()) {
    json["open"].push_back({{"id", proposal.id}, {"smiles", proposal.smiles}});
  }
  outcome.text = status_text(campaign, results);
  return outcome;
}

}  // namespace fragflow
