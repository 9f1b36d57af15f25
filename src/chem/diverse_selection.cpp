// Greedy selection of fingerprints that are not too similar (mode counting), for millions of them,
// and MaxMin picking.
//
// Candidates are processed in blocks: all of a block are compared in parallel with those kept
// before it, the few that remain sequentially. Kept ones are searched in one of two ways:
// - sparse fingerprints (Morgan): by an inverted index over the rarest bits of each. A pair with
//   similarity >= cut shares at least cut * p of the p bits of either, so that its rarest common
//   bit is among the p - ceil(cut * p) + 1 rarest of both (prefix filter; Bayardo et al., WWW
//   2007).
// - dense ones (RDKFingerprint): by scanning those with a suitable number of bits.
#include <algorithm>
#include <array>
#include <bit>
#include <memory>
#include <numeric>

#include "src/base/check.hpp"
#include "src/base/parallel.hpp"
#include "src/chem/bit_kernels.hpp"
#include "src/chem/fingerprint.hpp"

namespace fragflow {
namespace {

constexpr std::int64_t kBlockSize = 1024;
constexpr double kSparse = 128;  // largest mean number of bits for which the index is faster

// The smallest c with c / (p + q - c) >= cut in double arithmetic.
int needed_common(int p, int q, double cut) {
  const auto reached = [&](int c) { return static_cast<double>(c) / (p + q - c) >= cut; };
  int common = std::clamp(static_cast<int>(cut * (p + q) / (1 + cut)), 1, p + q);
  while (common > 1 && reached(common - 1)) --common;
  while (common < p + q && !reached(common)) ++common;
  return common;
}

// A searchable set of the kept fingerprints. Empty fingerprints are never added.
class KeptSet {
 public:
  virtual ~KeptSet() = default;
  virtual void add(std::int64_t index) = 0;
  // True if a kept one is at least as similar as the cut. Thread-safe between calls of add.
  virtual bool has_similar(std::int64_t index) const = 0;
};

class ScannedKeptSet : public KeptSet {
 public:
  ScannedKeptSet(const FingerprintSet& set, double cut) : set_(set), cut_(cut) {}

  void add(std::int64_t index) override {
    auto& words = words_[set_.popcount(index)];
    words.insert(words.end(), set_.words(index), set_.words(index) + FingerprintSet::kWords);
  }

  bool has_similar(std::int64_t index) const override {
    const int popcount = set_.popcount(index);
    for (int other = 1; other <= kFingerprintBits; ++other) {
      const auto& words = words_[other];
      if (words.empty()) continue;
      const int needed = needed_common(popcount, other, cut_);
      if (needed > std::min(popcount, other)) continue;
      const auto count = static_cast<std::int64_t>(words.size()) / FingerprintSet::kWords;
      if (find_common_bits(set_.words(index), words.data(), count, needed) >= 0) return true;
    }
    return false;
  }

 private:
  const FingerprintSet& set_;
  double cut_;
  std::vector<std::vector<std::uint64_t>> words_ =
      std::vector<std::vector<std::uint64_t>>(kFingerprintBits + 1);  // by number of bits
};

class IndexedKeptSet : public KeptSet {
 public:
  IndexedKeptSet(const FingerprintSet& set, double cut) : set_(set), cut_(cut) {
    std::array<std::int64_t, kFingerprintBits> frequency{};
    for (std::int64_t i = 0; i < set.size(); ++i) {
      for_each_bit(i, [&](int bit) { ++frequency[bit]; });
    }
    std::array<int, kFingerprintBits> order;
    std::iota(order.begin(), order.end(), 0);
    std::stable_sort(order.begin(), order.end(),
                     [&](int a, int b) { return frequency[a] < frequency[b]; });
    for (int rank = 0; rank < kFingerprintBits; ++rank) rank_[order[rank]] = rank;
  }

  void add(std::int64_t index) override {
    for (const int rank : prefix(index)) postings_[rank].push_back(index);
  }

