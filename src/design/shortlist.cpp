#include "src/design/shortlist.hpp"

#include <algorithm>
#include <cmath>
#include <memory>
#include <set>
#include <unordered_set>

#include "src/base/check.hpp"
#include "src/base/csv.hpp"
#include "src/base/log.hpp"
#include "src/base/text.hpp"
#include "src/chem/fingerprint.hpp"
#include "src/chem/motifs.hpp"
#include "src/design/shortlist_files.hpp"
#include "src/eval/metrics.hpp"
#include "src/eval/properties.hpp"
#include "src/eval/run_data.hpp"
#include "src/reward/molecule_router.hpp"
#include "src/reward/molecule_scorer.hpp"
#include "src/reward/proxy_model.hpp"

namespace fragflow {
namespace {

// MaxMin chooses among this many times the requested number of molecules.
constexpr std::int64_t kMaxMinPool = 20;
// Number of training molecules compared with the second model: all would take minutes.
constexpr std::size_t kComparedWithCheck = 1000;
// Below this similarity to every known compound the model has seen nothing comparable.
constexpr double kFarSimilarity = 0.3;
// Gap between the two models in deviations of the second (as in the report).
constexpr double kMaxGap = 2.0;

// Distinct samples with their component scores.
std::vector<ShortlistEntry> read_samples(const std::filesystem::path& run, Shortlist& shortlist) {
  const CsvTable table = read_csv(run / "samples.csv");
  const SampleRows rows = distinct_samples(table);
  shortlist.components = rows.components;
  const std::vector<double> log_pf = numbers_of(table, "log_pf");
  std::vector<std::pair<std::vector<double>, std::vector<double>>> columns;
  for (const std::string& name : rows.components) {
    columns.emplace_back(numbers_of(table, name + "_raw"), numbers_of(table, name));
  }
  std::vector<ShortlistEntry> entries(rows.rows.size());
  for (std::size_t i = 0; i < entries.size(); ++i) {
    const std::size_t row = rows.rows[i];
    entries[i].smiles = rows.molecules.smiles[i];
    entries[i].score = rows.molecules.scores[i];
    entries[i].source = "samples";
    if (!log_pf.empty()) entries[i].log_pf = log_pf[row];
    for (const auto& [raw, transformed] : columns) {
      entries[i].raw.push_back(raw[row]);
      entries[i].transformed.push_back(transformed[row]);
    }
  }
  return entries;
}

// Adds the best training molecules that were not drawn again, with only their scores.
void add_visited(const ShortlistRequest& request, std::vector<ShortlistEntry>& entries) {
  const std::filesystem::path path = request.run / "best.csv";
  if (!std::filesystem::exists(path)) return;
  std::unordered_set<std::string> drawn;
  for (const ShortlistEntry& entry : entries) drawn.insert(entry.smiles);
  const CsvTable table = read_csv(path);
  const std::size_t column = table.column("smiles", path.string());
  const std::vector<double> scores = numbers_of(table, "score");
  for (std::size_t i = 0; i < table.rows.size(); ++i) {
    if (drawn.contains(table.rows[i][column])) continue;
    ShortlistEntry entry;
    entry.smiles = table.rows[i][column];
    entry.score = scores[i];
    entry.source = "training";
    entries.push_back(std::move(entry));
  }
}

// Fills in the components of up to `count` entries that have none: the first training molecules.
// Drops those that have no score this time, as a user's scorer may fail.
void add_components(const RewardConfig& reward, std::size_t count,
                    std::vector<ShortlistEntry>& entries) {
  std::vector<std::string> smiles;
  std::vector<std::size_t> of_training;
  for (std::size_t i = 0; i < entries.size() && of_training.size() < count; ++i) {
    if (entries[i].source == "samples" || !entries[i].raw.empty()) continue;
    of_training.push_back(i);
    smiles.push_back(entries[i].smiles);
  }
  const std::vector<MoleculeScore> scores = MoleculeScorer(reward).score(smiles);
  for (std::size_t k = 0; k < of_training.size(); ++k) {
    ShortlistEntry& entry = entries[of_training[k]];
    if (!scores[k].valid) {
      spdlog::warn("'{}' has no score this time: left out", entry.smiles);
      entry.smiles.clear();
    }
    entry.raw = scores[k].raw;
    entry.transformed = scores[k].transformed;
  }
  std::erase_if(entries, [](const ShortlistEntry& entry) { return entry.smiles.empty(); });
}

void drop_unwanted(const ShortlistRequest& request, std::vector<ShortlistEntry>& entries,
                   Shortlist& shortlist) {
  std::unordered_set<std::string> known;
  for (const KnownActivity& compound : request.known) known.insert(compound.smiles);
  known.insert(request.known_by_bound.begin(), request.known_by_bound.end());
  std::vector<std::string> smiles;
  for (const ShortlistEntry& entry : entries) smiles.push_back(entry.smiles);
  const std::vector<std::uint8_t> has_core = with_all_patterns(request.required, smiles);
  std::size_t next = 0;
  std::erase_if(entries, [&](const ShortlistEntry& entry) {
    const bool is_known = known.contains(entry.smiles);
    const bool is_unfit = !(entry.score > request.reward.floor) || has_core[next] == 0;
    ++next;
    shortlist.known += is_known;
    shortlist.unfit += is_unfit && !is_known;
    return is_known || is_unfit;
  });
}

double check_correlation(const ShortlistTarget& target, const Shortlist& shortlist,
                         const std::vector<ShortlistEntry>& entries) {
  const auto column =
      std::find(shortlist.components.begin(), shortlist.components.end(), target.component) -
      shortlist.components.begin();
  const bool has_column = column < static_cast<std::ptrdiff_t>(shortlist.components.size());
  if (target.check_proxy.empty() || (!target.component.empty() && !has_column)) return NAN;
  std::vector<std::string> smiles;
  std::vector<double> ours, theirs;
  for (const ShortlistEntry& entry : entries) {
    if (entry.raw.empty()) continue;
    smiles.push_back(entry.smiles);
    if (has_column) ours.push_back(entry.raw[column]);
  }
  if (!has_column) {
    for (const auto& [mean, std] : load_proxy(target.proxy)->predict(smiles)) ours.push_back(mean);
  }
  for (const auto& [mean, std] : load_proxy(target.check_proxy)->predict(smiles)) {
    theirs.push_back(mean);
  }
  return rank_correlation(ours, theirs);
}

std::vector<ShortlistEntry> choose(std::vector<ShortlistEntry> entries,
                                   const ShortlistSettings& settings) {
  ScoredMolecules molecules;
  for (const ShortlistEntry& entry : entries) {
    molecules.smiles.push_back(entry.smiles);
    molecules.scores.push_back(entry.score);
  }
  std::vector<std::int64_t> order = rank_by_score(molecules);
  const FingerprintKind kind = fingerprint_kind(settings.fingerprint);
  std::vector<std::int64_t> chosen;
  if (settings.diversity == "greedy") {
    chosen = find_modes(molecules, order, kind, settings.similarity,
                        -std::numeric_limits<double>::infinity(), settings.count);
  } else {
    order.resize(std::min<std::size_t>(order.size(), kMaxMinPool * settings.count));
    std::vector<std::string> smiles;
    for (const std::int64_t i : order) smiles.push_back(molecules.smiles[i]);
    std::vector<std::int64_t> picks = select_maxmin(fingerprints(smiles, kind), settings.count);
    std::sort(picks.begin(), picks.end());  // order is by score
    for (const std::int64_t pick : picks) chosen.push_back(order[pick]);
  }
  std::vector<ShortlistEntry> kept;
  for (const std::int64_t i : chosen) kept.push_back(std::move(entries[i]));
  return kept;
}

void add_attributions(const ShortlistTarget& target, ProxyModel& model,
                      const std::vector<std::string>& smiles,
                      std::vector<ShortlistEntry>& entries) {
  const auto attributions = model.attribute(smiles);
  if (!attributions) return;
  for (std::size_t i = 0; i < entries.size(); ++i) {
    TargetPrediction& prediction = entries[i].predictions.back();
    prediction.constant = target.sign * (*attributions)[i].constant;
    for (const double value : (*attributions)[i].atoms) {
      prediction.atoms.push_back(target.sign * value);
    }
  }
}

// Returns the kind of the model.
std::string predict(const ShortlistTarget& target, const std::vector<std::string>& smiles,
                    std::vector<ShortlistEntry>& entries) {
  const std::unique_ptr<ProxyModel> model = load_proxy(target.proxy);
  const auto proxy = model->predict(smiles);
  for (std::size_t i = 0; i < entries.size(); ++i) {
    entries[i].predictions.push_back({target.sign * proxy[i].mean, proxy[i].std});
  }
  add_attributions(target, *model, smiles, entries);
  if (target.check_proxy.empty()) return model->kind();
  const auto check = load_proxy(target.check_proxy)->predict(smiles);
  for (std::size_t i = 0; i < entries.size(); ++i) {
    entries[i].predictions.back().check_mean = target.sign * check[i].mean;
    entries[i].predictions.back().check_deviation = check[i].std;
  }
  return model->kind();
}

void find_nearest(const ShortlistRequest& request, const std::vector<std::string>& smiles,
                  std::vector<ShortlistEntry>& entries) {
  std::vector<std::string> known;
  for (const KnownActivity& compound : request.known) known.push_back(compound.smiles);
  const auto nearest = nearest_neighbours(fingerprints(smiles, FingerprintKind::kMorgan2),
                                          fingerprints(known, FingerprintKind::kMorgan2));
  for (std::size_t i = 0; i < entries.size(); ++i) {
    entries[i].nearest = static_cast<std::size_t>(nearest[i].index);
    entries[i].nearest_similarity = nearest[i].similarity;
  }
}

void judge(const ShortlistTarget& target, TargetPrediction& prediction, double best_known) {
  prediction.above_data = target.better * prediction.mean > best_known;
  const double gap = prediction.mean - prediction.check_mean;
  const double promised = target.better == 0 ? std::abs(gap) : target.better * gap;
  prediction.models_disagree = promised > kMaxGap * prediction.check_deviation;
}

void add_cautions(const ShortlistRequest& request, std::vector<ShortlistEntry>& entries) {
  const auto caution = [](const char* text, const ShortlistTarget& target) {
    return target.key.empty() ? std::string(text) : fmt::format("{} ({})", text, target.key);
  };
  std::vector<std::vector<std::string>> disagreements(entries.size());
  for (std::size_t t = 0; t < request.targets.size(); ++t) {
    const ShortlistTarget& target = request.targets[t];
    double best_known = target.better == 0 ? std::numeric_limits<double>::infinity()
                                           : -std::numeric_limits<double>::infinity();
    for (const double value : target.values) {
      if (!std::isnan(value)) best_known = std::max(best_known, target.better * value);
    }
    for (std::size_t i = 0; i < entries.size(); ++i) {
      TargetPrediction& prediction = entries[i].predictions[t];
      judge(target, prediction, best_known);
      if (prediction.above_data) entries[i].cautions.push_back(caution(kAboveData, target));
      if (prediction.models_disagree) disagreements[i].push_back(caution(kModelsDisagree, target));
    }
  }
  for (std::size_t i = 0; i < entries.size(); ++i) {
    std::vector<std::string>& cautions = entries[i].cautions;
    if (entries[i].nearest_similarity < kFarSimilarity) cautions.push_back(kFarFromKnown);
    cautions.insert(cautions.end(), disagreements[i].begin(), disagreements[i].end());
  }
}

}  // namespace

std::vector<KnownActivity> read_known_activities(const std::filesystem::path& path) {
  const CsvTable table = read_csv(path);
  const std::string source = "'" + path.string() + "'";
  const std::size_t smiles = table.column("smiles", source), name = table.column("name", source),
                    activity = table.column("activity", source);
  std::vector<KnownActivity> known;
  for (std::size_t i = 0; i < table.rows.size(); ++i) {
    const auto value = parse_double(table.rows[i][activity]);
    if (!value) {
      user_error("{}, line {}: '{}' is not a number", source, table.line_numbers[i],
                 table.rows[i][activity]);
    }
    known.push_back({table.rows[i][smiles], table.rows[i][name], *value});
  }
  if (known.empty()) user_error("{} holds no compound", source);
  return known;
}

namespace {

void add_routes(const ShortlistRequest& request, const std::vector<std::string>& smiles,
                Shortlist& shortlist) {
  if (request.vocabulary.empty()) return;
  Vocabulary vocabulary = Vocabulary::load(request.vocabulary);
  if (vocabulary.reactions() == nullptr) return;
  const MoleculeRouter router(std::move(vocabulary), request.vocabulary.string(), kMaxFragments - 1,
                              request.start);
  shortlist.has_routes = true;
  const std::vector<MoleculeRoutes> routes = router.routes(smiles, {.max_routes = 1});
  for (std::size_t i = 0; i < smiles.size(); ++i) {
    ShortlistEntry& entry = shortlist.entries[i];
    if (routes[i].routes.empty()) {
      entry.route = "none: " + routes[i].reason;
      continue;
    }
    std::vector<std::string> cells = router.finder().cells(routes[i].routes[0], rounded);
    entry.steps = std::move(cells[0]);
    entry.price = std::move(cells[1]);
    entry.yield = std::move(cells[2]);
    entry.route = std::move(cells[3]);
    entry.route_json = router.finder().json(routes[i].routes[0]);
  }
}

}  // namespace

std::vector<ShortlistEntry> find_candidates(const ShortlistRequest& request, Shortlist& shortlist) {
  std::vector<ShortlistEntry> entries = read_samples(request.run, shortlist);
  add_visited(request, entries);
  drop_unwanted(request, entries, shortlist);
  shortlist.candidates = static_cast<std::int64_t>(entries.size());
  return entries;
}

Shortlist make_shortlist(const ShortlistRequest& request) {
  Shortlist shortlist;
  std::vector<ShortlistEntry> entries = find_candidates(request, shortlist);
  if (entries.empty()) {
    user_error(
        "'{}': no candidate is left: {} molecules are in the table of activities, {} score no more "
        "than the floor or lack the core; train longer (--steps) or look at the components in "
        "samples.csv",
        request.run.string(), shortlist.known, shortlist.unfit);
  }
  shortlist.targets = request.targets;
  add_components(request.reward, kComparedWithCheck, entries);
  shortlist.compared = std::count_if(entries.begin(), entries.end(),
                                     [](const auto& entry) { return !entry.raw.empty(); });
  for (const ShortlistTarget& target : request.targets) {
    shortlist.check_correlations.push_back(check_correlation(target, shortlist, entries));
  }
  shortlist.entries = choose(std::move(entries), request.settings);
  add_components(request.reward, shortlist.entries.size(), shortlist.entries);
  std::vector<std::string> smiles;
  for (const ShortlistEntry& entry : shortlist.entries) smiles.push_back(entry.smiles);
  for (const ShortlistTarget& target : request.targets) {
    shortlist.models.push_back(predict(target, smiles, shortlist.entries));
  }
  find_nearest(request, smiles, shortlist.entries);
  const std::vector<MoleculeProperties> properties = molecule_properties(smiles, Alerts::kSkip);
  for (std::size_t i = 0; i < smiles.size(); ++i) {
    shortlist.entries[i].molecular_weight = properties[i].descriptors.molecular_weight;
    shortlist.entries[i].logp = properties[i].descriptors.logp;
    shortlist.entries[i].tpsa = properties[i].descriptors.tpsa;
  }
  add_cautions(request, shortlist.entries);
  shortlist.scaffolds = count_scaffolds(smiles);
  add_routes(request, smiles, shortlist);
  return shortlist;
}

}  // namespace fragflow
