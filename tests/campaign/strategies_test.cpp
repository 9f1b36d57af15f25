#include "src/campaign/strategies.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

#include "src/base/check.hpp"
#include "src/campaign/acquisition.hpp"
#include "tests/campaign/support.hpp"

namespace fragflow {
namespace {

using testing::ElementsAre;

constexpr std::size_t kSize = 12;

std::vector<std::size_t> batch(const BatchQuestion& question, std::size_t count) {
  const auto score = make_score(question);
  std::vector<std::size_t> chosen;
  for (const Pick& pick : choose_batch(*question.fingerprints, count, 2, *score)) {
    chosen.push_back(pick.candidate);
  }
  return chosen;
}

class Strategies : public testing::Test {
 protected:
  BatchQuestion question(const std::string& strategy) {
    BatchQuestion q;
    q.strategy = strategy;
    q.fingerprints = &set_;
    q.posterior = &posterior_;
    return q;
  }

  FingerprintSet set_ = chain_fingerprints(kSize);
  JointPosterior posterior_ = random_posterior(kSize, 11);
};

TEST_F(Strategies, ExploitGoesDownTheMeans) {
  std::vector<std::size_t> order(kSize);
  for (std::size_t i = 0; i < kSize; ++i) order[i] = i;
  std::sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
    return posterior_.means[a] > posterior_.means[b];
  });
  order.resize(5);
  EXPECT_EQ(batch(question("exploit"), 5), order);
}

// All covariances are updated in full after each choice; the pending compound comes first.
TEST_F(Strategies, ConfidenceBoundsAndImprovementsAgreeWithTheWholeCovariance) {
  for (const bool improvement : {false, true}) {
    for (const std::size_t pending : {0, 2}) {
      const JointPosterior all = random_posterior(kSize + pending, 21);
      BatchQuestion q = question(improvement ? "ei" : "ucb");
      q.posterior = &all;
      q.kappa = 1.7;
      q.best = 6.5;
      std::vector<double> covariance = all.covariance;
      const std::size_t width = all.size();
      double best = q.best;
      const auto observe = [&](std::size_t i) {
        const std::vector<double> before = covariance;
        for (std::size_t a = 0; a < width; ++a) {
          for (std::size_t b = 0; b < width; ++b) {
            covariance[a * width + b] -=
                before[a * width + i] * before[b * width + i] / (before[i * width + i] + all.noise);
          }
        }
        best = std::max(best, all.means[i]);
      };
      for (std::size_t i = kSize; i < width; ++i) observe(i);
      std::vector<std::size_t> expected;
      while (expected.size() < 6) {
        std::size_t winner = kSize;
        double most = -INFINITY;
        for (std::size_t i = 0; i < kSize; ++i) {
          if (std::find(expected.begin(), expected.end(), i) != expected.end()) continue;
          const double deviation = std::sqrt(std::max(covariance[i * width + i], 0.0));
          const double value = improvement ? expected_improvement(all.means[i], deviation, best)
                                           : all.means[i] + 1.7 * deviation;
          if (value > most) {
            most = value;
            winner = i;
          }
        }
        expected.push_back(winner);
        observe(winner);
      }
      EXPECT_EQ(batch(q, 6), expected) << q.strategy << " " << pending;
    }
  }
}

TEST_F(Strategies, ThompsonTakesTheBestOfEachDrawThatIsLeft) {
  BatchQuestion q = question("thompson");
  q.draws = std::vector<double>(3 * kSize, 0.0);
  q.draws[0 * kSize + 4] = 1;  // each draw has its own best
  q.draws[1 * kSize + 4] = 2;  // taken by then
  q.draws[1 * kSize + 9] = 1;
  q.draws[2 * kSize + 0] = 1;
  EXPECT_THAT(batch(q, 3), ElementsAre(4, 9, 0));
}

TEST_F(Strategies, DiverseIsMaxMinFromTheFarthestCompoundOn) {
  BatchQuestion q = question("diverse");
  q.to_known = std::vector<double>(kSize, 0.9);
  q.to_known[0] = 0;  // the picking starts there, as select_maxmin does
  std::vector<double> nearest = q.to_known;
  std::vector<std::size_t> expected;
  while (expected.size() < 5) {
    std::size_t best = 0;
    for (std::size_t i = 1; i < kSize; ++i) {
      const bool taken = std::find(expected.begin(), expected.end(), i) != expected.end();
      if (!taken && (nearest[i] < nearest[best] ||
                     std::find(expected.begin(), expected.end(), best) != expected.end())) {
        best = i;
      }
    }
    expected.push_back(best);
    for (std::size_t i = 0; i < kSize; ++i) {
      nearest[i] = std::max(
          nearest[i], set_.tanimoto(static_cast<std::int64_t>(i), static_cast<std::int64_t>(best)));
    }
  }
  EXPECT_EQ(batch(q, 5), expected);
}

TEST_F(Strategies, WhatAsksNoModel) {
  BatchQuestion q = question("similar");
  q.posterior = nullptr;
  q.to_best = std::vector<double>(kSize, 0.2);
  q.to_best[3] = 0.8;
  q.to_best[7] = 0.9;
  EXPECT_THAT(batch(q, 3), ElementsAre(7, 3, 0));
  q.strategy = "random";
  const std::vector<std::size_t> first = batch(q, 6);
  EXPECT_EQ(batch(q, 6), first);
  q.seed = 1;
  EXPECT_NE(batch(q, 6), first);
  for (const std::string& name : strategy_names()) {
    EXPECT_EQ(asks_model(name),
              name == "exploit" || name == "ucb" || name == "ei" || name == "thompson");
  }
}

TEST_F(Strategies, AnUnknownNameIsRefused) {
  try {
    make_score(question("explot"));
    FAIL();
  } catch (const UserError& error) {
    EXPECT_THAT(error.what(), testing::HasSubstr("did you mean 'exploit'?"));
  }
}

}  // namespace
}  // namespace fragflow
