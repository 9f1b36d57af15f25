// The settings of the subcommands of `fragflow campaign`.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "src/base/fields.hpp"
#include "src/campaign/strategies.hpp"
#include "src/design/design_settings.hpp"

namespace fragflow {

struct CampaignOptions {
  std::string hit = "auto";
  std::string bounds = "auto";
  std::int64_t later_steps = 300;

  template <typename Visitor>
  void visit_fields(Visitor& visit) {
    visit.text("hit", hit,
               "the activity from which on a compound is a hit, in p-units where the table is read "
               "as such, else in its own unit; auto: that of the best tenth of the table");
    visit.choice("bounds", bounds, {"auto", "learn", "leave-out"},
                 "what the model does with values such as >10000 of compounds without a "
                 "measurement: learn from them as bounds, leave them out, or what cross-validation "
                 "prefers (auto)");
    visit.number("later_steps", later_steps, {1, 1e9},
                 "training steps of every round after the first, which continues the policy");
  }
};

// For a whole campaign; fixed by `start`.
struct CampaignSettings {
  std::string activities;  // the first table
  std::uint64_t seed = 0;
  TableSettings table;
  CampaignOptions campaign;
  VocabularySettings vocabulary;
  RunSettings run;

  template <typename Visitor>
  void visit_fields(Visitor& visit) {
    visit.text("activities", activities, "CSV of activities");
    visit.number("seed", seed, {0, 9e15}, "results are a function of it");
    visit.section("table", table, "Reading the activities");
    visit.section("campaign", campaign, "The campaign");
    visit.section("vocabulary", vocabulary, "The fragments");
    visit.section("run", run, "Training and sampling");
  }
};

// Choice of a batch.
struct BatchSettings {
  std::int64_t count = 20;
  std::string strategy = "ucb";
  double kappa = 1.0;
  double similarity = 0.85;

  template <typename Visitor>
  void visit_fields(Visitor& visit) {
    visit.number("count", count, {1, 1e5}, "compounds to propose");
    visit.choice("strategy", strategy, strategy_names(),
                 "exploit: the predicted mean; ucb: mean + kappa * deviation; ei: expected "
                 "improvement; thompson: draws from the model; diverse: far from what is known; "
                 "similar: analogues of the best; random: drawn, to compare with");
    visit.number("kappa", kappa, {0, 100}, "ucb: how much a standard deviation counts");
    visit.number("similarity", similarity, {1e-9, 1.0},
                 "largest Tanimoto similarity (Morgan, radius 2) within a batch of a strategy that "
                 "asks the model; 1: any");
  }
};

// For one round.
struct ProposeSettings {
  BatchSettings batch;
  std::string from, from_smiles;
  std::int64_t steps = 0;

  template <typename Visitor>
  void visit_fields(Visitor& visit) {
    visit.section("batch", batch, "The choice");
    visit.text("from", from,
               "propose only molecules of this file (.smi, CSV or SDF: a stock, a library); no "
               "policy is trained");
    visit.text("from_smiles", from_smiles, "column of --from with SMILES; default: found");
    visit.number("steps", steps, {0, 1e9},
                 "training steps of this round; 0: as many as the campaign was started with");
  }
};

// Options of `add` for a table of results.
struct ResultSettings {
  std::string id, smiles, target, relation, unit_column, units = "auto", decimal = "auto";
  std::string trust = "ask", repeats = "ask";

  template <typename Visitor>
  void visit_fields(Visitor& visit) {
    visit.text("id", id, "column with the ids of proposals; default: found by its content");
    visit.text("smiles", smiles, "column with SMILES; default: found, and not needed beside ids");
    visit.text("target", target,
               "column with the activity; default: named as in the first table, else found");
    visit.text("relation", relation, "column with =, <, >; default: found");
    visit.text("unit_column", unit_column, "column with units; default: found");
    visit.text("units", units,
               "of the activity, as for `design`; auto: as the first table's where that was told, "
               "else found");
    visit.choice("decimal", decimal, {"auto", "point", "comma"}, "decimal mark of the activity");
    visit.choice(
        "trust", trust, {"ask", "id", "structure"},
        "where a row's id and structure name two compounds, or its id is unknown: which "
        "of them counts (of an unknown id only the structure can); ask: such a row is refused");
    visit.choice("repeats", repeats, {"ask", "median", "first", "last"},
                 "values of one compound that are far apart (ten-fold): their median, the first or "
                 "the last; ask: they are refused. Of near ones the median is taken");
  }
};

// The single activity of a campaign. Throws UserError if several are given.
ColumnSettings activity_column(const TableSettings& table);

// The settings of a design for this table, with another seed and number of steps.
DesignSettings design_settings(const CampaignSettings& settings, std::uint64_t seed,
                               std::int64_t steps);

}  // namespace fragflow
