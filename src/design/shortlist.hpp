// From what a run has found to the molecules a chemist should look at first.
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
// smiles, name and activity of a table.csv as `design` writes it. Throws UserError if a column is
// missing or nothing is left.
std::vector<KnownActivity> read_known_activities(const std::filesystem::path& path);

// Why an entry may be wrong.
inline constexpr const char* kAboveData = "above the data";
inline constexpr const char* kFarFromKnown = "far from known compounds";
inline constexpr const char* kModelsDisagree = "second model disagrees";

// An activity that candidates are predicted for.
struct ShortlistTarget {
  std::string key;                           // in the names of columns; "": the only one
  std::filesystem::path proxy, check_proxy;  // check_proxy: empty if there is none
  // The sign of activities in the models: predictions are of -activity if lower values are better.
  double sign = 1;
  // Which way is better: 1 higher activities, -1 lower ones, 0 neither or not asked.
  int better = 1;
  bool in_potency = false;     // activities are p-units, also given in nM
  std::vector<double> values;  // of each known compound; NaN where not measured
  // The component of the reward that is compared with the second model over all candidates; "": the
  // prediction itself.
  std::string component;
};

struct ShortlistRequest {
  std::filesystem::path run;  // samples.csv and best.csv are read
  RewardConfig reward;        // of the run, files found
  std::vector<KnownActivity> known;
  std::vector<std::string> known_by_bound;  // SMILES; no candidates either
  std::vector<ShortlistTarget> targets;     // at least one
  std::vector<std::string> required;        // SMARTS; candidates without are left out
  std::filesystem::path vocabulary;         // of the run; routes are found if it has reactions
  std::string start;                        // environment.start of the run
  ShortlistSettings settings;
};

// As the table writes activities; the check's are NaN if there is none.
struct TargetPrediction {
  double mean = 0, deviation = 0;
  double check_mean = std::numeric_limits<double>::quiet_NaN();
  double check_deviation = std::numeric_limits<double>::quiet_NaN();
  // mean as constant + one part per atom of the SMILES (ProxyModel::attribute); empty if the model
  // has no such split.
  std::vector<double> atoms = {};
  double constant = std::numeric_limits<double>::quiet_NaN();
  bool above_data = false, models_disagree = false;  // the cautions of this target
};

struct ShortlistEntry {
  std::string smiles;
  double score = 0;
  double log_pf = std::numeric_limits<double>::quiet_NaN();  // of the sample's trajectory
  std::string source;                                        // samples or training
  std::vector<double> raw, transformed;       // per component; find_candidates: of samples alone
  std::vector<TargetPrediction> predictions;  // per target
  std::size_t nearest = 0;                    // index of the most similar known compound
  double nearest_similarity = 0;              // Tanimoto, Morgan radius 2
  double molecular_weight = 0, logp = 0, tpsa = 0;
  std::vector<std::string> cautions;       // of those above, with the target's key
  std::string steps, price, yield, route;  // with reactions (docs/synthesis.md)
  std::string route_json;                  // of the route; "": there is none
};

struct Shortlist {
  std::vector<ShortlistEntry> entries;  // best score first
  std::vector<std::string> components;
  std::vector<ShortlistTarget> targets;
  std::vector<std::string> models;  // ProxyModel::kind() of each target
  std::int64_t candidates = 0;      // distinct molecules to choose from
  std::int64_t known = 0;           // of the run's molecules that are in the table: left out
  std::int64_t unfit = 0;  // whose score is at the floor, or without what is required: left out
  // Per target: ranks of the second model's predictions and of the reward's (ShortlistTarget), over
  // the samples and the best 1,000 of training; NaN without either.
  std::vector<double> check_correlations;
  std::int64_t scaffolds = 0;  // among the entries
  bool has_routes = false;     // the entries have
};

// The candidates of make_shortlist, which says what they are: no prediction and nearest compound
// yet. Fills in the numbers of `shortlist`; targets and settings are not asked for. May be empty.
std::vector<ShortlistEntry> find_candidates(const ShortlistRequest& request, Shortlist& shortlist);

// Candidates are the distinct samples and the best molecules that training visited. Throws
// UserError if none is left.
Shortlist make_shortlist(const ShortlistRequest& request);

// A number of a table for people: four significant digits; "" for NaN.
std::string rounded(double value);

// Name and text of every column of the files below, for one entry.
using ShortlistFields = std::vector<std::pair<std::string, std::string>>;
ShortlistFields shortlist_fields(const Shortlist& shortlist, std::size_t index,
                                 const std::vector<KnownActivity>& known);
// One row per entry: rank, structure, score, predictions of each target, nearest known compound,
// properties, components.
std::string shortlist_csv(const Shortlist& shortlist, const std::vector<KnownActivity>& known);
// The same as properties of an SD file.
std::string shortlist_sdf(const Shortlist& shortlist, const std::vector<KnownActivity>& known);
// The same as a list of objects.
nlohmann::ordered_json shortlist_json(const Shortlist& shortlist,
                                      const std::vector<KnownActivity>& known);

// For the summary, rounded as in the files.
std::vector<CandidateFacts> candidate_facts(const Shortlist& shortlist);

}  // namespace fragflow
