// Estimates of the distance between two distributions, against their exact values on a space that
// can be listed.
#include "src/gfn/fidelity.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <numeric>

#include "src/base/check.hpp"
#include "src/base/rng.hpp"

namespace fragflow {
namespace {

constexpr std::size_t kObjects = 200;
constexpr double kLogZ = 3.25;
constexpr int kDraws = 20000;

// Two distributions over kObjects objects, as probabilities, and R = Z p*.
struct World {
  std::vector<double> p, target, log_reward;
};

std::vector<double> softmax(const std::vector<double>& logits) {
  double sum = 0;
  for (const double x : logits) sum += std::exp(x);
  std::vector<double> result;
  for (const double x : logits) result.push_back(std::exp(x) / sum);
  return result;
}

World make_world(double difference) {
  std::vector<double> target, learned;
  for (std::size_t i = 0; i < kObjects; ++i) {
    const auto x = static_cast<double>(i);
    target.push_back(1.5 * std::sin(0.37 * x) + 0.01 * x);
    learned.push_back(0.8 * target.back() + difference * std::cos(1.9 * x));
  }
  World world{softmax(learned), softmax(target), {}};
  for (const double share : world.target) world.log_reward.push_back(kLogZ + std::log(share));
  return world;
}

FidelityDraws draw(const World& world, const std::vector<double>& from, std::uint64_t stream) {
  std::vector<double> cumulated(kObjects);
  std::partial_sum(from.begin(), from.end(), cumulated.begin());
  Rng rng(7, stream, 0);
  FidelityDraws draws;
  for (int k = 0; k < kDraws; ++k) {
    const auto found = std::lower_bound(cumulated.begin(), cumulated.end(), rng.uniform());
    const auto i = std::min<std::size_t>(found - cumulated.begin(), kObjects - 1);
    draws.log_p.push_back(std::log(world.p[i]));
    draws.log_target.push_back(world.log_reward[i]);
    draws.size.push_back(static_cast<double>(i % 3));
  }
  return draws;
}

template <typename Term>
double sum(const World& world, Term&& term) {
  double total = 0;
  for (std::size_t i = 0; i < kObjects; ++i) total += term(world.p[i], world.target[i]);
  return total;
}

// Five standard errors of a normal estimate: wrong once in two million; the floor is for estimates
// whose bootstrap error is small by luck.
void expect_near(const Estimate& estimate, double exact, const char* name) {
  EXPECT_NEAR(estimate.value, exact, 5 * estimate.standard_error + 1e-9) << name;
  EXPECT_GT(estimate.standard_error, 0) << name;
  EXPECT_LT(estimate.standard_error, 0.05 * std::abs(exact) + 0.02) << name << " says nothing";
}

TEST(Fidelity, EveryFigureIsTheExactOne) {
  const World world = make_world(0.5);
  const Fidelity f = fidelity(draw(world, world.p, 1), draw(world, world.target, 2), 0);
  expect_near(f.log_z, kLogZ, "log Z");
  expect_near(f.kl_own, sum(world, [](double p, double t) { return p * std::log(p / t); }),
              "KL(p || p*)");
  expect_near(f.kl_target, sum(world, [](double p, double t) { return t * std::log(t / p); }),
              "KL(p* || p)");
  const double tv = 0.5 * sum(world, [](double p, double t) { return std::abs(p - t); });
  expect_near(f.tv_own, tv, "TV, own");
  expect_near(f.tv_target, tv, "TV, target");
  // The fraction of draws that count: 1 / E_p[(p* / p)^2], which both estimate.
  const double ess = 1 / sum(world, [](double p, double t) { return t * t / p; });
  expect_near(f.ess_own, ess, "ESS, own");
  expect_near(f.ess_target, ess, "ESS, target");
  const double mean_p = sum(world, [](double p, double t) { return t * std::log(p); });
  const double mean_t = sum(world, [](double, double t) { return t * std::log(t); });
  const double pt = sum(world, [&](double p, double t) {
    return t * (std::log(p) - mean_p) * (std::log(t) - mean_t);
  });
  const double tt =
      sum(world, [&](double, double t) { return t * std::pow(std::log(t) - mean_t, 2); });
  const double pp =
      sum(world, [&](double p, double t) { return t * std::pow(std::log(p) - mean_p, 2); });
  expect_near(f.slope, pt / tt, "slope");
  expect_near(f.correlation, pt / std::sqrt(tt * pp), "correlation");
  expect_near(f.spread, std::sqrt(pp + tt - 2 * pt), "spread");
}

TEST(Fidelity, CountsWhatIsMissed) {
  const World world = make_world(2.0);  // a quarter of p* lies where p is less than a tenth of it
  const Fidelity f = fidelity(draw(world, world.p, 1), draw(world, world.target, 2), 0);
  const double missed = sum(world, [](double p, double t) { return p < 0.1 * t ? t : 0; });
  EXPECT_GT(missed, 0.2);
  expect_near(f.missed, missed, "missed");
}

TEST(Fidelity, TheBinsAddUpToTheDivergence) {
  const World world = make_world(0.5);
  const Fidelity f = fidelity(draw(world, world.p, 1), draw(world, world.target, 2), 0);
  for (const auto* bins : {&f.by_log_reward, &f.by_size}) {
    double weighted = 0, count = 0;
    for (const CalibrationBin& bin : *bins) {
      weighted += static_cast<double>(bin.count) * bin.mean_log_ratio;
      count += static_cast<double>(bin.count);
      EXPECT_LE(bin.from, bin.to);
    }
    EXPECT_EQ(count, kDraws);
    EXPECT_NEAR(weighted / count, -f.kl_target.value, 1e-9);
  }
  EXPECT_EQ(f.by_size.size(), 3u);
}

TEST(Fidelity, APerfectSamplerHasNoDistance) {
  World world = make_world(0.5);
  world.p = world.target;
  const Fidelity f = fidelity(draw(world, world.p, 1), draw(world, world.target, 2), 0);
  EXPECT_NEAR(f.log_z.value, kLogZ, 1e-9);
  for (const Estimate& zero :
       {f.kl_own, f.kl_target, f.tv_own, f.tv_target, f.spread, f.missed, f.subset_tv}) {
    EXPECT_NEAR(zero.value, 0, 1e-9);
  }
  for (const Estimate& one : {f.ess_own, f.ess_target, f.slope, f.correlation}) {
    EXPECT_NEAR(one.value, 1, 1e-9);
  }
}

TEST(Fidelity, DrawsThatDependOnEachOtherHaveLargerErrors) {
  const World world = make_world(0.5);
  FidelityDraws own = draw(world, world.p, 1), target = draw(world, world.target, 2);
  const Fidelity independent = fidelity(own, target, 0);
  // Every draw ten times, in a block.
  FidelityDraws repeated;
  for (std::size_t i = 0; i < kDraws / 10; ++i) {
    for (int k = 0; k < 10; ++k) {
      repeated.log_p.push_back(target.log_p[i]);
      repeated.log_target.push_back(target.log_target[i]);
      repeated.block.push_back(static_cast<std::int64_t>(i));
    }
  }
  const Fidelity dependent = fidelity(own, repeated, 0);
  // The slope depends on target draws alone: sqrt(10) = 3.2; errors by 200 replicates are off by 5
  // %.
  EXPECT_GT(dependent.slope.standard_error, 2.5 * independent.slope.standard_error);
}

TEST(Fidelity, RefusesWhatCannotBeCompared) {
  const World world = make_world(0.5);
  FidelityDraws own = draw(world, world.p, 1);
  EXPECT_THROW(fidelity(own, {}, 0), UserError);
  FidelityDraws broken = own;
  broken.log_p[3] = std::nan("");
  EXPECT_THROW(fidelity(broken, own, 0), UserError);
}

}  // namespace
}  // namespace fragflow
