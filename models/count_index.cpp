#include "models/count_index.hpp"

#include <algorithm>

#include "src/base/check.hpp"
#include "src/base/parallel.hpp"

namespace fragflow {
namespace {

std::uint64_t list_key(std::uint32_t feature, std::uint32_t level) {
  return std::uint64_t{feature} * 32 + level;
}

std::uint32_t capped(std::uint32_t count) { return std::min(count, kMaxFeatureCount); }

}  // namespace

CountIndex::CountIndex(std::span<const FeatureCounts> references) {
  std::vector<std::pair<std::uint64_t, std::int32_t>> entries;
  for (std::size_t j = 0; j < references.size(); ++j) {
    std::int64_t total = 0;
    for (const auto& [feature, count] : references[j]) {
      for (std::uint32_t level = 0; level < capped(count); ++level) {
        entries.emplace_back(list_key(feature, level), static_cast<std::int32_t>(j));
      }
      total += capped(count);
    }
    totals_.push_back(total);
  }
  std::sort(entries.begin(), entries.end());
  for (const auto& [key, member] : entries) {
    if (keys_.empty() || keys_.back() != key) {
      keys_.push_back(key);
      offsets_.push_back(static_cast<std::int64_t>(members_.size()));
    }
    members_.push_back(member);
  }
  offsets_.push_back(static_cast<std::int64_t>(members_.size()));
}

std::int64_t CountIndex::list_of(std::uint32_t feature, std::uint32_t level) const {
  const std::uint64_t key = list_key(feature, level);
  const auto found = std::lower_bound(keys_.begin(), keys_.end(), key);
  return found != keys_.end() && *found == key ? found - keys_.begin() : -1;
}

template <typename Visit>
void CountIndex::visit_shared(std::uint32_t feature, std::uint32_t count, Visit visit) const {
  // The lists of one feature follow each other: level c + 1 is a subset of level c.
  std::int64_t list = list_of(feature, 0);
  if (list < 0) return;
  for (std::uint32_t level = 0; level < capped(count); ++level, ++list) {
    if (list >= static_cast<std::int64_t>(keys_.size()) ||
        keys_[list] != list_key(feature, level)) {
      return;
    }
    for (std::int64_t k = offsets_[list]; k < offsets_[list + 1]; ++k) visit(members_[k]);
  }
}

void CountIndex::similarities(const FeatureCounts& query, std::span<double> out) const {
  FRAGFLOW_CHECK(out.size() == totals_.size(), "{} places for {} references", out.size(),
                 totals_.size());
  std::vector<std::int32_t> shared(totals_.size(), 0);
  std::int64_t total = 0;
  for (const auto& [feature, count] : query) {
    total += capped(count);
    visit_shared(feature, count, [&](std::int32_t member) { ++shared[member]; });
  }
  for (std::size_t j = 0; j < totals_.size(); ++j) {
    const std::int64_t either = total + totals_[j] - shared[j];
    out[j] = either == 0 ? 1.0 : static_cast<double>(shared[j]) / static_cast<double>(either);
  }
}

void CountIndex::contributions(const FeatureCounts& query, std::span<const double> weights,
                               std::span<double> out) const {
  FRAGFLOW_CHECK(weights.size() == totals_.size() && out.size() == query.size(),
                 "{} weights of {} references, {} places for {} features", weights.size(),
                 totals_.size(), out.size(), query.size());
  std::vector<double> per_count(totals_.size());
  similarities(query, per_count);
  std::int64_t total = 0;
  for (const auto& [feature, count] : query) total += capped(count);
  for (std::size_t j = 0; j < totals_.size(); ++j) {
    // minima + maxima = both totals, so that the sum of maxima is this over 1 + similarity
    const auto both = static_cast<double>(total + totals_[j]);
    per_count[j] = both == 0 ? 0.0 : weights[j] * (1 + per_count[j]) / both;
  }
  for (std::size_t i = 0; i < query.size(); ++i) {
    out[i] = 0;
    visit_shared(query[i].first, query[i].second,
                 [&](std::int32_t member) { out[i] += per_count[member]; });
  }
}

std::vector<double> similarity_matrix(const CountIndex& index,
                                      std::span<const FeatureCounts> queries) {
  std::vector<double> matrix(queries.size() * index.size());
  parallel_for(
      static_cast<std::int64_t>(queries.size()),
      [&](std::int64_t i) {
        index.similarities(queries[i], std::span(matrix).subspan(i * index.size(), index.size()));
      },
      kLongBodies);
  return matrix;
}

}  // namespace fragflow
