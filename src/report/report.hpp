// The report of a run: plain data in, one self-contained HTML page out.
//
// ReportData holds plain text (not escaped, not formatted as HTML except the drawings);
// render_report escapes everything. Empty vectors and absent optionals omit their section.
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "src/eval/poses.hpp"
#include "src/report/candidates.hpp"
#include "src/report/route_scheme.hpp"

namespace fragflow {

// A number at the top of the page.
struct KeyFigure {
  std::string label;
  std::string value;        // formatted
  std::string explanation;  // one line
};

struct Series {
  std::string name;
  std::vector<double> x, y;                 // the same length; NaN leaves a gap
  std::vector<double> low = {}, high = {};  // a band around y, of the same length; empty: none
};

// One line chart.
struct Curve {
  std::string title, explanation, x_label, y_label;
  std::vector<Series> series;
  bool logarithmic = false;  // y axis; values must then be positive to show
};

// Fractions of two or more sets of molecules in common bins.
struct Histogram {
  std::string title, explanation;
  std::vector<double> edges;  // one more than there are bins, increasing
  struct Set {
    std::string name;
    std::vector<double> shares;  // per bin; fraction of the set, 0..1
  };
  std::vector<Set> sets;
};

// A matrix drawn as coloured cells, row 0 at the top.
struct HeatMap {
  std::string title, explanation;
  int rows = 0, columns = 0;
  std::vector<double> values;                      // row-major
  bool diverging = false;                          // colours are centred at 0 (for differences)
  std::optional<std::pair<double, double>> scale;  // values of the end colours; absent: the data's
};

struct ComponentValue {
  std::string name;
  double raw = 0, transformed = 0;
};

struct MoleculeCard {
  std::string smiles;
  std::string drawing;  // SVG element, trusted (drawn by us)
  double score = 0;
  std::vector<ComponentValue> components;
  double qed = 0, sa = 0;
  std::vector<std::string> alerts;           // names of its BRENK and PAINS alerts
  std::string nearest_name, nearest_smiles;  // most similar known compound; empty: none given
  double nearest_similarity = 0;             // Tanimoto, 0..1
  std::optional<RouteScheme> route = {};     // how it is made, if known
};

// The poses of the displayed molecules, from the scorer of one component.
struct ShownPose {
  std::size_t molecule = 0;  // index into ReportData::molecules
  double value = 0;          // raw, of the component
  std::string record;        // of an SD file
};
struct PoseView {
  std::string component;
  std::vector<ShownPose> poses;
  AtomEnvironments around;
  std::size_t missing = 0;  // displayed molecules without a pose
};

// Statements with a verdict: alerts, synthetic accessibility, second opinion.
struct Finding {
  std::string question;
  std::string value;      // what was measured
  std::string reference;  // what it is compared with
  bool good = true;       // false: shown as a warning
};

// Predictions of a second model, trained on other compounds and never part of the reward.
struct SecondOpinion {
  std::string explanation;
  std::vector<Finding> findings;
  Series top;    // x: the reward's proxy, y: second proxy, for the best molecules
  Series known;  // the same for training compounds
};

// How well the policy follows R / Z, estimated from draws of both.
struct TargetFit {
  std::string explanation;
  std::vector<Finding> findings;
  std::vector<Curve> curves;
};

// A titled table of text.
struct ReportTable {
  std::vector<std::string> header;
  std::vector<std::vector<std::string>> rows;
};

// The policy in each cell of a two-dimensional grid.
struct PolicyPicture {
  std::string title, explanation;
  int side = 0;
  // [side, side, 3], first coordinate slowest: probability of stopping, of a step of the first
  // coordinate, of the second.
  std::vector<double> values;
};

// Candidates in the plane of two components of the score; vectors of the same length.
struct FrontPicture {
  std::string title, explanation, x_label, y_label;
  std::vector<double> x, y;
  std::vector<double> share;  // of the first component in the preference, 0..1
};

// Points in a plane, and lines over them (such as the diagonal).
struct Scatter {
  std::string title, explanation, x_label, y_label;
  std::vector<Series> points;  // the last one is drawn largest, on top
  std::vector<Series> lines;
};

struct ReportData {
  std::string title, subtitle;
  std::vector<std::string> warnings;    // displayed at the top, in colour
  std::vector<std::string> notes;       // such as missing inputs
  std::vector<std::string> statements;  // how to read the results (target, flat SMILES, settings)
  std::vector<KeyFigure> figures;
  ReportTable stages;  // of a run with stages; otherwise without rows
  std::vector<Curve> curves;
  std::string curves_explanation;
  std::vector<HeatMap> heat_maps;
  std::vector<PolicyPicture> policy_pictures;
  std::vector<FrontPicture> fronts;
  std::string molecules_title = "Best diverse molecules", molecules_explanation;
  std::vector<MoleculeCard> molecules;
  std::vector<PoseView> poses;
  std::optional<CandidateList> candidates;  // displayed first
  std::string scatters_explanation;
  std::vector<Scatter> scatters;  // activities against each other
  std::vector<Histogram> histograms;
  std::vector<Finding> quality;
  std::optional<SecondOpinion> second_opinion;
  std::optional<TargetFit> target_fit;
  std::vector<std::pair<std::string, std::string>> provenance;  // versions, command, seeds
  std::string evaluation_title = "All figures";
  ReportTable evaluation;  // every figure of evaluate
  std::string config;      // the effective config.toml
};

// The complete page: styles, scripts and data inline; loads no external resources.
std::string render_report(const ReportData& data);

}  // namespace fragflow
