#include "src/eval/chemical_space.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>

#include "src/base/rng.hpp"

namespace fragflow {
namespace {

// A third direction improves the convergence of the second.
constexpr int kDirections = 3;
constexpr int kIterations = 200;
constexpr int kBits = kFingerprintBits;

using Coordinates = std::array<double, kDirections>;  // of a bit or a molecule

class CentredBits {
 public:
  explicit CentredBits(const FingerprintSet& set) : rows_(set.size()), means_(kBits, 0.0) {
    for (std::int64_t i = 0; i < set.size(); ++i) {
      for (int word = 0; word < FingerprintSet::kWords; ++word) {
        for (std::uint64_t rest = set.words(i)[word]; rest != 0; rest &= rest - 1) {
          rows_[i].push_back(64 * word + std::countr_zero(rest));
        }
      }
      for (const int bit : rows_[i]) means_[bit] += 1.0 / static_cast<double>(set.size());
    }
  }

  double variance() const {  // summed over bits and molecules
    double sum = 0;
    for (const double mean : means_) sum += mean * (1 - mean);
    return sum * static_cast<double>(rows_.size());
  }

  // Every molecule in the given directions.
  std::vector<Coordinates> project(const std::vector<Coordinates>& directions) const {
    Coordinates origin{};
    for (int bit = 0; bit < kBits; ++bit) {
      for (int k = 0; k < kDirections; ++k) origin[k] += means_[bit] * directions[bit][k];
    }
    std::vector<Coordinates> points(rows_.size());
    for (std::size_t i = 0; i < rows_.size(); ++i) {
      for (int k = 0; k < kDirections; ++k) points[i][k] = -origin[k];
      for (const int bit : rows_[i]) {
        for (int k = 0; k < kDirections; ++k) points[i][k] += directions[bit][k];
      }
    }
    return points;
  }

  // The transpose of project.
  std::vector<Coordinates> collect(const std::vector<Coordinates>& points) const {
    std::vector<Coordinates> directions(kBits, Coordinates{});
    Coordinates sum{};
    for (std::size_t i = 0; i < rows_.size(); ++i) {
      for (int k = 0; k < kDirections; ++k) sum[k] += points[i][k];
      for (const int bit : rows_[i]) {
        for (int k = 0; k < kDirections; ++k) directions[bit][k] += points[i][k];
      }
    }
    for (int bit = 0; bit < kBits; ++bit) {
      for (int k = 0; k < kDirections; ++k) directions[bit][k] -= means_[bit] * sum[k];
    }
    return directions;
  }

 private:
  std::vector<std::vector<int>> rows_;  // set bits
  std::vector<double> means_;
};

double product(const std::vector<Coordinates>& vectors, int a, int b) {
  double sum = 0;
  for (const Coordinates& one : vectors) sum += one[a] * one[b];
  return sum;
}

// Gram-Schmidt; a direction with no remainder becomes 0.
void make_orthonormal(std::vector<Coordinates>& directions) {
  for (int k = 0; k < kDirections; ++k) {
    for (int earlier = 0; earlier < k; ++earlier) {
      const double along = product(directions, k, earlier);
      for (Coordinates& one : directions) one[k] -= along * one[earlier];
    }
    const double length = std::sqrt(product(directions, k, k));
    for (Coordinates& one : directions) one[k] = length > 1e-9 ? one[k] / length : 0;
  }
}

// Of the two signs of an axis, chooses the one with the longer tail to the right.
void fix_sign(std::vector<double>& values) {
  double skew = 0;
  for (const double value : values) skew += value * value * value;
  if (skew >= 0) return;
  for (double& value : values) value = -value;
}

}  // namespace

PlanePoints principal_plane(const FingerprintSet& fingerprints) {
  const CentredBits bits(fingerprints);
  std::vector<Coordinates> directions(kBits);
  Rng rng(/*seed=*/0);
  for (Coordinates& one : directions) {
    for (double& value : one) value = rng.normal();
  }
  make_orthonormal(directions);
  for (int iteration = 0; iteration < kIterations; ++iteration) {
    directions = bits.collect(bits.project(directions));
    make_orthonormal(directions);
  }
  PlanePoints plane;
  for (const Coordinates& point : bits.project(directions)) {
    plane.x.push_back(point[0]);
    plane.y.push_back(point[1]);
    plane.share += point[0] * point[0] + point[1] * point[1];
  }
  const double variance = bits.variance();
  plane.share = variance > 0 ? plane.share / variance : 0;
  fix_sign(plane.x);
  fix_sign(plane.y);
  return plane;
}

}  // namespace fragflow
