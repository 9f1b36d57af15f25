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

// Molecules held as RDKit objects (some 50 kB each) at a time.
constexpr std::int64_t kBlockRows = 1024;
constexpr std::size_t kRejectedShown = 10;

std::vector<Standardised> standardise_rows(const std::vector<MoleculeRow>& rows) {
  std::vector<Standardised> result(rows.size());
  parallel_for(static_cast<std::int64_t>(rows.size()),
               [&](std::int64_t i) { result[i] = standardise(rows[i].smiles); });
  return result;
}

// Finds molecules by their SMILES without holding a second copy of it.
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

// Figures of single molecules, summed in the order of first appearance.
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

void note_rejected(const MoleculeRow& row, const std::string& reason, Evaluation& evaluation) {
  if (evaluation.rejected.size() >= kRejectedShown) return;
  evaluation.rejected.push_back(fmt::format("row {} (line {}): '{}': {}", row.row, row.line,
                                            row.written().substr(0, 80), reason));
}

}  // namespace

ScoredMolecules read_distinct_molecules(const std::filesystem::path& path,
                                        const EvaluateOptions& options, Evaluation& evaluation) {
  MoleculeColumns columns;
  columns.smiles = options.smiles_column;
  columns.value = options.score_column;
  columns.value_required = options.score_column_given;
  MoleculeFile file(path, columns);
  evaluation.has_scores = file.has_value();
  ScoredMolecules molecules;
  SmilesIndex index(molecules.smiles);
  PropertySums properties;
  for (auto rows = file.next(kBlockRows); !rows.empty(); rows = file.next(kBlockRows)) {
    const std::vector<Standardised> block = standardise_rows(rows);
    std::vector<const RDKit::ROMol*> fresh;
    for (std::size_t i = 0; i < rows.size(); ++i) {
      ++evaluation.count;
      block[i].count_into(evaluation.standardised);
      if (!block[i].ok()) {
        note_rejected(rows[i], block[i].reason, evaluation);
        continue;
      }
      ++evaluation.num_valid;
      const std::int64_t known = index.find(block[i].smiles);
      if (known < 0) {
        molecules.smiles.push_back(block[i].smiles);
        molecules.scores.push_back(rows[i].value);
        index.insert(molecules.size() - 1);
        fresh.push_back(block[i].molecule.get());
      } else {
        double& score = molecules.scores[known];
        score = std::fmax(score, rows[i].value);  // the one that is not NaN, if one is
      }
    }
    if (options.properties) properties.add(fresh);
  }
  if (molecules.size() == 0) {
    user_error("'{}' holds no molecule RDKit accepts ({} rows read{}{})", path.string(),
               evaluation.count, evaluation.rejected.empty() ? "" : "; ",
               evaluation.rejected.empty() ? "" : evaluation.rejected.front());
  }
  if (options.properties) properties.store(evaluation);
  return molecules;
}

Evaluation evaluate_file(const std::filesystem::path& path, const EvaluateOptions& options) {
  Evaluation result;
  std::unordered_set<std::string> reference;
  if (!options.reference.empty())
    reference = read_reference(options.reference, options.reference_smiles_column);
  const ScoredMolecules molecules = read_distinct_molecules(path, options, result);
  if (options.mode_score && !result.has_scores) {
    user_error("--mode-score needs scores, but '{}' has no column '{}'", path.string(),
               options.score_column);
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
    std::sort(sorted.begin(), sorted.end());  // the same subset everywhere
    result.alerts_reference =
        alert_share(molecule_properties(evenly_spaced(sorted), Alerts::kMatch));
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
    result.alerts_top100 = alert_share(properties);
    result.sa_median_top100 = median(sa_values(properties));
  }
  return result;
}

}  // namespace fragflow
