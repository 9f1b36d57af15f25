#include "src/gfn/fidelity.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <map>
#include <numeric>

#include "src/base/check.hpp"
#include "src/base/rng.hpp"
#include "src/base/statistics.hpp"

namespace fragflow {
namespace {

constexpr int kReplicates = 200;
constexpr int kSubsets = 500;
constexpr int kBins = 10;

// Indices into a set of draws, possibly repeated.
using Rows = std::vector<std::size_t>;

std::vector<double> log_weights(const FidelityDraws& draws, const Rows& rows) {
  std::vector<double> result;
  result.reserve(rows.size());
  for (const std::size_t i : rows) result.push_back(draws.log_target[i] - draws.log_p[i]);
  return result;
}

// log of the mean of exp.
double log_mean_exp(std::span<const double> values) {
  const double largest = *std::max_element(values.begin(), values.end());
  double sum = 0;
  for (const double x : values) sum += std::exp(x - largest);
  return largest + std::log(sum / static_cast<double>(values.size()));
}

// The fixed point of the optimal bridge: with fractions s1, s2 of target and own draws, Z =
// mean_own(w / (s1 w + s2 Z)) / mean_target(1 / (s1 w + s2 Z)).
double bridge_log_z(std::span<const double> own, std::span<const double> target) {
  const auto n1 = static_cast<double>(target.size()), n2 = static_cast<double>(own.size());
  const double log_s1 = std::log(n1 / (n1 + n2)), log_s2 = std::log(n2 / (n1 + n2));
  const auto log_sum = [](double a, double b) {
    const double high = std::max(a, b);
    return high + std::log(std::exp(a - high) + std::exp(b - high));
  };
  double log_z = log_mean_exp(own);
  std::vector<double> above(own.size()), below(target.size());
  for (int iteration = 0; iteration < 1000; ++iteration) {
    for (std::size_t i = 0; i < own.size(); ++i) {
      above[i] = own[i] - log_sum(log_s1 + own[i], log_s2 + log_z);
    }
    for (std::size_t i = 0; i < target.size(); ++i) {
      below[i] = -log_sum(log_s1 + target[i], log_s2 + log_z);
    }
    const double next = log_mean_exp(above) - log_mean_exp(below);
    const bool done = std::abs(next - log_z) < 1e-10;
    log_z = next;
    if (done) break;
  }
  return log_z;
}

template <typename Function>
double mean_of(std::span<const double> values, Function&& function) {
  double sum = 0;
  for (const double x : values) sum += function(x);
  return sum / static_cast<double>(values.size());
}

std::size_t pick(Rng& rng, std::size_t count) {
  return std::min(count - 1, static_cast<std::size_t>(rng.uniform() * static_cast<double>(count)));
}

// Mean total variation on random subsets of distinct own draws.
double subset_distance(const FidelityDraws& own, const Rows& rows, Rng& rng) {
  // Two draws count as the same object if both of their logarithms are equal.
  std::map<std::pair<double, double>, std::size_t> distinct;
  for (const std::size_t i : rows) distinct.emplace(std::pair(own.log_p[i], own.log_target[i]), i);
  std::vector<std::size_t> objects;
  for (const auto& [key, i] : distinct) objects.push_back(i);
  const std::size_t size = std::min<std::size_t>(kSubsetSize, objects.size());
  double total = 0;
  std::vector<double> log_p(size), log_target(size);
  for (int k = 0; k < kSubsets; ++k) {
    for (std::size_t j = 0; j < size; ++j) {  // a partial shuffle
      std::swap(objects[j], objects[j + pick(rng, objects.size() - j)]);
      log_p[j] = own.log_p[objects[j]];
      log_target[j] = own.log_target[objects[j]];
    }
    const double p_sum = log_mean_exp(log_p), target_sum = log_mean_exp(log_target);
    double distance = 0;
    for (std::size_t j = 0; j < size; ++j) {
      distance += std::abs(std::exp(log_p[j] - p_sum) - std::exp(log_target[j] - target_sum)) /
                  (2 * static_cast<double>(size));
    }
    total += distance / kSubsets;
  }
  return total;
}

// In the order of Fidelity's estimates.
constexpr std::size_t kFigures = 12;
using Figures = std::array<double, kFigures>;

Figures figures(const FidelityDraws& own, const Rows& own_rows, const FidelityDraws& target,
                const Rows& target_rows, Rng& rng) {
  const std::vector<double> w_own = log_weights(own, own_rows);
  const std::vector<double> w_target = log_weights(target, target_rows);
  const double log_z = bridge_log_z(w_own, w_target);
  std::vector<double> twice(w_own);
  for (double& x : twice) x *= 2;
  std::vector<double> p, r, gap;
  for (const std::size_t i : target_rows) {
    p.push_back(target.log_p[i]);
    r.push_back(target.log_target[i]);
    gap.push_back(target.log_p[i] - target.log_target[i]);
  }
  const double p_mean = mean(p), r_mean = mean(r);
  double pr = 0, pp = 0, rr = 0;
  for (std::size_t i = 0; i < p.size(); ++i) {
    pr += (p[i] - p_mean) * (r[i] - r_mean);
    pp += (p[i] - p_mean) * (p[i] - p_mean);
    rr += (r[i] - r_mean) * (r[i] - r_mean);
  }
  return {log_z,
          log_z - mean(w_own),
          mean(w_target) - log_z,
          1 - mean_of(w_own, [&](double w) { return std::exp(std::min(0.0, w - log_z)); }),
          1 - mean_of(w_target, [&](double w) { return std::exp(std::min(0.0, log_z - w)); }),
          std::exp(2 * log_mean_exp(w_own) - log_mean_exp(twice)),
          std::exp(log_z - log_mean_exp(w_target)),
          standard_deviation(gap),
          pr / std::sqrt(pp * rr),
          pr / rr,
          mean_of(w_target, [&](double w) { return log_z - w < std::log(0.1) ? 1.0 : 0.0; }),
          subset_distance(own, own_rows, rng)};
}

void check(const FidelityDraws& draws, const char* name) {
  if (draws.count() < 10) {
    user_error("{} draws {}: at least 10 are needed to compare distributions", draws.count(), name);
  }
  for (std::size_t i = 0; i < draws.count(); ++i) {
    if (std::isfinite(draws.log_p[i]) && std::isfinite(draws.log_target[i])) continue;
    user_error("draw {} {} has log p {} and log R {}: both must be finite", i, name, draws.log_p[i],
               draws.log_target[i]);
  }
}

// Resamples blocks with replacement.
class Bootstrap {
 public:
  explicit Bootstrap(const FidelityDraws& draws) {
    std::map<std::int64_t, Rows> blocks;
    for (std::size_t i = 0; i < draws.count(); ++i) {
      blocks[draws.block.empty() ? static_cast<std::int64_t>(i) : draws.block[i]].push_back(i);
    }
    for (auto& [name, rows] : blocks) blocks_.push_back(std::move(rows));
  }
  Rows draw(Rng& rng) const {
    Rows rows;
    for (std::size_t k = 0; k < blocks_.size(); ++k) {
      const Rows& block = blocks_[pick(rng, blocks_.size())];
      rows.insert(rows.end(), block.begin(), block.end());
    }
    return rows;
  }

