#include "src/eval/metrics.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "src/base/check.hpp"
#include "src/base/rng.hpp"
#include "src/base/statistics.hpp"

namespace fragflow {
namespace {

// Ranks from 1; tied values share the mean of their ranks.
std::vector<double> mean_ranks(std::span<const double> values) {
  std::vector<std::size_t> order(values.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::sort(order.begin(), order.end(),
            [&](std::size_t i, std::size_t j) { return values[i] < values[j]; });
  std::vector<double> ranks(values.size());
  for (std::size_t first = 0; first < order.size();) {
    std::size_t last = first + 1;
    while (last < order.size() && values[order[last]] == values[order[first]]) ++last;
    for (std::size_t k = first; k < last; ++k) {
      ranks[order[k]] = 0.5 * static_cast<double>(first + 1 + last);
    }
    first = last;
  }
  return ranks;
}

// k distinct random elements of {0, ..., n - 1}.
std::vector<std::int64_t> random_subset(std::int64_t n, std::int64_t k, Rng& rng) {
  std::vector<std::int64_t> indices(n);
  std::iota(indices.begin(), indices.end(), std::int64_t{0});
  for (std::int64_t i = 0; i < k; ++i) {
    std::swap(indices[i], indices[i + static_cast<std::int64_t>(rng.below(n - i))]);
  }
  indices.resize(k);
  return indices;
}

}  // namespace

std::vector<std::int64_t> rank_by_score(const ScoredMolecules& molecules) {
  std::vector<std::int64_t> order(molecules.size());
  std::iota(order.begin(), order.end(), std::int64_t{0});
  std::sort(order.begin(), order.end(), [&](std::int64_t i, std::int64_t j) {
    const double a = molecules.scores[i], b = molecules.scores[j];
    if (std::isnan(a) != std::isnan(b)) return std::isnan(b);
    if (!std::isnan(a) && a != b) return a > b;
    return molecules.smiles[i] < molecules.smiles[j];
  });
  return order;
}

double top_mean(const ScoredMolecules& molecules, std::span<const std::int64_t> order,
                std::int64_t k) {
  std::vector<double> scores;
  for (const std::int64_t i : order.first(std::min<std::size_t>(k, order.size()))) {
    if (!std::isnan(molecules.scores[i])) scores.push_back(molecules.scores[i]);
  }
  return mean(scores);
}

std::vector<std::int64_t> find_modes(const ScoredMolecules& molecules,
                                     std::span<const std::int64_t> order, FingerprintKind kind,
                                     double max_similarity, double min_score,
                                     std::int64_t max_modes) {
  const bool any_score = min_score == -std::numeric_limits<double>::infinity();
  std::vector<std::int64_t> candidates;
  std::vector<std::string> smiles;
  for (const std::int64_t i : order) {
    if (!any_score && !(molecules.scores[i] >= min_score)) continue;
    candidates.push_back(i);
    smiles.push_back(molecules.smiles[i]);
  }
  std::vector<std::int64_t> modes =
      select_diverse(fingerprints(smiles, kind), max_similarity, max_modes);
  for (std::int64_t& mode : modes) mode = candidates[mode];
  return modes;
}

PairSimilarity pair_similarity(const std::vector<std::string>& smiles, FingerprintKind kind,
                               std::uint64_t seed) {
  PairSimilarity result;
  result.molecules = static_cast<std::int64_t>(smiles.size());
  result.exact = result.molecules <= kExactPairMolecules;
  if (result.molecules < 2) return result;
  if (result.exact) {
    result.mean = mean_pairwise_similarity(fingerprints(smiles, kind));
  } else {
    Rng rng(mix_seed(seed, "pair_similarity"));
    std::vector<std::string> subset;
    for (const std::int64_t i : random_subset(result.molecules, kExactPairMolecules, rng)) {
      subset.push_back(smiles[i]);
    }
    result.molecules = kExactPairMolecules;
    result.mean = mean_pairwise_similarity(fingerprints(subset, kind));
  }
  result.pairs = result.molecules * (result.molecules - 1) / 2;
  return result;
}

double rank_correlation(std::span<const double> a, std::span<const double> b) {
  FRAGFLOW_CHECK(a.size() == b.size(), "{} and {} values", a.size(), b.size());
  const std::vector<double> ranks_a = mean_ranks(a), ranks_b = mean_ranks(b);
  const double middle = 0.5 * (static_cast<double>(a.size()) + 1);
  double covariance = 0, variance_a = 0, variance_b = 0;
  for (std::size_t i = 0; i < a.size(); ++i) {
    covariance += (ranks_a[i] - middle) * (ranks_b[i] - middle);
    variance_a += (ranks_a[i] - middle) * (ranks_a[i] - middle);
    variance_b += (ranks_b[i] - middle) * (ranks_b[i] - middle);
  }
  if (variance_a == 0 || variance_b == 0) return std::numeric_limits<double>::quiet_NaN();
  return covariance / std::sqrt(variance_a * variance_b);
}

LinearFit linear_fit(std::span<const double> x, std::span<const double> y) {
  FRAGFLOW_CHECK(x.size() == y.size(), "{} and {} values", x.size(), y.size());
  const double mean_x = mean(x), mean_y = mean(y);
  double covariance = 0, variance_x = 0, variance_y = 0;
  for (std::size_t i = 0; i < x.size(); ++i) {
    covariance += (x[i] - mean_x) * (y[i] - mean_y);
    variance_x += (x[i] - mean_x) * (x[i] - mean_x);
    variance_y += (y[i] - mean_y) * (y[i] - mean_y);
  }
  LinearFit fit;
  if (variance_x == 0) return fit;
  fit.slope = covariance / variance_x;
  fit.intercept = mean_y - fit.slope * mean_x;
  if (variance_y > 0) fit.correlation = covariance / std::sqrt(variance_x * variance_y);
  return fit;
}

}  // namespace fragflow
