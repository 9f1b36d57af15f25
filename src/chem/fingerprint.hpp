// Molecular fingerprints as plain bits, and similarity searches over many of them.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace RDKit {
class ROMol;
}

namespace fragflow {

inline constexpr int kFingerprintBits = 2048;

// Morgan (Rogers and Hahn, J. Chem. Inf. Model. 2010) of radius 2 or 3, or RDKFingerprint with
// RDKit's defaults (linear and branched paths of 1 to 7 bonds).
enum class FingerprintKind { kMorgan2, kMorgan3, kRdk };

// "morgan2", "morgan3", "rdk". Throws UserError for another name.
FingerprintKind fingerprint_kind(std::string_view name);

struct Fingerprint {
  std::vector<std::uint64_t> words;  // bit i is bit i % 64 of word i / 64
  int popcount = 0;
};

// Bins with a positive count, ascending.
struct CountFingerprint {
  std::vector<std::pair<std::uint32_t, std::uint32_t>> bins;  // (bin, count)
  std::int64_t total = 0;                                     // sum of the counts
};

// Thread-safe. 2048 bits.
Fingerprint fingerprint(const RDKit::ROMol& molecule, FingerprintKind kind);
// Number of occurrences of each Morgan environment, folded to 2048 bins.
CountFingerprint morgan_counts(const RDKit::ROMol& molecule, int radius);

// |a & b| / |a | b| in [0, 1]; 1 for two empty fingerprints (as RDKit).
double tanimoto(const Fingerprint& a, const Fingerprint& b);
// sum of minima / sum of maxima in [0, 1]; 1 for two empty fingerprints.
double tanimoto(const CountFingerprint& a, const CountFingerprint& b);

// Many fingerprints in one block of memory (256 bytes each).
class FingerprintSet {
 public:
  static constexpr int kWords = kFingerprintBits / 64;

  FingerprintSet() = default;
  explicit FingerprintSet(std::int64_t size) : words_(size * kWords), popcounts_(size) {}

  std::int64_t size() const { return static_cast<std::int64_t>(popcounts_.size()); }
  // Thread-safe for different indices.
  void set(std::int64_t index, const Fingerprint& fingerprint);
  const std::uint64_t* words(std::int64_t index) const { return words_.data() + index * kWords; }
  int popcount(std::int64_t index) const { return popcounts_[index]; }
  double tanimoto(std::int64_t i, std::int64_t j) const;

 private:
  std::vector<std::uint64_t> words_;
  std::vector<int> popcounts_;
};

// Parallel. Throws InternalError if RDKit rejects a SMILES: callers pass canonical SMILES.
FingerprintSet fingerprints(std::span<const std::string> canonical_smiles, FingerprintKind kind);

struct Neighbour {
  std::int64_t index = -1;  // the smallest index among equally similar ones; -1: reference is empty
  double similarity = 0;
};

// The nearest neighbour in reference of every query. Parallel; at most O(queries x reference):
// pairs are skipped if their bit counts rule them out.
std::vector<Neighbour> nearest_neighbours(const FingerprintSet& queries,
                                          const FingerprintSet& reference);

// Mean Tanimoto similarity over the pairs i < j; 0 for fewer than two. Parallel, with the same
// result for any number of threads; O(size^2).
double mean_pairwise_similarity(const FingerprintSet& set);

// Mode counting: goes through the set in order and keeps a fingerprint if
// its similarity to all kept before is below `cut` (in (0, 1]). Returns
// the kept indices, ascending; stops after max_kept of them if that is
// positive. Parallel, with the same result for any number of threads.
std::vector<std::int64_t> select_diverse(const FingerprintSet& set, double cut,
                                         std::int64_t max_kept = 0);

// MaxMin picking: starts with the first and repeatedly adds the one whose largest similarity to
// those chosen is smallest (ties: the first), until `count` or all are chosen. Returns indices in
// the order of choice. Parallel, O(size x count).
std::vector<std::int64_t> select_maxmin(const FingerprintSet& set, std::int64_t count);

}  // namespace fragflow
