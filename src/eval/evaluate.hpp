// `fragflow evaluate`: computes all figures of a file of molecules, read in blocks.
#pragma once

#include <array>
#include <filesystem>
#include <limits>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "src/chem/fingerprint.hpp"
#include "src/chem/standardise.hpp"
#include "src/eval/metrics.hpp"

namespace fragflow {

struct EvaluateOptions {
  std::string smiles_column;  // "": detected by name
  std::string score_column = "score";
  bool score_column_given = false;      // then it must exist
  std::filesystem::path reference;      // "": no novelty
  std::string reference_smiles_column;  // "": detected by name
  std::optional<double> mode_score;     // smallest score of a mode; absent: any
  double mode_similarity = 0.7;         // in (0, 1]
  FingerprintKind fingerprint = FingerprintKind::kRdk;
  std::string fingerprint_name = "rdk";
  bool properties = true;  // scaffolds, QED and SA score of every molecule: half of the time
  std::uint64_t seed = 0;  // selects the molecules of a sampled diversity
};

// Fractions and means are NaN if undefined (no molecule, no score, no reference).
struct Evaluation {
  static constexpr double kNone = std::numeric_limits<double>::quiet_NaN();

  std::int64_t count = 0;  // rows
  std::int64_t num_valid = 0, num_unique = 0, num_novel = 0;
  std::int64_t num_reference = 0;     // distinct molecules of the reference
  std::vector<std::string> rejected;  // the first few: "row 2 (line 3): 'CX': reason"
  StandardiseCounts standardised;     // changes made on reading the file
  double valid = kNone;               // fraction of the rows
  double unique = kNone;              // distinct canonical SMILES / valid rows
  double novel = kNone;  // fraction of the distinct molecules that are not in the reference

  bool has_scores = false;
  std::int64_t num_scored = 0;  // distinct molecules with a finite score
  std::array<double, 4> top = {kNone, kNone, kNone, kNone};  // means of the best 1, 10, 100, 1000
  std::int64_t modes = 0;
  PairSimilarity pairs;               // of all distinct molecules
  double internal_diversity = kNone;  // 1 - pairs.mean
  double mean_top100_similarity = kNone;
  std::int64_t scaffolds = 0;  // distinct Bemis-Murcko scaffolds; all ringless molecules share one
  double qed_mean = kNone, sa_mean = kNone;
  double sa_median_top100 = kNone;
  // Fractions of molecules with a BRENK or PAINS alert, of the best 100 and of the reference (of at
  // most kMaxReferenceProperties of it, evenly spaced).
  double alerts_top100 = kNone, alerts_reference = kNone;
};
inline constexpr std::array<int, 4> kTopCounts = {1, 10, 100, 1000};

// The distinct molecules of several files, read as one, in order of first appearance. Of several
// rows with one canonical SMILES the largest score counts. Bad rows are counted, never fatal;
// throws UserError if a file cannot be read, lacks a column (the score, if others have it) or if
// there is no valid molecule in any of them.
ScoredMolecules read_distinct_molecules(std::span<const std::filesystem::path> paths,
                                        const EvaluateOptions& options, Evaluation& evaluation);

// The same figures as for one file with the rows of all, in order. Memory: about 0.5 kB per
// distinct molecule.
Evaluation evaluate_files(std::span<const std::filesystem::path> paths,
                          const EvaluateOptions& options);
Evaluation evaluate_file(const std::filesystem::path& path, const EvaluateOptions& options);

// Keys as documented in docs/evaluate.md; undefined figures are null.
nlohmann::ordered_json evaluation_json(const Evaluation& evaluation,
                                       const EvaluateOptions& options);

// Rows of (figure, value) as readable text.
std::vector<std::pair<std::string, std::string>> evaluation_rows(const Evaluation& evaluation,
                                                                 const EvaluateOptions& options);

}  // namespace fragflow
