#include "models/count_index.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>

#include "src/base/rng.hpp"

namespace fragflow {
namespace {

double slow_similarity(const FeatureCounts& a, const FeatureCounts& b) {
  std::map<std::uint32_t, std::pair<std::uint32_t, std::uint32_t>> both;
  for (const auto& [feature, count] : a) both[feature].first = std::min(count, kMaxFeatureCount);
  for (const auto& [feature, count] : b) both[feature].second = std::min(count, kMaxFeatureCount);
  double smaller = 0, larger = 0;
  for (const auto& [feature, counts] : both) {
    smaller += std::min(counts.first, counts.second);
    larger += std::max(counts.first, counts.second);
  }
  return larger == 0 ? 1 : smaller / larger;
}

FeatureCounts random_counts(Rng& rng) {
  FeatureCounts counts;
  for (std::uint32_t feature = 0; feature < 12; ++feature) {
    if (rng.below(3) == 0) counts.emplace_back(feature * 31, 1 + rng.below(40));
  }
  return counts;
}

TEST(CountIndex, MatchesMinimaOverMaxima) {
  Rng rng(1);
  std::vector<FeatureCounts> references = {{}}, queries = {{}, {{7, 3}}};
  for (int i = 0; i < 40; ++i) references.push_back(random_counts(rng));
  for (int i = 0; i < 40; ++i) queries.push_back(random_counts(rng));
  const CountIndex index(references);
  const std::vector<double> matrix = similarity_matrix(index, queries);
  for (std::size_t i = 0; i < queries.size(); ++i) {
    for (std::size_t j = 0; j < references.size(); ++j) {
      EXPECT_DOUBLE_EQ(matrix[i * references.size() + j],
                       slow_similarity(queries[i], references[j]));
    }
  }
}

}  // namespace
}  // namespace fragflow
