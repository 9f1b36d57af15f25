#include "src/report/report_builder.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "src/base/check.hpp"
#include "src/base/number_text.hpp"
#include "src/base/text.hpp"
#include "src/eval/grid_file.hpp"
#include "src/eval/hypervolume.hpp"
#include "src/report/target_fit.hpp"

namespace fragflow {
namespace {

constexpr std::size_t kTop = 100;
constexpr int kCards = 24;
// Morgan similarity below which two of the molecules shown count as different.
constexpr double kCardSimilarity = 0.5;

// The samples with data used by several sections.
struct Samples {
  SampleRows rows;
  std::vector<std::int64_t> order;             // by score
  std::vector<MoleculeProperties> properties;  // per distinct molecule
  std::vector<std::string> best_smiles;        // the top 100
  std::vector<MoleculeProperties> best;        // their properties
};

Samples prepare_samples(const CsvTable& table) {
  Samples samples;
  samples.rows = distinct_samples(table);
  samples.order = rank_by_score(samples.rows.molecules);
  samples.properties = molecule_properties(samples.rows.molecules.smiles, Alerts::kSkip);
  for (std::size_t i = 0; i < std::min(kTop, samples.order.size()); ++i) {
    samples.best_smiles.push_back(samples.rows.molecules.smiles[samples.order[i]]);
  }
  samples.best = molecule_properties(samples.best_smiles, Alerts::kMatch);
  return samples;
}

double cell(const CsvTable& table, std::size_t row, const std::string& column) {
  const auto index = table.find_column(column);
  if (!index) return NAN;
  return parse_double(table.rows[row][*index]).value_or(NAN);
}

void add_molecules(const ReportInputs& inputs, const Samples& samples, ReportData& report) {
  const ScoredMolecules& molecules = samples.rows.molecules;
  const std::vector<std::int64_t> shown = find_modes(
      molecules, samples.order, FingerprintKind::kMorgan2, kCardSimilarity, -INFINITY, kCards);
  std::vector<std::string> smiles;
  for (const std::int64_t i : shown) smiles.push_back(molecules.smiles[i]);
  const std::vector<std::string> drawings = draw_molecules(smiles);
  const std::vector<MoleculeProperties> properties = molecule_properties(smiles, Alerts::kMatch);
  std::vector<Neighbour> nearest(shown.size());
  if (inputs.known) {
    nearest = nearest_neighbours(fingerprints(smiles, FingerprintKind::kMorgan2),
                                 fingerprints(inputs.known->smiles, FingerprintKind::kMorgan2));
  }
  for (std::size_t k = 0; k < shown.size(); ++k) {
    MoleculeCard card;
    card.smiles = smiles[k];
    card.drawing = drawings[k];
    card.score = molecules.scores[shown[k]];
    for (const std::string& name : samples.rows.components) {
      const std::size_t row = samples.rows.rows[shown[k]];
      card.components.push_back({name, cell(*inputs.run.samples, row, name + "_raw"),
                                 cell(*inputs.run.samples, row, name)});
    }
    card.qed = properties[k].qed;
    card.sa = properties[k].sa;
    card.alerts = properties[k].alerts;
    if (nearest[k].index >= 0) {
      card.nearest_smiles = inputs.known->smiles[nearest[k].index];
      card.nearest_name = inputs.known->names[nearest[k].index];
      card.nearest_similarity = nearest[k].similarity;
    }
    if (const auto route = inputs.run.samples->find_column("route")) {
      card.route = scheme_of_text(inputs.run.samples->rows[samples.rows.rows[shown[k]]][*route]);
    }
    report.molecules.push_back(std::move(card));
  }
  report.molecules_explanation = fmt::format(
      "Best score first; each is less than {} similar (Tanimoto, Morgan radius 2) to those before. "
      "Rows give a component's raw value and what it contributes to the score.",
      kCardSimilarity);
}

double raw_value(const MoleculeCard& card, const std::string& component) {
  for (const ComponentValue& value : card.components) {
    if (value.name == component) return value.raw;
  }
  return NAN;
}

void add_poses(const ReportInputs& inputs, ReportData& report) {
  for (const PoseSource& source : inputs.poses) {
    PoseView view;
    view.component = source.component;
    std::vector<std::array<double, 3>> places;
    std::string first_problem;
    for (std::size_t i = 0; i < report.molecules.size(); ++i) {
      const MoleculeCard& card = report.molecules[i];
      const double value = raw_value(card, source.component);
      std::string problem;
      const auto pose = read_pose(source, card.smiles, value, problem);
      if (first_problem.empty()) first_problem = problem;
      if (!pose) continue;
      places.insert(places.end(), pose->places.begin(), pose->places.end());
      view.poses.push_back({i, value, pose_record(*pose, {})});
    }
    view.missing = report.molecules.size() - view.poses.size();
    if (view.poses.empty()) {
      report.notes.push_back(fmt::format("No pose of '{}' is in '{}'{}.", source.component,
                                         source.folder.string(),
                                         first_problem.empty() ? "" : "; " + first_problem));
      continue;
    }
    if (!first_problem.empty()) {
      report.notes.push_back(fmt::format("A pose is left out: {}.", first_problem));
    }
    view.around = read_surroundings(source.folder, places);
    report.poses.push_back(std::move(view));
  }
}

void add_histograms(const ReportInputs& inputs, const Samples& samples,
                    std::span<const MoleculeProperties> known, ReportData& report) {
  std::vector<std::pair<std::string, std::vector<double>>> scores = {
      {"samples", samples.rows.molecules.scores}};
  if (!inputs.known_scores.empty()) scores.emplace_back("training compounds", inputs.known_scores);
  report.histograms.push_back(
      make_histogram("Score", "What the sampler was rewarded for.", scores));
  const auto add = [&](const char* title, const char* explanation, auto&& value) {
    std::vector<double> ours, theirs;
    for (const MoleculeProperties& molecule : samples.properties) ours.push_back(value(molecule));
    for (const MoleculeProperties& molecule : known) theirs.push_back(value(molecule));
    report.histograms.push_back(
        make_histogram(title, explanation, {{"samples", ours}, {"training compounds", theirs}}));
  };
  using Properties = const MoleculeProperties&;
  add("QED", "Drug-likeness, 0 to 1.", [](Properties m) { return m.qed; });
  add("SA", "Synthetic accessibility: 1 easy, 10 hard.", [](Properties m) { return m.sa; });
  add("Molecular weight", "g/mol", [](Properties m) { return m.descriptors.molecular_weight; });
  add("logP", "Lipophilicity (Crippen).", [](Properties m) { return m.descriptors.logp; });
  add("TPSA", "Polar surface, square angstrom.", [](Properties m) { return m.descriptors.tpsa; });
}

void add_opinion(const ReportInputs& inputs, const Samples& samples, ReportData& report) {
  if (!inputs.proxy || !inputs.check_proxy) return;
  OpinionInputs opinion;
  opinion.best_proxy = inputs.proxy(samples.best_smiles).mean;
  PredictedValues check = inputs.check_proxy(samples.best_smiles);
  opinion.best_check = std::move(check.mean);
  opinion.best_check_std = std::move(check.std);
  opinion.sample_proxy = inputs.proxy(samples.rows.molecules.smiles).mean;
  opinion.sample_check = inputs.check_proxy(samples.rows.molecules.smiles).mean;
  std::vector<std::pair<std::string, std::vector<double>>> sets = {
      {"samples", opinion.sample_proxy}};
  if (inputs.known) {
    const std::vector<std::string> known = evenly_spaced(inputs.known->smiles);
    opinion.known_proxy = inputs.proxy(known).mean;
    opinion.known_check = inputs.check_proxy(known).mean;
    sets.emplace_back("training compounds", opinion.known_proxy);
  }
  report.histograms.insert(
      report.histograms.begin() + 1,
      make_histogram("Predicted activity", "By the model in the reward.", sets));
  report.second_opinion = second_opinion(opinion);
  for (const Finding& finding : report.second_opinion->findings) {
    if (finding.good) continue;
    report.warnings.push_back(fmt::format("The two models part: {} is {} ({}).", finding.question,
                                          finding.value, finding.reference));
  }
}

void add_evaluation(const ReportInputs& inputs, ReportData& report) {
  EvaluateOptions options = inputs.evaluate;
  const Evaluation evaluation = evaluate_file(inputs.run.folder / "samples.csv", options);
  report.evaluation.header = {"Figure", "Value"};
  for (const auto& [name, value] : evaluation_rows(evaluation, options)) {
    report.evaluation.rows.push_back({name, value});
  }
  report.figures.push_back({"Best score", format_number(evaluation.top[0]), "of all samples"});
  report.figures.push_back(
      {"Top 100 mean score", format_number(evaluation.top[2]), "of the distinct samples"});
  report.figures.push_back(
      {"Unique", format_percent(evaluation.unique),
       fmt::format("{} distinct of {} samples", format_count(evaluation.num_unique),
                   format_count(evaluation.num_valid))});
  if (std::isfinite(evaluation.novel)) {
    report.figures.push_back(
        {"Novel", format_percent(evaluation.novel), "of the distinct are no training compounds"});
  }
  report.figures.push_back({"Modes", format_count(evaluation.modes),
                            fmt::format("pairwise less than {} similar ({})",
                                        options.mode_similarity, options.fingerprint_name)});
  report.figures.push_back({"Internal diversity", format_number(evaluation.internal_diversity),
                            "1 - mean pairwise similarity"});
  report.figures.push_back(
      {"Scaffolds", format_count(evaluation.scaffolds), "different ring frameworks"});
  report.figures.push_back(
      {"Mean QED", format_number(evaluation.qed_mean), "drug-likeness, 0 to 1"});
}

void add_training(const RunData& run, ReportData& report) {
  if (!run.metrics) return;
  report.curves = training_curves(*run.metrics);
  report.curves_explanation =
      "One point per logged interval; long runs are thinned to means of neighbouring points.";
  const auto last = [&](const char* column) {
    const std::vector<double> values = numbers_of(*run.metrics, column);
    return values.empty() ? NAN : values.back();
  };
  report.figures.push_back({"Trajectories", format_number(last("trajectories")),
                            fmt::format("in {} training steps", format_number(last("step")))});
  report.figures.push_back({"log Z", format_number(last("log_z")), "log of the total reward"});
}

void add_provenance(const RunData& run, ReportData& report) {
  if (const auto warnings = run.run.find("warnings");
      warnings != run.run.end() && warnings->is_array()) {
    for (const nlohmann::json& warning : *warnings) {
      if (warning.is_string()) report.warnings.push_back(warning.get<std::string>());
    }
  }
  for (const auto& [key, value] : run.run.items()) {
    if (key == "warnings") continue;  // they are shown at the top
    const std::string text = value.is_string() ? value.get<std::string>() : value.dump();
    if (!text.empty()) report.provenance.emplace_back(key, text);
  }
  const std::string target = run.text("target");
  if (!target.empty()) {
    report.statements.push_back(
        target == "molecule"
            ? "Target distribution: p(molecule) in proportion to its reward (target = molecule)."
            : fmt::format(
                  "Target distribution: p(x) in proportion to R(x), x a {0} (target = {0}).",
                  target));
  }
  if (const std::string learned = run.text("condition"); !learned.empty()) {
    report.statements.push_back(
        fmt::format("The run trained one policy for a range of rewards, {}; the samples follow {}.",
                    learned, run.text("samples_at")));
  }
  if (run.samples) {
    report.statements.push_back(
        "Chemistry is stereo-free: generated SMILES are flat, and every stereoisomer of a molecule "
        "has the same score.");
  }
  report.config = run.config;
}

// Plots every pair of components with learned preferences, and their joint hypervolume.
void add_front(const RunData& run, ReportData& report) {
  if (!run.front) return;
  constexpr std::string_view kFraction = "share_";
  std::vector<std::string> names;
  std::vector<std::vector<double>> values, shares;
  for (const std::string& column : run.front->header) {
    if (!column.starts_with(kFraction)) continue;
    names.push_back(column.substr(kFraction.size()));
    run.front->column(names.back(), "front.csv");
    values.push_back(numbers_of(*run.front, names.back()));
    shares.push_back(numbers_of(*run.front, column));
  }
  run.front->column("score", "front.csv");
  const std::vector<double> scores = numbers_of(*run.front, "score");
  std::vector<std::size_t> kept;  // not rejected by a filter
  for (std::size_t i = 0; i < scores.size(); ++i) {
    if (scores[i] > 0) kept.push_back(i);
  }
  std::vector<std::vector<double>> points;
  for (const std::size_t i : kept) {
    points.emplace_back();
    for (const std::vector<double>& column : values) points.back().push_back(column.at(i));
  }
  report.figures.push_back(
      {"Hypervolume", format_number(hypervolume(points)),
       fmt::format("covered by {} samples along the front, from 0 in {}",
                   format_count(static_cast<long long>(kept.size())), join(names))});
  for (std::size_t a = 0; a < names.size(); ++a) {
    for (std::size_t b = a + 1; b < names.size(); ++b) {
      FrontPicture picture;
      picture.title = names[a] + " and " + names[b];
      picture.explanation = fmt::format(
          "Scores after their transforms. Orange: drawn with all weight on {}, blue: with none. "
          "The "
          "line bounds what the samples reach.",
          names[a]);
      picture.x_label = names[a];
      picture.y_label = names[b];
      for (const std::size_t i : kept) {
        picture.x.push_back(values[a].at(i));
        picture.y.push_back(values[b].at(i));
        picture.share.push_back(shares[a].at(i));
      }
      report.fronts.push_back(std::move(picture));
    }
  }
}

void add_grid(const RunData& run, ReportData& report) {
  if (run.grid.empty()) return;
  const GridFile grid = parse_grid_file(run.grid, run.folder / "grid.json");
  report.heat_maps = grid_heat_maps(grid.side, grid.dimensions, grid.target, grid.learned);
  for (const auto& [values, title] : {std::pair(&grid.policy_before, "Before training"),
                                      std::pair(&grid.policy_after, "After training")}) {
    if (values->empty()) continue;
    report.policy_pictures.push_back(
        {title,
         "Darker: stops here. Arrows: a step of the first coordinate (down) or the second "
         "(right); their length is its probability.",
         grid.side, *values});
  }
  report.evaluation.header = {"Figure", "Value"};
  for (const auto& [key, value] : run.grid.items()) {
    if (value.is_array()) continue;
    report.evaluation.rows.push_back(
        {key, value.is_string() ? value.get<std::string>() : value.dump()});
  }
  const auto figure = [&](const char* key, const char* label, const char* explanation) {
    const auto found = run.grid.find(key);
    if (found == run.grid.end() || !found->is_number()) return;
    report.figures.push_back({label, format_number(found->get<double>()), explanation});
  };
  figure("tv", "Total variation", "half the summed difference to R / Z, computed exactly");
  figure("l1_sum", "L1 of the samples", "summed; compare with the floor");
  figure("floor_l1_sum", "L1 floor", "what a perfect sampler shows at this sample size");
  figure("log_z_exact", "log Z, exact", "from the sum of all rewards");
  figure("modes_found", "Modes found", "regions of the highest reward");
  figure("modes_total", "Modes in all", "that there are");
}

}  // namespace

ReportData build_report(const ReportInputs& inputs) {
  const RunData& run = inputs.run;
  ReportData report;
  const std::filesystem::path name = std::filesystem::absolute(run.folder / "").parent_path();
  report.title = "fragflow report: " + name.filename().string();
  report.subtitle = run.text("version");
  report.notes = run.notes;
  std::vector<MoleculeProperties> known;
  if (inputs.known) {
    known = molecule_properties(evenly_spaced(inputs.known->smiles), Alerts::kMatch);
  }
  add_grid(run, report);
  if (run.samples) {
    const Samples samples = prepare_samples(*run.samples);
    if (samples.order.empty()) {
      report.notes.push_back("samples.csv holds no molecule.");
    } else {
      add_evaluation(inputs, report);
      add_molecules(inputs, samples, report);
      add_poses(inputs, report);
      report.quality = quality_findings(samples.best, known);
      add_histograms(inputs, samples, known, report);
      add_opinion(inputs, samples, report);
    }
  }
  add_front(run, report);
  if (!run.fidelity.empty()) {
    report.target_fit = read_target_fit(run.fidelity, run.folder / "fidelity.json");
  }
  add_training(run, report);
  add_provenance(run, report);
  return report;
}

}  // namespace fragflow