  bool has_similar(std::int64_t index) const override {
    const int popcount = set_.popcount(index);
    for (const int rank : prefix(index)) {
      for (const std::int64_t kept : postings_[rank]) {
        const int needed = needed_common(popcount, set_.popcount(kept), cut_);
        if (needed > std::min(popcount, set_.popcount(kept))) continue;
        if (find_common_bits(set_.words(index), set_.words(kept), 1, needed) >= 0) return true;
      }
    }
    return false;
  }

 private:
  template <typename Visit>
  void for_each_bit(std::int64_t index, Visit&& visit) const {
    for (int w = 0; w < FingerprintSet::kWords; ++w) {
      for (std::uint64_t word = set_.words(index)[w]; word != 0; word &= word - 1) {
        visit(w * 64 + std::countr_zero(word));
      }
    }
  }

  // Ranks (0: the rarest bit of all) of the rarest bits, ascending.
  std::vector<int> prefix(std::int64_t index) const {
    std::vector<int> ranks;
    for_each_bit(index, [&](int bit) { ranks.push_back(rank_[bit]); });
    std::sort(ranks.begin(), ranks.end());
    const int popcount = static_cast<int>(ranks.size());
    int shared = 1;  // ceil(cut * popcount), rounded as similarities are
    while (shared < popcount && static_cast<double>(shared) / popcount < cut_) ++shared;
    ranks.resize(popcount - shared + 1);
    return ranks;
  }

  const FingerprintSet& set_;
  double cut_;
  std::array<int, kFingerprintBits> rank_{};
  std::vector<std::vector<std::int64_t>> postings_ =
      std::vector<std::vector<std::int64_t>>(kFingerprintBits);
};

std::unique_ptr<KeptSet> make_kept_set(const FingerprintSet& set, double cut) {
  double bits = 0;
  for (std::int64_t i = 0; i < set.size(); ++i) bits += set.popcount(i);
  if (bits <= kSparse * static_cast<double>(set.size())) {
    return std::make_unique<IndexedKeptSet>(set, cut);
  }
  return std::make_unique<ScannedKeptSet>(set, cut);
}

}  // namespace

std::vector<std::int64_t> select_diverse(const FingerprintSet& set, double cut,
                                         std::int64_t max_kept) {
  FRAGFLOW_CHECK(cut > 0 && cut <= 1, "cut = {}", cut);
  const std::unique_ptr<KeptSet> kept_set = make_kept_set(set, cut);
  std::vector<std::int64_t> kept;
  bool kept_empty = false;
  std::vector<std::uint8_t> similar(kBlockSize);
  for (std::int64_t begin = 0; begin < set.size(); begin += kBlockSize) {
    const std::int64_t count = std::min(kBlockSize, set.size() - begin);
    parallel_for(count, [&](std::int64_t k) {
      similar[k] = set.popcount(begin + k) > 0 && kept_set->has_similar(begin + k);
    });
    std::vector<std::int64_t> block_kept;  // kept in this block
    for (std::int64_t i = begin; i < begin + count; ++i) {
      if (similar[i - begin]) continue;
      const bool empty = set.popcount(i) == 0;
      const auto too_similar = [&](std::int64_t j) { return set.tanimoto(i, j) >= cut; };
      if (empty ? kept_empty : std::any_of(block_kept.begin(), block_kept.end(), too_similar)) {
        continue;
      }
      kept_empty |= empty;
      kept.push_back(i);
      if (max_kept > 0 && static_cast<std::int64_t>(kept.size()) == max_kept) return kept;
      if (!empty) block_kept.push_back(i);
    }
    for (const std::int64_t i : block_kept) kept_set->add(i);
  }
  return kept;
}

std::vector<std::int64_t> select_maxmin(const FingerprintSet& set, std::int64_t count) {
  count = std::min(count, set.size());
  std::vector<double> nearest(set.size(), -1);  // largest similarity to those chosen
  std::vector<std::int64_t> chosen;
  while (static_cast<std::int64_t>(chosen.size()) < count) {
    const std::int64_t next = std::min_element(nearest.begin(), nearest.end()) - nearest.begin();
    chosen.push_back(next);
    parallel_for(set.size(),
                 [&](std::int64_t i) { nearest[i] = std::max(nearest[i], set.tanimoto(i, next)); });
    nearest[next] = 2;  // never chosen again
  }
  return chosen;
}

}  // namespace fragflow
