// Searches over many fingerprints. Two fingerprints with p <= q bits have a similarity of at most p
// / q, which excludes most pairs without comparing them.
#include <algorithm>
#include <bit>
#include <cmath>

#include "src/base/check.hpp"
#include "src/base/parallel.hpp"
#include "src/chem/bit_kernels.hpp"
#include "src/chem/fingerprint.hpp"

namespace fragflow {
namespace {

double similarity_of(int common, int popcount_a, int popcount_b) {
  const int either = popcount_a + popcount_b - common;
  return either == 0 ? 1.0 : static_cast<double>(common) / either;
}

// Upper bound of the similarity of fingerprints with these numbers of bits.
double similarity_bound(int popcount_a, int popcount_b) {
  const auto [low, high] = std::minmax(popcount_a, popcount_b);
  return high == 0 ? 1.0 : static_cast<double>(low) / high;
}

// A set regrouped by number of bits.
struct PopcountGroups {
  struct Group {
    std::vector<std::uint64_t> words;
    std::vector<std::int64_t> indices;  // in the original set, ascending
  };
  std::vector<Group> groups = std::vector<Group>(kFingerprintBits + 1);

  void add(const FingerprintSet& set, std::int64_t index) {
    Group& group = groups[set.popcount(index)];
    const std::uint64_t* words = set.words(index);
    group.words.insert(group.words.end(), words, words + FingerprintSet::kWords);
    group.indices.push_back(index);
  }
};

void update_nearest(const std::uint64_t* query, int popcount, const PopcountGroups::Group& group,
                    int group_popcount, std::vector<int>& common, Neighbour& best) {
  const auto count = static_cast<std::int64_t>(group.indices.size());
  common.resize(count);
  count_common_bits(query, group.words.data(), count, common.data());
  for (std::int64_t k = 0; k < count; ++k) {
    const double similarity = similarity_of(common[k], popcount, group_popcount);
    const bool better = best.index < 0 || similarity > best.similarity ||
                        (similarity == best.similarity && group.indices[k] < best.index);
    if (better) best = {group.indices[k], similarity};
  }
}

// Visits groups outwards from the query's own number of bits until none can be better.
Neighbour nearest(const std::uint64_t* query, int popcount, const PopcountGroups& reference) {
  Neighbour best;
  std::vector<int> common;
  for (int distance = 0; distance <= kFingerprintBits; ++distance) {
    bool possible = false;
    for (const int other : {popcount - distance, popcount + distance}) {
      if (other < 0 || other > kFingerprintBits) continue;
      if (best.index >= 0 && similarity_bound(popcount, other) < best.similarity) continue;
      possible = true;
      update_nearest(query, popcount, reference.groups[other], other, common, best);
      if (distance == 0) break;
    }
    if (!possible) break;
  }
  return best;
}

}  // namespace

double tanimoto(const Fingerprint& a, const Fingerprint& b) {
  FRAGFLOW_CHECK(a.words.size() == b.words.size(), "{} and {} words", a.words.size(),
                 b.words.size());
  int common = 0;
  for (std::size_t w = 0; w < a.words.size(); ++w) common += std::popcount(a.words[w] & b.words[w]);
  return similarity_of(common, a.popcount, b.popcount);
}

void FingerprintSet::set(std::int64_t index, const Fingerprint& fingerprint) {
  FRAGFLOW_CHECK(fingerprint.words.size() == kWords, "{} words", fingerprint.words.size());
  std::copy(fingerprint.words.begin(), fingerprint.words.end(), words_.begin() + index * kWords);
  popcounts_[index] = fingerprint.popcount;
}

double FingerprintSet::tanimoto(std::int64_t i, std::int64_t j) const {
  int common = 0;
  count_common_bits(words(i), words(j), 1, &common);
  return similarity_of(common, popcount(i), popcount(j));
}

std::vector<Neighbour> nearest_neighbours(const FingerprintSet& queries,
                                          const FingerprintSet& reference) {
  PopcountGroups groups;
  for (std::int64_t i = 0; i < reference.size(); ++i) groups.add(reference, i);
  std::vector<Neighbour> result(queries.size());
  parallel_for(queries.size(), [&](std::int64_t i) {
    result[i] = nearest(queries.words(i), queries.popcount(i), groups);
  });
  return result;
}

double mean_pairwise_similarity(const FingerprintSet& set) {
  const std::int64_t size = set.size();
  if (size < 2) return 0;
  std::vector<double> row_sums(size);  // summed in order below: same bits for any thread count
  parallel_for(size - 1, [&](std::int64_t i) {
    const std::int64_t count = size - 1 - i;
    std::vector<int> common(count);
    count_common_bits(set.words(i), set.words(i + 1), count, common.data());
    for (std::int64_t k = 0; k < count; ++k) {
      row_sums[i] += similarity_of(common[k], set.popcount(i), set.popcount(i + 1 + k));
    }
  });
  double sum = 0;
  for (const double row : row_sums) sum += row;
  return sum / (0.5 * static_cast<double>(size) * static_cast<double>(size - 1));
}

}  // namespace fragflow
