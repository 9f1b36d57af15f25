// Builds a report from the files of a run.
#pragma once

#include <functional>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "src/eval/evaluate.hpp"
#include "src/eval/poses.hpp"
#include "src/eval/properties.hpp"
#include "src/eval/run_data.hpp"
#include "src/report/report.hpp"

namespace fragflow {

// A model of activity of any kind: one mean and standard deviation per SMILES.
struct PredictedValues {
  std::vector<double> mean, std;
};
using Predictor = std::function<PredictedValues(std::span<const std::string> canonical_smiles)>;

struct ReportInputs {
  RunData run;
  std::optional<KnownCompounds> known;
  std::vector<double> known_scores;  // by the run's reward (evenly_spaced); empty: not scored
  Predictor proxy;                   // the one in the reward; empty: none
  Predictor check_proxy;             // trained on other compounds, never in the reward; empty: none
  std::vector<PoseSource> poses;     // where the reward's scorers left them; empty: no poses
  EvaluateOptions evaluate;
};

ReportData build_report(const ReportInputs& inputs);

// Parts of build_report, for tests and for commands that have only some of the inputs.

// Loss, log Z, scores, unique fraction and modes against trajectories; empty columns are omitted. A
// long run is reduced to a few hundred points, each the mean of neighbouring rows.
std::vector<Curve> training_curves(const CsvTable& metrics);

// Target, learned distribution and their difference on a grid of side^dimensions cells, first
// coordinate slowest; with more than two dimensions the others are summed out.
std::vector<HeatMap> grid_heat_maps(int side, int dimensions, std::span<const double> target,
                                    std::span<const double> learned);

// Fractions of each set in common bins of a round width; the outermost bins also contain values
// beyond the central 99 %. Non-finite values are not counted in any bin, and if there is no finite
// value there are no bins.
Histogram make_histogram(const std::string& title, const std::string& explanation,
                         const std::vector<std::pair<std::string, std::vector<double>>>& sets,
                         int max_bins = 40);

// Alerts and synthetic accessibility of the best molecules compared with the known compounds (may
// be empty).
std::vector<Finding> quality_findings(std::span<const MoleculeProperties> best,
                                      std::span<const MoleculeProperties> known);

// The second model's predictions for the best molecules, and whether the models disagree. They
// disagree if one of these holds: the second model's mean for the best is not above its mean for
// known compounds; over all samples the models' rank correlation is below 0.3; on average the
// reward's model exceeds the second model's prediction by more than twice its standard deviation.
struct OpinionInputs {
  std::vector<double> best_proxy, best_check, best_check_std;  // the best molecules
  std::vector<double> sample_proxy, sample_check;              // all samples
  std::vector<double> known_proxy, known_check;                // known compounds; may be empty
};
SecondOpinion second_opinion(const OpinionInputs& inputs);

}  // namespace fragflow
