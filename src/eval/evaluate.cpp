#include "src/eval/evaluate.hpp"

#include <GraphMol/RWMol.h>
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <unordered_set>

#include "src/base/check.hpp"
#include "src/base/parallel.hpp"
#include "src/base/statistics.hpp"
#include "src/chem/descriptors.hpp"
#include "src/chem/qed.hpp"
#include "src/chem/sa_score.hpp"
#include "src/chem/standardise.hpp"
#include "src/eval/molecule_file.hpp"
#include "src/eval/properties.hpp"

namespace fragflow {
namespace {

// Molecules held as RDKit objects (about 50 kB each) at a time.
constexpr std::int64_t kBlockRows = 1024;
constexpr std::size_t kRejectedShown = 10;

std::vector<Standardised> standardise_rows(const std::vector<MoleculeRow>& rows) {
  std::vector<Standardised> result(rows.size());
  parallel_for(static_cast<std::int64_t>(rows.size()),
               [&](std::int64_t i) { result[i] = standardise(rows[i].smiles); });
  return result;
}

// Finds molecules by SMILES without storing a second copy.
class SmilesIndex {
 public:
  explicit SmilesIndex(const std::vector<std::string>& smiles)
      : indices_(0, Hash{&smiles}, Equal{&smiles}) {}

  // -1: not there.
  std::int64_t find(const std::string& smiles) const {
    const auto found = indices_.find(std::string_view(smiles));
    return found == indices_.end() ? -1 : *found;
  }
  void insert(std::int64_t index) { indices_.insert(index); }

 private:
  struct Hash {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const {
      return std::hash<std::string_view>()(text);
    }
    std::size_t operator()(std::int64_t index) const { return (*this)((*smiles)[index]); }
    const std::vector<std::string>* smiles;
  };
  struct Equal {
    using is_transparent = void;
    bool operator()(std::int64_t a, std::int64_t b) const { return a == b; }
    bool operator()(std::string_view text, std::int64_t index) const {
      return text == (*smiles)[index];
    }
    bool operator()(std::int64_t index, std::string_view text) const {
      return text == (*smiles)[index];
    }
    const std::vector<std::string>* smiles;
  };

  std::unordered_set<std::int64_t, Hash, Equal> indices_;
};

// Figures of individual molecules, summed in the order of first appearance.
class PropertySums {
 public:
  void add(const std::vector<const RDKit::ROMol*>& molecules) {
    std::vector<double> qed(molecules.size()), sa(molecules.size());
    std::vector<std::string> scaffolds(molecules.size());
    parallel_for(static_cast<std::int64_t>(molecules.size()), [&](std::int64_t i) {
      qed[i] = qed_(*molecules[i]);
      sa[i] = sa_(*molecules[i]);
      scaffolds[i] = murcko_scaffold(*molecules[i]);
    });
    for (std::size_t i = 0; i < molecules.size(); ++i) {
      qed_sum_ += qed[i];
      sa_sum_ += sa[i];
      scaffolds_.insert(std::move(scaffolds[i]));
    }
    count_ += static_cast<std::int64_t>(molecules.size());
  }

  void store(Evaluation& evaluation) const {
    evaluation.scaffolds = static_cast<std::int64_t>(scaffolds_.size());
    evaluation.qed_mean = qed_sum_ / static_cast<double>(count_);
    evaluation.sa_mean = sa_sum_ / static_cast<double>(count_);
  }

 private:
  Qed qed_;
  SaScore sa_;
  std::unordered_set<std::string> scaffolds_;
  double qed_sum_ = 0, sa_sum_ = 0;
  std::int64_t count_ = 0;
};

std::unordered_set<std::string> read_reference(const std::filesystem::path& path,
                                               const std::string& smiles_column) {
  MoleculeColumns columns;
  columns.smiles = smiles_column;
  MoleculeFile file(path, columns);
  std::unordered_set<std::string> reference;
  for (auto rows = file.next(kBlockRows); !rows.empty(); rows = file.next(kBlockRows)) {
    for (Standardised& molecule : standardise_rows(rows)) {
      if (molecule.ok()) reference.insert(std::move(molecule.smiles));
    }
  }
  if (reference.empty()) user_error("'{}' holds no molecule RDKit accepts", path.string());
  return reference;
}

// file: its name if there are several, "" otherwise.
void note_rejected(const std::string& file, const MoleculeRow& row, const std::string& reason,
                   Evaluation& evaluation) {
  if (evaluation.rejected.size() >= kRejectedShown) return;
  evaluation.rejected.push_back(fmt::format("{}row {} (line {}): '{}': {}", file, row.row, row.line,
                                            row.written().substr(0, 80), reason));
}

// The molecules of one file after another.
class DistinctMolecules {
 public:
  DistinctMolecules(const EvaluateOptions& options, Evaluation& evaluation)
      : options_(options), evaluation_(evaluation), index_(molecules_.smiles) {}

  // name: of the file in messages, "" if it is the only one.
  void read(MoleculeFile& file, const std::string& name) {
    for (auto rows = file.next(kBlockRows); !rows.empty(); rows = file.next(kBlockRows)) {
      add(rows, name);
    }
  }

  ScoredMolecules take() {
    if (options_.properties) properties_.store(evaluation_);
    return std::move(molecules_);
  }
  bool is_empty() const { return molecules_.size() == 0; }

