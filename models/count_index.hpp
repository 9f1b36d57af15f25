// Tanimoto similarities of count fingerprints to a fixed set, through an inverted index.
#pragma once

#include <cstdint>
#include <span>
#include <utility>
#include <vector>

namespace fragflow {

// (feature, how often), features ascending, counts positive. Counts of 1 everywhere make it a bit
// fingerprint.
using FeatureCounts = std::vector<std::pair<std::uint32_t, std::uint32_t>>;

// Larger counts are clipped to this: a chain of 60 carbons says no more than one of 30.
inline constexpr std::uint32_t kMaxFeatureCount = 30;

// Stores, for each feature and level c, the list of references where the feature occurs at least c
// times. The sum of minima of a query and a reference is then the number of lists that contain the
// reference, so that the cost of a query depends only on the features in common.
class CountIndex {
 public:
  explicit CountIndex(std::span<const FeatureCounts> references);

  std::int64_t size() const { return static_cast<std::int64_t>(totals_.size()); }

  // out[j] = sum of minima / sum of maxima with reference j, in [0, 1]; 1 for two empty
  // fingerprints. out has size() elements. Thread-safe.
  void similarities(const FeatureCounts& query, std::span<double> out) const;

  // The contribution of each query feature to sum_j weights[j] * similarity_j: its part of the sums
  // of minima, divided by the sums of maxima, so that contributions add up to the sum (unless query
  // and reference are both empty). weights has size() elements, out query.size(). Thread-safe.
  void contributions(const FeatureCounts& query, std::span<const double> weights,
                     std::span<double> out) const;

 private:
  // Calls visit(j) once for every reference j and level up to count at which it has the feature:
  // min(count, r_j) times for reference j.
  template <typename Visit>
  void visit_shared(std::uint32_t feature, std::uint32_t count, Visit visit) const;
  // The list number of (feature, level), or -1 if no reference has it.
  std::int64_t list_of(std::uint32_t feature, std::uint32_t level) const;

  std::vector<std::uint64_t> keys_;    // feature * 32 + level, ascending
  std::vector<std::int64_t> offsets_;  // list k is members_[offsets_[k], offsets_[k + 1])
  std::vector<std::int32_t> members_;  // reference indices
  std::vector<std::int64_t> totals_;   // sum of the counts of each reference
};

// Row-major [queries.size(), index.size()]. Computed in parallel.
std::vector<double> similarity_matrix(const CountIndex& index,
                                      std::span<const FeatureCounts> queries);

}  // namespace fragflow
