#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <optional>
#include <unordered_map>

#include "src/campaign/campaign_folder.hpp"
#include "src/campaign/campaign_runs.hpp"
#include "src/campaign/hits.hpp"
#include "src/campaign/outcomes.hpp"

namespace fragflow {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::ordered_json;

// What is known of proposals.
class Results {
 public:
  explicit Results(const Campaign& campaign)
      : campaign_(campaign),
        rule_(campaign.hit_rule()),
        known_(known_activities(campaign.measurements())) {
    for (const auto& molecule : known_.molecules) values_[molecule.smiles] = molecule.value;
    for (const auto& bound : known_.bounds) bounds_[bound.smiles].push_back(&bound);
    for (const Proposal& proposal : campaign.proposals()) {
      rounds_[proposal.smiles] = proposal.round;
    }
    const Json& additions = campaign.record()["additions"];
    for (const Measurement& m : campaign.measurements()) {
      const std::int64_t round =
          m.added == 0 ? 0
                       : additions.at(static_cast<std::size_t>(m.added) - 1)["after_round"]
                             .get<std::int64_t>();
      rounds_.try_emplace(m.smiles, round);
    }
  }

  // Of the proposals of a round; 0: of all.
  Json figures(std::int64_t round) const {
    std::vector<CompoundOutcome> outcomes;
    std::int64_t proposed = 0, by_bound = 0, hits = 0, decided = 0;
    for (const Proposal& proposal : campaign_.proposals()) {
      if (round != 0 && proposal.round != round) continue;
      ++proposed;
      const auto value = values_.find(proposal.smiles);
      if (value != values_.end()) {
        outcomes.push_back({proposal.predicted, proposal.deviation, value->second});
        ++decided;
        hits += rule_.is_hit(value->second) ? 1 : 0;
        continue;
      }
      const auto bounds = bounds_.find(proposal.smiles);
      if (bounds == bounds_.end()) continue;
      ++by_bound;
      const std::optional<bool> hit = hit_by_bound(bounds->second);
      decided += hit ? 1 : 0;
      hits += hit.value_or(false) ? 1 : 0;
    }
    Json json = {{"proposed", proposed}};
    json.update(outcome_figures(outcomes, rule_));
    const auto measured = static_cast<std::int64_t>(outcomes.size());
    json["known_by_bound"] = by_bound;
    json["open"] = proposed - measured - by_bound;
    json["hits"] = hits;
    json["decided"] = decided;
    json["hit_rate"] = decided == 0 ? Json() : Json(static_cast<double>(hits) / decided);
    const double base = campaign_.record()["base"]["rate"];
    json["hits_by_chance"] = base * static_cast<double>(decided);
    json["enrichment"] =
        decided == 0 || base == 0 ? Json() : Json(json["hit_rate"].get<double>() / base);
    return json;
  }

  // The best value among compounds of rounds up to this one, measured at any time; 0: those of the
  // first table. A compound that was never proposed belongs to the round after which it came.
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

std::string cell(const Json& value, int decimals) {
  return value.is_null() ? "-" : fmt::format("{:.{}f}", value.get<double>(), decimals);
}

std::string percent(const Json& value) {
  return value.is_null() ? "-" : fmt::format("{:.0f} %", 100 * value.get<double>());
}

std::string line_of(const std::string& name, const std::string& strategy, const Json& row) {
  return fmt::format(
      "{:<5} {:<9} {:>8} {:>8} {:>5} {:>5} {:>6} {:>6} {:>6} {:>8} {:>8} {:>9} {:>6}"
      " {:>5}\n",
      name, strategy, row["proposed"].dump(), row["measured"].dump(), row["open"].dump(),
      row["hits"].dump(), percent(row["hit_rate"]), cell(row["enrichment"], 1),
      cell(row["rmse"], 2), percent(row["within_1"]), percent(row["within_2"]),
      cell(row["spearman"], 2), cell(row["best"], 2), cell(row.value("best_so_far", Json()), 2));
}

std::string status_text(const Json& json) {
  const Json& base = json["base"];
  std::string text = fmt::format(
      "{}: {} compounds known, rounds: {}, proposals open: {}\n"
      "a hit is {} {:.4g}; in the first table {} of {} ({:.1f} %)\n",
      json["campaign"].get<std::string>(), json["known"].dump(), json["rounds"].size(),
      json["all"]["open"].dump(), json["higher_is_better"].get<bool>() ? "at least" : "at most",
      json["hit"].get<double>(), base["hits"].dump(), base["compounds"].dump(),
      100 * base["rate"].get<double>());
  if (!json["pending"].is_null()) {
    text += fmt::format("round {} is begun and not finished: `propose` without options goes on\n",
                        json["pending"]["round"].dump());
  }
  if (json["rounds"].empty()) return text;
  text += fmt::format(
      "\n{:<5} {:<9} {:>8} {:>8} {:>5} {:>5} {:>6} {:>6} {:>6} {:>8} {:>8} {:>9} "
      "{:>6} {:>5}\n",
      "round", "strategy", "proposed", "measured", "open", "hits", "rate", "x base", "RMSE",
      "1 sigma", "2 sigma", "Spearman", "best", "ever");
  for (const Json& round : json["rounds"]) {
    text += line_of(round["round"].dump(), round["strategy"], round);
  }
  return text + line_of("all", "", json["all"]) +
         "1 sigma, 2 sigma: errors within so many deviations; 68 % and 95 % of a model that knows "
         "its errors\n";
}

}  // namespace

CampaignOutcome campaign_status(const fs::path& folder) {
  const Campaign campaign(folder);
  const Json& record = campaign.record();
  const Results results(campaign);
  CampaignOutcome outcome;
  Json& json = outcome.json;
  json = {{"campaign", folder.string()},
          {"started", record["started"]},
          {"version", record["version"]},
          {"source", record["source"]},
          {"target", campaign.target()},
          {"in_potency", campaign.in_potency()},
          {"higher_is_better", campaign.higher_is_better()},
          {"hit", campaign.hit()},
          {"base", record["base"]},
          {"known", known_activities(campaign.measurements()).size()},
          {"best_of_table", results.best_after(0)},
          {"pending", record["pending"]}};
  json["rounds"] = Json::array();
  for (const Json& kept : record["rounds"]) {
    const std::int64_t round = kept["round"];
    Json row = {{"round", round},
                {"strategy", kept["strategy"]},
                {"finished", kept["finished"]},
                {"version", kept["version"]},
                {"seed", kept["seed"]},
                {"known", kept["known"]},
                {"model", kept["model"]},
                {"plate", kept["plate"]}};
    row.update(results.figures(round));
    row["best_so_far"] = results.best_after(round);
    json["rounds"].push_back(std::move(row));
  }
  json["all"] = results.figures(0);
  json["additions"] = record["additions"];
  json["open"] = Json::array();
  for (const Proposal& proposal : campaign.open_proposals()) {
    json["open"].push_back({{"id", proposal.id}, {"smiles", proposal.smiles}});
  }
  outcome.text = status_text(json);
  return outcome;
}

}  // namespace fragflow