 private:
  void add(const std::vector<MoleculeRow>& rows, const std::string& name) {
    const std::vector<Standardised> block = standardise_rows(rows);
    std::vector<const RDKit::ROMol*> fresh;
    for (std::size_t i = 0; i < rows.size(); ++i) {
      ++evaluation_.count;
      block[i].count_into(evaluation_.standardised);
      if (!block[i].ok()) {
        note_rejected(name, rows[i], block[i].reason, evaluation_);
        continue;
      }
      ++evaluation_.num_valid;
      const std::int64_t known = index_.find(block[i].smiles);
      if (known < 0) {
        molecules_.smiles.push_back(block[i].smiles);
        molecules_.scores.push_back(rows[i].value);
        index_.insert(molecules_.size() - 1);
        fresh.push_back(block[i].molecule.get());
      } else {
        double& score = molecules_.scores[known];
        score = std::fmax(score, rows[i].value);  // the one that is not NaN, if any
      }
    }
    if (options_.properties) properties_.add(fresh);
  }

  const EvaluateOptions& options_;
  Evaluation& evaluation_;
  ScoredMolecules molecules_;
  SmilesIndex index_;
  PropertySums properties_;
};

std::string names_of(std::span<const std::filesystem::path> paths) {
  std::string names;
  for (const auto& path : paths) names += (names.empty() ? "'" : ", '") + path.string() + "'";
  return names;
}

}  // namespace

ScoredMolecules read_distinct_molecules(std::span<const std::filesystem::path> paths,
                                        const EvaluateOptions& options, Evaluation& evaluation) {
  MoleculeColumns columns;
  columns.smiles = options.smiles_column;
  columns.value = options.score_column;
  columns.value_required = options.score_column_given;
  DistinctMolecules molecules(options, evaluation);
  for (std::size_t k = 0; k < paths.size(); ++k) {
    MoleculeFile file(paths[k], columns);
    if (k > 0 && file.has_value() != evaluation.has_scores) {
      user_error("'{}' has {}column '{}', but '{}' has {}: the files are to be parts of one",
                 paths[k].string(), file.has_value() ? "a " : "no ", options.score_column,
                 paths[0].string(), file.has_value() ? "none" : "one");
    }
    evaluation.has_scores = file.has_value();
    molecules.read(file, paths.size() > 1 ? "'" + paths[k].string() + "' " : "");
  }
  if (molecules.is_empty()) {
    user_error("{} {} no molecule RDKit accepts ({} rows read{}{})", names_of(paths),
               paths.size() == 1 ? "holds" : "hold", evaluation.count,
               evaluation.rejected.empty() ? "" : "; ",
               evaluation.rejected.empty() ? "" : evaluation.rejected.front());
  }
  return molecules.take();
}

Evaluation evaluate_file(const std::filesystem::path& path, const EvaluateOptions& options) {
  return evaluate_files({&path, 1}, options);
}

Evaluation evaluate_files(std::span<const std::filesystem::path> paths,
                          const EvaluateOptions& options) {
  Evaluation result;
  std::unordered_set<std::string> reference;
  if (!options.reference.empty())
    reference = read_reference(options.reference, options.reference_smiles_column);
  const ScoredMolecules molecules = read_distinct_molecules(paths, options, result);
  if (options.mode_score && !result.has_scores) {
    user_error("--mode-score needs scores, but {} {} no column '{}'", names_of(paths),
               paths.size() == 1 ? "has" : "have", options.score_column);
  }
  result.num_unique = molecules.size();
  result.valid = static_cast<double>(result.num_valid) / static_cast<double>(result.count);
  result.unique = static_cast<double>(result.num_unique) / static_cast<double>(result.num_valid);
  if (!options.reference.empty()) {
    result.num_reference = static_cast<std::int64_t>(reference.size());
    for (const std::string& smiles : molecules.smiles) {
      result.num_novel += !reference.contains(smiles);
    }
    result.novel = static_cast<double>(result.num_novel) / static_cast<double>(result.num_unique);
    std::vector<std::string> sorted(reference.begin(), reference.end());
    std::sort(sorted.begin(), sorted.end());  // the same subset on every machine
    result.alerts_reference =
        alert_fraction(molecule_properties(evenly_spaced(sorted), Alerts::kMatch));
  }
  for (const double score : molecules.scores) result.num_scored += !std::isnan(score);

  const std::vector<std::int64_t> order = rank_by_score(molecules);
  for (std::size_t i = 0; i < kTopCounts.size(); ++i) {
    result.top[i] = top_mean(molecules, order, kTopCounts[i]);
  }
  result.modes = static_cast<std::int64_t>(
      find_modes(molecules, order, options.fingerprint, options.mode_similarity,
                 options.mode_score.value_or(-std::numeric_limits<double>::infinity()))
          .size());
  result.pairs = pair_similarity(molecules.smiles, options.fingerprint, options.seed);
  result.internal_diversity = 1 - result.pairs.mean;
  if (result.num_scored > 0) {
    std::vector<std::string> best;
    for (const std::int64_t i : order) {
      if (best.size() < 100 && !std::isnan(molecules.scores[i])) {
        best.push_back(molecules.smiles[i]);
      }
    }
    result.mean_top100_similarity = pair_similarity(best, options.fingerprint, options.seed).mean;
    const auto properties = molecule_properties(best, Alerts::kMatch);
    result.alerts_top100 = alert_fraction(properties);
    result.sa_median_top100 = median(sa_values(properties));
  }
  return result;
}

}  // namespace fragflow
