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

void CountIndex::similarities(const FeatureCounts& query, std::span<double> out) const {
  FRAGFLOW_CHECK(out.size() == totals_.size(), "{} places for {} references", out.size(),
                 totals_.size());
  std::vector<std::int32_t> shared(totals_.size(), 0);
  std::int64_t total = 0;
  for (const auto& [feature, count] : query) {
    total += capped(count);
    // The lists of one feature follow each other: level c + 1 is a subset of level c.
    std::int64_t list = list_of(feature, 0);
    if (list < 0) continue;
    for (std::uint32_t level = 0; level < capped(count); ++level, ++list) {
      if (list >= static_cast<std::int64_t>(keys_.size()) ||
          keys_[list] != list_key(feature, level)) {
        break;
      }
      for (std::int64_t k = offsets_[list]; k < offsets_[list + 1]; ++k) ++shared[members_[k]];
    }
  }
  for (std::size_t j = 0; j < totals_.size(); ++j) {
    const std::int64_t either = total + totals_[j] - shared[j];
    out[j] = either == 0 ? 1.0 : static_cast<double>(shared[j]) / static_cast<double>(either);
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