 private:
  std::vector<Rows> blocks_;
};

// Bins of equal counts along `values`; a value is never split between bins.
std::vector<CalibrationBin> calibration(const FidelityDraws& target,
                                        const std::vector<double>& values, double log_z) {
  std::vector<std::size_t> order(values.size());
  std::iota(order.begin(), order.end(), 0);
  std::stable_sort(order.begin(), order.end(),
                   [&](std::size_t a, std::size_t b) { return values[a] < values[b]; });
  std::vector<CalibrationBin> bins;
  std::size_t begin = 0;
  for (int k = 1; k <= kBins && begin < order.size(); ++k) {
    std::size_t end = order.size() * static_cast<std::size_t>(k) / kBins;
    while (end > begin && end < order.size() && values[order[end]] == values[order[end - 1]]) ++end;
    if (end <= begin) continue;
    CalibrationBin bin{values[order[begin]], values[order[end - 1]],
                       static_cast<std::int64_t>(end - begin), 0};
    for (std::size_t j = begin; j < end; ++j) {
      const std::size_t i = order[j];
      bin.mean_log_ratio +=
          (target.log_p[i] + log_z - target.log_target[i]) / static_cast<double>(end - begin);
    }
    bins.push_back(bin);
    begin = end;
  }
  return bins;
}

}  // namespace

Fidelity fidelity(const FidelityDraws& own, const FidelityDraws& target, std::uint64_t seed) {
  check(own, "of the policy");
  check(target, "of the target");
  Rows all_own(own.count()), all_target(target.count());
  std::iota(all_own.begin(), all_own.end(), 0);
  std::iota(all_target.begin(), all_target.end(), 0);
  seed = mix_seed(seed, "fidelity");
  Rng rng(seed, 0, 0);
  const Figures values = figures(own, all_own, target, all_target, rng);
  const Bootstrap own_blocks(own), target_blocks(target);
  std::array<std::vector<double>, kFigures> replicates;
  for (int k = 1; k <= kReplicates; ++k) {
    Rng stream(seed, static_cast<std::uint64_t>(k), 0);
    const Figures again =
        figures(own, own_blocks.draw(stream), target, target_blocks.draw(stream), stream);
    for (std::size_t f = 0; f < kFigures; ++f) replicates[f].push_back(again[f]);
  }
  Fidelity result;
  const std::array<Estimate*, kFigures> estimates = {
      &result.log_z,       &result.kl_own,  &result.kl_target,  &result.tv_own,
      &result.tv_target,   &result.ess_own, &result.ess_target, &result.spread,
      &result.correlation, &result.slope,   &result.missed,     &result.subset_tv};
  for (std::size_t f = 0; f < kFigures; ++f) {
    *estimates[f] = {values[f], standard_deviation(replicates[f])};
  }
  result.by_log_reward = calibration(target, target.log_target, result.log_z.value);
  if (!target.size.empty()) {
    // One bin per size, since there are few.
    std::map<double, std::vector<double>> ratios;
    for (std::size_t i = 0; i < target.count(); ++i) {
      ratios[target.size[i]].push_back(target.log_p[i] + result.log_z.value - target.log_target[i]);
    }
    for (const auto& [size, list] : ratios) {
      result.by_size.push_back({size, size, static_cast<std::int64_t>(list.size()), mean(list)});
    }
  }
  return result;
}

}  // namespace fragflow
