// Fills a report from what a run left behind.
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

// A model of activity, whatever it is made of: one mean and standard deviation per SMILES.
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
  std::vector<PoseSource> poses;     // where the reward's scorers left them; empty: nowhere
  EvaluateOptions evaluate;
};

ReportData build_report(const ReportInputs& inputs);

// The parts of build_report, for tests and for commands that have only some of the inputs.

// Loss, log Z, scores, unique share and modes against trajectories; empty columns are left out. A
// long run is thinned to a few hundred points, each the mean of neighbouring rows.
std::vector<Curve> training_curves(const CsvTable& metrics);

// Target, learned distribution and their difference on a grid of side^dimensions cells, first
// coordinate slowest; with more than two dimensions the others are summed out.
std::vector<HeatMap> grid_heat_maps(int side, int dimensions, std::span<const double> target,
                                    std::span<const double> learned);

// Fractions of each set in common bins of a round width; the outermost bins also hold what lies
// beyond the central 99 %. Any values will do: those that are not finite count nowhere, and without
// a finite one there are no bins.
Histogram make_histogram(const std::string& title, const std::string& explanation,
                         const std::vector<std::pair<std::string, std::vector<double>>>& sets,
                         int max_bins = 40);

// Alerts and synthetic accessibility of the best molecules beside the known compounds (may be
// empty).
std::vector<Finding> quality_findings(std::span<const MoleculeProperties> best,
                                      std::span<const MoleculeProperties> known);

// What the second model says of the best molecules, and whether the two part. They part if one of
// three things holds: its mean for the best is not above its mean for the known compounds; over all
// samples the ranks of both models correlate by less than 0.3; on average the reward's model
// promises more than twice the second model's own standard deviation beyond what that one predicts.
struct OpinionInputs {
  std::vector<double> best_proxy, best_check, best_check_std;  // the best molecules
  std::vector<double> sample_proxy, sample_check;              // all samples
  std::vector<double> known_proxy, known_check;                // known compounds; may be empty
};
SecondOpinion second_opinion(const OpinionInputs& inputs);

}  // namespace fragflow
