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

// Counts above this are taken as this: a chain of 60 carbons says no more than one of 30.
inline constexpr std::uint32_t kMaxFeatureCount = 30;

// Holds, for each feature and level c, the references where the feature occurs at least c times.
// The sum of minima of a query and every reference is then the number of lists each reference is
// in, so that a query costs only what it shares with the references.
class CountIndex {
 public:
  explicit CountIndex(std::span<const FeatureCounts> references);

  std::int64_t size() const { return static_cast<std::int64_t>(totals_.size()); }

  // out[j] = sum of minima / sum of maxima with reference j, in [0, 1]; 1 for two empty
  // fingerprints. out has size() elements. Thread-safe.
  void similarities(const FeatureCounts& query, std::span<double> out) const;

  // What each feature of the query has in sum_j weights[j] * similarity_j: its part of the sums of
  // minima, each over its own sum of maxima, so that the parts add up to the sum (unless query and
  // reference are both empty). weights has size() elements, out has query.size(). Thread-safe.
  void contributions(const FeatureCounts& query, std::span<const double> weights,
                     std::span<double> out) const;

 private:
  // Calls visit(j) for every reference and level up to count that has the feature: min(count, r_j)
  // times for reference j.
  template <typename Visit>
  void visit_shared(std::uint32_t feature, std::uint32_t count, Visit visit) const;
  // The list number of (feature, level), or -1 if no reference has it.
  std::int64_t list_of(std::uint32_t feature, std::uint32_t level) const;

  std::vector<std::uint64_t> keys_;    // feature * 32 + level, ascending
  std::vector<std::int64_t> offsets_;  // list k is members_[offsets_[k], offsets_[k + 1])
  std::vector<std::int32_t> members_;  // reference indices
  std::vector<std::int64_t> totals_;   // sum of the counts of each reference
};

// Row-major [queries.size(), index.size()]. Parallel.
std::vector<double> similarity_matrix(const CountIndex& index,
                                      std::span<const FeatureCounts> queries);

}  // namespace fragflow
