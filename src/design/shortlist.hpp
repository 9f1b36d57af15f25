// Selects from the results of a run the molecules that a chemist should look at first.
#pragma once

#include <filesystem>
#include <limits>
#include <nlohmann/json.hpp>
#include <string>
#include <utility>
#include <vector>

#include "src/design/design_facts.hpp"
#include "src/design/design_settings.hpp"
#include "src/reward/reward_config.hpp"

namespace fragflow {

// A compound of the table of activities.
struct KnownActivity {
  std::string smiles, name;
  double value = 0;
};
// Reads smiles, name and activity of a table.csv written by `design`. Throws UserError if a column
// is missing or no compound is left.
std::vector<KnownActivity> read_known_activities(const std::filesystem::path& path);

// Reasons why an entry may be wrong.
inline constexpr const char* kAboveData = "above the data";
inline constexpr const char* kFarFromKnown = "far from known compounds";
inline constexpr const char* kModelsDisagree = "second model disagrees";

// An activity predicted for the candidates.
struct ShortlistTarget {
  std::string key;                           // in column names; "": the only one
  std::filesystem::path proxy, check_proxy;  // check_proxy: empty if there is none
  // The sign of activities in the models: predictions are of -activity if lower values are better.
  double sign = 1;
  // Which direction is better: 1 higher activities, -1 lower ones, 0 neither or unknown.
  int better = 1;
  bool in_potency = false;     // activities are p-units, also given in nM
  std::vector<double> values;  // of each known compound; NaN where not measured
  // The reward component whose values over all candidates are compared with the second model; "":
  // the prediction itself.
  std::string component;
};

struct ShortlistRequest {
  std::filesystem::path run;  // samples.csv and best.csv are read
  RewardConfig reward;        // of the run, with files resolved
  std::vector<KnownActivity> known;
  std::vector<std::string> known_by_bound;  // SMILES; excluded as candidates, too
  std::vector<ShortlistTarget> targets;     // at least one
  std::vector<std::string> required;        // SMARTS; candidates without them are dropped
  std::filesystem::path vocabulary;         // of the run; routes are found if it has reactions
  std::string start;                        // environment.start of the run
  ShortlistSettings settings;
};

// In the units of the table's activities; the check's values are NaN if there is none.
struct TargetPrediction {
  double mean = 0, deviation = 0;
  double check_mean = std::numeric_limits<double>::quiet_NaN();
  double check_deviation = std::numeric_limits<double>::quiet_NaN();
  // mean as constant + contributions of the atoms of the SMILES (ProxyModel::attribute); empty if
  // the model has no such decomposition.
  std::vector<double> atoms = {};
  double constant = std::numeric_limits<double>::quiet_NaN();
  bool above_data = false, models_disagree = false;  // cautions for this target
};

struct ShortlistEntry {
  std::string smiles;
  double score = 0;
  double log_pf = std::numeric_limits<double>::quiet_NaN();  // of the sample's trajectory
  std::string source;                                        // "samples" or "training"
  std::vector<double> raw, transformed;       // per component; find_candidates: only for samples
  std::vector<TargetPrediction> predictions;  // per target
  std::size_t nearest = 0;                    // index of the most similar known compound
  double nearest_similarity = 0;              // Tanimoto, Morgan radius 2
  double molecular_weight = 0, logp = 0, tpsa = 0;
  std::vector<std::string> cautions;       // as above, with the target's key
  std::string steps, price, yield, route;  // with reactions (docs/synthesis.md)
  std::string route_json;                  // of the route; "": none
};

struct Shortlist {
  std::vector<ShortlistEntry> entries;  // best score first
  std::vector<std::string> components;
  std::vector<ShortlistTarget> targets;
  std::vector<std::string> models;  // ProxyModel::kind() of each target
  std::int64_t candidates = 0;      // distinct molecules to choose from
  std::int64_t compared = 0;        // of these, with the second model: check_correlations
  std::int64_t known = 0;           // molecules of the run that are in the table: dropped
  std::int64_t unfit = 0;  // with scores at the floor, or without required patterns: dropped
  // Per target: rank correlation of the second model's predictions with the reward's
  // (ShortlistTarget), over the samples and the best 1,000 of training; NaN if either is missing.
  std::vector<double> check_correlations;
  std::int64_t scaffolds = 0;  // among the entries
  bool has_routes = false;     // whether the entries have routes
};

// The candidates of make_shortlist, without predictions and nearest compounds. Fills in the counts
// of `shortlist`; targets and settings are ignored. May be empty.
std::vector<ShortlistEntry> find_candidates(const ShortlistRequest& request, Shortlist& shortlist);

// Candidates are the distinct samples and the best molecules visited in training. Throws UserError
// if none is left.
Shortlist make_shortlist(const ShortlistRequest& request);

}  // namespace fragflow
