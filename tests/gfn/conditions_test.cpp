// Conditions by hand: drawing, encoding, rewards, scoring and residuals under them.
#include <gmock/gmock.h>

#include <cmath>
#include <set>

#include "models/make_policy.hpp"
#include "src/base/check.hpp"
#include "src/base/rng.hpp"
#include "src/gfn/objective_evaluator.hpp"
#include "src/gfn/trajectory_source.hpp"
#include "tests/gfn/conditions_support.hpp"
#include "tests/gfn/exact_batch.hpp"
#include "tests/gfn/reference_objectives.hpp"

namespace fragflow {
namespace {

using testing::Each;
using testing::ElementsAreArray;
using testing::HasSubstr;

// u = 1/2 + 1/32 lights half of the 16 bins and half of the next.
std::vector<float> just_above_half() {
  std::vector<float> features(16, 0.0f);
  std::fill_n(features.begin(), 8, 1.0f);
  features[8] = 0.5f;
  return features;
}

TEST(Conditioning, EncodesBetaAsAThermometerOfItsQuantile) {
  const ConditionConfig range = beta_range(1, 5);
  EXPECT_THAT(conditioning(range, 1).own().features, Each(0.0f));
  EXPECT_THAT(conditioning(range, 5).own().features, Each(1.0f));
  const Condition middle = conditioning(range, 1 + 4 * (0.5 + 1.0 / 32)).own();
  EXPECT_THAT(middle.features, ElementsAreArray(just_above_half()));
  EXPECT_EQ(middle.beta, 3.125);
  const Condition log_middle =
      conditioning(beta_range(1, 16, "log_uniform"), std::pow(16, 0.5 + 1.0 / 32)).own();
  for (int k = 0; k < 16; ++k) {
    EXPECT_NEAR(log_middle.features[k], just_above_half()[k], 1e-6) << k;
  }
}

// 2,000 groups: the mean of u = (beta - low) / (high - low) is within 5 deviations of 1/2, a false
// alarm in 1e6.
void expect_uniform_quantiles(const ConditionConfig& range,
                              const std::function<double(double)>& quantile) {
  const Conditioning conditions = conditioning(range, range.beta_max);
  double sum = 0;
  std::set<double> seen;
  for (std::int64_t step = 0; step < 500; ++step) {
    for (std::int64_t group = 0; group < 4; ++group) {
      const Condition drawn = conditions.draw(step, group * range.group_size);
      EXPECT_GE(drawn.beta, range.beta_min);
      EXPECT_LE(drawn.beta, range.beta_max);
      for (std::int64_t k = 1; k < range.group_size; ++k) {
        const Condition same = conditions.draw(step, group * range.group_size + k);
        EXPECT_EQ(same.beta, drawn.beta);
        EXPECT_EQ(same.features, drawn.features);
      }
      sum += quantile(drawn.beta);
      seen.insert(drawn.beta);
    }
  }
  EXPECT_EQ(seen.size(), 2000u);
  EXPECT_NEAR(sum / 2000, 0.5, 5 / std::sqrt(12.0 * 2000));
}

TEST(Conditioning, DrawsOneConditionForEachGroup) {
  expect_uniform_quantiles(beta_range(2, 10), [](double beta) { return (beta - 2) / 8; });
  expect_uniform_quantiles(beta_range(2, 32, "log_uniform"),
                           [](double beta) { return std::log2(beta / 2) / 4; });
}

TEST(Conditioning, IsAFunctionOfSeedAndStep) {
  const ConditionConfig range = beta_range(1, 4);
  const auto drawn = [&](std::uint64_t seed, std::int64_t step) {
    return conditioning(range, 1, seed).draw(step, 0).beta;
  };
  EXPECT_EQ(drawn(3, 7), drawn(3, 7));
  EXPECT_NE(drawn(3, 7), drawn(3, 8));
  EXPECT_NE(drawn(3, 7), drawn(4, 7));
  EXPECT_EQ(conditioning(range, 1).draw(7, 0).beta, conditioning(range, 4).draw(7, 0).beta)
      << "the reward that samples follow changes nothing in training";
}

// The weight of a and c together is 4 and stays so; b keeps its own.
TEST(Conditioning, PreferencesShareTheWeightOfTheirComponents) {
  const Conditioning conditions(preferences_over({"a", "c"}), three_components(), /*seed=*/3);
  EXPECT_THAT(conditions.own().weights, testing::ElementsAre(3, 5, 1));
  std::vector<float> features(32, 0.0f);  // shares 3/4 and 1/4 of 16 bins each
  std::fill_n(features.begin(), 12, 1.0f), std::fill_n(features.begin() + 16, 4, 1.0f);
  EXPECT_THAT(conditions.own().features, ElementsAreArray(features));
  for (std::int64_t step = 0; step < 100; ++step) {
    const Condition drawn = conditions.draw(step, 0);
    EXPECT_EQ(drawn.weights[1], 5);
    EXPECT_NEAR(drawn.weights[0] + drawn.weights[2], 4, 1e-12);
    EXPECT_EQ(drawn.beta, 1.0);
    EXPECT_EQ(drawn.features[0], static_cast<float>(std::min(1.0, 16 * drawn.weights[0] / 4)));
  }
  ConditionConfig both = preferences_over({"c", "a"});
  both.beta_min = 0.5, both.beta_max = 2;
  EXPECT_EQ(Conditioning(both, three_components(), 3).draw(0, 0).features.size(), 48u);
}

// A fraction of a symmetric Dirichlet distribution of two has mean 1/2 and variance
// 1 / (4 (2 alpha + 1)); 4,000 draws: 5 deviations, a false alarm in 1e6, of the mean and (by its
// kurtosis of at most 3) of the variance.
TEST(Conditioning, FractionsAreDirichlet) {
  for (const double alpha : {0.05, 1.0, 4.0}) {
    ConditionConfig config = preferences_over({"a", "c"});
    config.preference_alpha = alpha;
    const Conditioning conditions(config, three_components(), /*seed=*/3);
    constexpr int kDraws = 4000;
    double sum = 0, squares = 0;
    for (int step = 0; step < kDraws; ++step) {
      const double share = conditions.draw(step, 0).weights[0] / 4;
      ASSERT_TRUE(share >= 0 && share <= 1);
      sum += share, squares += (share - 0.5) * (share - 0.5);
    }
    const double variance = 1 / (4 * (2 * alpha + 1));
    EXPECT_NEAR(sum / kDraws, 0.5, 5 * std::sqrt(variance / kDraws)) << alpha;
    EXPECT_NEAR(squares / kDraws, variance, 5 * variance * std::sqrt(2.0 / kDraws)) << alpha;
  }
}

std::string preference_refusal(const std::vector<std::string>& names, RewardConfig reward) {
  try {
    Conditioning(preferences_over(names), reward, 3);
  } catch (const UserError& error) {
    return error.what();
  }
  return "";
}

TEST(Conditioning, RefusesPreferencesOverWhatHasNoWeight) {
  RewardConfig reward = three_components();
  EXPECT_THAT(preference_refusal({"a", "d"}, reward), HasSubstr("components are a, b, c"));
  EXPECT_THAT(preference_refusal({"a"}, reward), HasSubstr("two components or more"));
  EXPECT_THAT(preference_refusal({"a", "a"}, reward), HasSubstr("twice"));
  EXPECT_THAT(preference_refusal({"a", "c"}, RewardConfig{}), HasSubstr("components are none"));
  reward.components[1].filter = true;
  EXPECT_THAT(preference_refusal({"a", "b"}, reward), HasSubstr("is a filter"));
  reward.components[0].weight = reward.components[2].weight = 0;
  EXPECT_THAT(preference_refusal({"a", "c"}, reward), HasSubstr("have no weight"));
}

TEST(Conditioning, WithoutARangeThereIsNone) {
  EXPECT_FALSE(Conditioning().is_used());
  EXPECT_FALSE(Conditioning().draw(0, 0).is_used());
  EXPECT_FALSE(conditioning(ConditionConfig{}, 16).own().is_used());
}

std::string refusal(const ConditionConfig& config, double own_beta) {
  try {
    conditioning(config, own_beta);
  } catch (const UserError& error) {
    return error.what();
  }
  return "";
}

TEST(Conditioning, RefusesWhatIsNoRange) {
  EXPECT_THAT(refusal(beta_range(4, 4), 4), HasSubstr("must be below condition.beta_max"));
  EXPECT_THAT(refusal(beta_range(4, 0), 4), HasSubstr("must be below condition.beta_max"));
  EXPECT_THAT(refusal(beta_range(0, 4, "log_uniform"), 4), HasSubstr("beta_min above 0"));
  EXPECT_THAT(refusal(beta_range(2, 4), 1), HasSubstr("outside"));
  EXPECT_THAT(refusal(beta_range(2, 4), 5), HasSubstr("outside"));
  EXPECT_EQ(refusal(beta_range(0, 4), 4), "");
}

std::string objective_refusal(const std::string& name, int batch_size, int group_size) {
  ObjectiveConfig objective;
  objective.name = name;
  TrainingConfig training;
  training.batch_size = batch_size;
  ConditionConfig condition = beta_range(1, 4);
  condition.group_size = group_size;
  try {
    check_objective(objective, {}, training, condition);
  } catch (const UserError& error) {
    return error.what();
  }
  return "";
}

TEST(Conditioning, RefusesObjectivesThatDoNotFit) {
  EXPECT_THAT(objective_refusal("fm", 16, 8),
              HasSubstr("use one of tb, vargrad, db, subtb, fl_db, fl_subtb"));
  EXPECT_THAT(objective_refusal("gafn_edge", 16, 8), HasSubstr("use one of"));
  EXPECT_THAT(objective_refusal("tb", 20, 8), HasSubstr("multiple of condition.group_size = 8"));
  EXPECT_THAT(objective_refusal("vargrad", 16, 1), HasSubstr("use objective.name = \"tb\""));
  EXPECT_EQ(objective_refusal("tb", 16, 1), "");
}

// 24 trajectories in three groups of 8.
std::vector<Trajectory> conditioned_trajectories(const Environment& environment) {
  std::vector<Trajectory> trajectories =
      sample_uniform_trajectories(environment, 24, /*seed=*/7, /*stream=*/0);
  const Conditioning conditions = conditioning(beta_range(1, 4), 1);
  for (std::size_t i = 0; i < trajectories.size(); ++i) {
    trajectories[i].condition = conditions.draw(0, static_cast<std::int64_t>(i));
  }
  return trajectories;
}

TEST(Conditions, EveryTrajectoryHasTheRewardOfItsOwn) {
  const auto environment = ring_world();
  FunctionReward reward(wavy_log_reward);
  const std::vector<Trajectory> trajectories = conditioned_trajectories(*environment);
  const std::vector<RewardResult> results = evaluate_ends(reward, trajectories);
  for (std::size_t i = 0; i < results.size(); ++i) {
    EXPECT_EQ(results[i].log_reward,
              wavy_log_reward(trajectories[i].terminal()) * trajectories[i].condition.beta);
  }
  EXPECT_EQ(reward.num_calls(), 24);
}

std::shared_ptr<Policy> double_policy(const Environment& environment) {
  PolicyConfig config;
  config.width = 12;
  config.layers = 2;
  auto policy = make_policy(environment.shape(), config, /*seed=*/1,
                            conditioning(beta_range(1, 4), 1).own().features);
  policy->to(torch::kFloat64);
  return policy;
}

ScoredBatch score(const Environment& environment, Policy& policy,
                  const std::vector<Trajectory>& trajectories) {
  return score_trajectories(environment, policy, trajectories,
                            std::vector<double>(trajectories.size(), 0.0),
                            /*learned_backward=*/false);
}

// A batch of many conditions says of each trajectory what a batch of this one alone says; under
// another condition it says something else.
void expect_scores_of_single_trajectories(const Environment& environment) {
  const auto policy = double_policy(environment);
  std::vector<Trajectory> trajectories = conditioned_trajectories(environment);
  const ScoredBatch all = score(environment, *policy, trajectories);
  for (std::size_t i = 0; i < trajectories.size(); ++i) {
    const auto row = static_cast<std::int64_t>(i);
    EXPECT_EQ(all.group[row].item<std::int64_t>(), row / 8);
    const ScoredBatch one = score(environment, *policy, {trajectories[i]});
    EXPECT_NEAR(as_double(one.log_pf.sum()), as_double(all.log_pf[row].sum()), 1e-9) << i;
    const int length = trajectories[i].length();
    EXPECT_NEAR(as_double(one.log_flow[0].narrow(0, 0, length).sum()),
                as_double(all.log_flow[row].narrow(0, 0, length).sum()), 1e-9);
    trajectories[i].condition = conditioning(beta_range(1, 4), 4).own();
    const ScoredBatch other = score(environment, *policy, {trajectories[i]});
    EXPECT_GT(std::abs(as_double(other.log_pf.sum() - one.log_pf.sum())), 1e-6) << i;
  }
}

TEST(Conditions, ScoreEveryTrajectoryUnderItsOwnOnRings) {
  expect_scores_of_single_trajectories(*ring_world());
}
TEST(Conditions, ScoreEveryTrajectoryUnderItsOwnOnTheGrid) {
  expect_scores_of_single_trajectories(*small_grid());
}

// Who knows nothing of conditions sees the policy at its own.
TEST(Conditions, ABatchWithoutThemIsSeenAtThePolicysOwn) {
  const auto environment = ring_world();
  const auto policy = double_policy(*environment);
  std::vector<Trajectory> trajectories = conditioned_trajectories(*environment);
  for (Trajectory& trajectory : trajectories) trajectory.condition = {};
  const ScoredBatch without = score(*environment, *policy, trajectories);
  EXPECT_FALSE(without.group.defined());
  for (Trajectory& trajectory : trajectories) {
    trajectory.condition = conditioning(beta_range(1, 4), 1).own();
  }
  const ScoredBatch with = score(*environment, *policy, trajectories);
  EXPECT_LT(as_double((with.log_pf - without.log_pf).abs().max()), 1e-12);
}

// The same weights, whose own condition is beta: drawn from without conditions, or told another one
// for every second trajectory. Random streams belong to trajectories, so that draws can be compared
// one by one.
TEST(Conditions, EveryTrajectoryIsDrawnUnderItsOwn) {
  const auto environment = ring_world();
  constexpr std::int64_t kCount = 100;
  const Condition low = conditioning(beta_range(1, 4), 1).own();
  const Condition high = conditioning(beta_range(1, 4), 4).own();
  const auto policy_at = [&](const Condition& own) {
    return make_policy(environment->shape(), PolicyConfig{}, /*seed=*/1, own.features);
  };
  const auto at_low = sample_trajectories(*environment, *policy_at(low), kCount, 5, 0, {});
  const auto at_high = sample_trajectories(*environment, *policy_at(high), kCount, 5, 0, {});
  std::vector<Trajectory> mixed = begin_trajectories(*environment, kCount);
  for (std::int64_t i = 0; i < kCount; ++i) mixed[i].condition = i % 2 == 0 ? low : high;
  mixed = complete_trajectories(*environment, *policy_at(low), std::move(mixed), 5, 0, {});
  int differ = 0;
  for (std::int64_t i = 0; i < kCount; ++i) {
    const State& expected = (i % 2 == 0 ? at_low : at_high)[i].terminal();
    EXPECT_EQ(mixed[i].terminal(), expected) << i;
    differ += at_low[i].terminal() != at_high[i].terminal();
  }
  EXPECT_GT(differ, 10);
}

// Means within groups against one slow mean at a time.
TEST(Conditions, VarGradComparesWithinThem) {
  Rng rng(5);
  const std::vector<std::vector<int>> members = {{0, 3, 4}, {1, 5}, {2}};
  std::vector<reference::PlainTrajectory> plain;
  ScoredBatch batch;
  batch.log_pf = torch::zeros({6, 2}, torch::kFloat64);
  batch.log_pb = torch::zeros({6, 2}, torch::kFloat64);
  batch.log_reward = torch::zeros({6}, torch::kFloat64);
  batch.group = torch::tensor({0, 1, 2, 0, 0, 1}, torch::kInt64);
  for (int b = 0; b < 6; ++b) {
    reference::PlainTrajectory p;
    p.log_reward = 5 * rng.normal();
    batch.log_reward[b] = p.log_reward;
    for (int t = 0; t < 2; ++t) {
      p.log_pf.push_back(-rng.uniform()), p.log_pb.push_back(-rng.uniform());
      batch.log_pf[b][t] = p.log_pf[t], batch.log_pb[b][t] = p.log_pb[t];
    }
    p.log_flow.assign(3, 0.0);
    plain.push_back(p);
  }
  double expected = 0;
  const Residuals found = log_partition_variance(batch);
  for (const std::vector<int>& group : members) {
    std::vector<reference::PlainTrajectory> alone;
    double log_z = 0;
    for (const int b : group) {
      alone.push_back(plain[b]);
      log_z -= reference::piece(plain[b], 0, 2, {"tb"}) / static_cast<double>(group.size());
    }
    expected += reference::loss(alone, {"vargrad"}) * static_cast<double>(group.size()) / 6;
    for (const int b : group) EXPECT_NEAR(as_double(found.log_z[b]), log_z, 1e-12);
  }
  EXPECT_NEAR(as_double(loss(found, ObjectiveConfig{})), expected, 1e-12);
  EXPECT_GT(std::abs(expected - reference::loss(plain, {"vargrad"})), 1.0)
      << "one mean over all is something else";
}

// Every objective that takes conditions against plain loops with a log Z and energies of each
// trajectory's own.
TEST(Conditions, LossesEqualPlainLoops) {
  const auto environment = small_grid();
  const auto policy = double_policy(*environment);
  FunctionReward reward(wavy_log_reward);
  const std::vector<Trajectory> trajectories = conditioned_trajectories(*environment);
  std::vector<double> log_reward, log_z;
  for (const RewardResult& result : evaluate_ends(reward, trajectories)) {
    log_reward.push_back(result.log_reward);
  }
  ScoredBatch scored = score_trajectories(*environment, *policy, trajectories, log_reward, false);
  std::vector<reference::PlainTrajectory> plain;
  for (std::size_t b = 0; b < trajectories.size(); ++b) {
    const auto row = static_cast<std::int64_t>(b);
    reference::PlainTrajectory p;
    p.log_reward = log_reward[b];
    p.own_log_z = 0.3 * trajectories[b].condition.beta;
    log_z.push_back(p.own_log_z);
    for (int t = 0; t <= trajectories[b].length(); ++t) {
      p.log_flow.push_back(as_double(scored.log_flow[row][t]));
      p.energy.push_back(-wavy_log_reward(trajectories[b].states[t]) *
                         trajectories[b].condition.beta);
      if (t == trajectories[b].length()) break;
      p.log_pf.push_back(as_double(scored.log_pf[row][t]));
      p.log_pb.push_back(as_double(scored.log_pb[row][t]));
    }
    plain.push_back(p);
  }
  int compared = 0;
  for (const std::string& name : objective_names()) {
    if (!find_objective(name).takes_conditions || name == "vargrad") continue;
    ObjectiveConfig config;
    config.name = name;
    ObjectiveEvaluator evaluator(*environment, reward, config, false, /*seed=*/0);
    const Residuals found =
        evaluator.residuals(*policy, trajectories, log_reward, doubles(log_z), /*step=*/0);
    EXPECT_NEAR(as_double(loss(found, config)), reference::loss(plain, {name, 0, 0.9}), 1e-9)
        << name;
    ++compared;
  }
  EXPECT_EQ(compared, 5);
}

}  // namespace
}  // namespace fragflow
