#include "src/gfn/objective_evaluator.hpp"

#include <gtest/gtest.h>

#include "models/make_policy.hpp"
#include "src/base/check.hpp"
#include "src/base/rng.hpp"
#include "src/gfn/exact.hpp"
#include "tests/gfn/exact_batch.hpp"
#include "tests/gfn/reference_objectives.hpp"

namespace fragflow {
namespace {

constexpr std::uint64_t kSeed = 5;

std::shared_ptr<Policy> double_policy(const Environment& environment, bool learned_backward) {
  PolicyConfig config;
  config.width = 12;
  config.layers = 2;
  config.learned_backward = learned_backward;
  auto policy = make_policy(environment.shape(), config, /*seed=*/1);
  policy->to(torch::kFloat64);
  return policy;
}

ObjectiveConfig named(const std::string& name) {
  ObjectiveConfig config;
  config.name = name;
  config.intrinsic_scale = 0.5;
  config.intrinsic_width = 16;
  return config;
}

struct Drawn {
  std::vector<Trajectory> trajectories;
  std::vector<double> log_reward;
};

Drawn draw(const Environment& environment, int count) {
  Drawn drawn{sample_uniform_trajectories(environment, count, /*seed=*/7, /*stream=*/0), {}};
  for (const Trajectory& trajectory : drawn.trajectories) {
    drawn.log_reward.push_back(wavy_log_reward(trajectory.terminal()));
  }
  return drawn;
}

// r(s) of one state alone, by an encoder of its own with the same seed.
double intrinsic_of(IntrinsicReward& intrinsic, State state) {
  state.stopped = false;
  return intrinsic.values({state}).item<float>();
}

// The loss of every objective of trajectories against plain loops that look up energies and
// intrinsic rewards state by state.
void expect_losses_of_plain_loops(const Environment& environment) {
  const Drawn drawn = draw(environment, 20);
  FunctionReward reward(wavy_log_reward);
  const auto policy = double_policy(environment, true);
  const torch::Tensor log_z = torch::tensor({0.3}, torch::kFloat64);
  const ScoredBatch scored =
      score_trajectories(environment, *policy, drawn.trajectories, drawn.log_reward, true);
  IntrinsicReward intrinsic(environment, named("gafn_edge"), mix_seed(kSeed, "intrinsic"));
  std::vector<reference::PlainTrajectory> plain;
  for (std::size_t b = 0; b < drawn.trajectories.size(); ++b) {
    const auto row = static_cast<std::int64_t>(b);
    const Trajectory& trajectory = drawn.trajectories[b];
    reference::PlainTrajectory p;
    p.log_reward = drawn.log_reward[b];
    for (int t = 0; t <= trajectory.length(); ++t) {
      p.log_flow.push_back(as_double(scored.log_flow[row][t]));
      p.energy.push_back(-wavy_log_reward(trajectory.states[t]));
      p.intrinsic.push_back(intrinsic_of(intrinsic, trajectory.states[t]));
      if (t == trajectory.length()) break;
      p.log_pf.push_back(as_double(scored.log_pf[row][t]));
      p.log_pb.push_back(as_double(scored.log_pb[row][t]));
    }
    plain.push_back(p);
  }
  for (const std::string& name : objective_names()) {
    const Objective& objective = find_objective(name);
    if (objective.of_trajectories == nullptr || objective.takes_paths) continue;
    ObjectiveEvaluator evaluator(environment, reward, named(name), /*learned_backward=*/true,
                                 kSeed);
    const Residuals found =
        evaluator.residuals(*policy, drawn.trajectories, drawn.log_reward, log_z, /*step=*/0);
    // r comes in float32 and in batches.
    EXPECT_NEAR(as_double(loss(found, named(name))), reference::loss(plain, {name, 0.3, 0.9}), 1e-4)
        << name;
  }
}

TEST(ObjectiveEvaluator, LossesEqualPlainLoopsOnRings) {
  expect_losses_of_plain_loops(*ring_world());
}
TEST(ObjectiveEvaluator, LossesEqualPlainLoopsOnTheGrid) {
  expect_losses_of_plain_loops(*small_grid());
}

// Only objectives that look ahead ask for rewards of unfinished objects, each once.
TEST(ObjectiveEvaluator, ScoresUnfinishedObjectsOnce) {
  const auto environment = small_grid();
  const Drawn drawn = draw(*environment, 20);
  std::vector<State> asked;
  FunctionReward reward([&](const State& state) {
    asked.push_back(state);
    return wavy_log_reward(state);
  });
  const auto policy = double_policy(*environment, false);
  const torch::Tensor log_z = torch::zeros({1}, torch::kFloat64);
  for (const std::string& name : objective_names()) {
    ObjectiveEvaluator evaluator(*environment, reward, named(name), /*learned_backward=*/false,
                                 kSeed);
    evaluator.residuals(*policy, drawn.trajectories, drawn.log_reward, log_z, /*step=*/0);
    EXPECT_EQ(asked.empty(), !find_objective(name).needs_energies) << name;
    std::sort(asked.begin(), asked.end());
    EXPECT_EQ(std::adjacent_find(asked.begin(), asked.end()), asked.end()) << name;
    for (const State& state : asked) {
      EXPECT_FALSE(state.stopped);
      EXPECT_NE(state, environment->initial_state());
    }
    asked.clear();
  }
}

// incomplete = 1 keeps a beginning of every trajectory of more than one transition: residuals are
// those of whole trajectories up to there.
TEST(ObjectiveEvaluator, IncompleteTrajectoriesAreBeginnings) {
  const auto environment = small_grid();
  const Drawn drawn = draw(*environment, 20);
  FunctionReward reward(wavy_log_reward);
  const auto policy = double_policy(*environment, true);
  const torch::Tensor log_z = torch::tensor({0.3}, torch::kFloat64);
  ObjectiveConfig config = named("fl_db");
  const auto residuals = [&](double incomplete, std::int64_t step) {
    config.incomplete = incomplete;
    ObjectiveEvaluator evaluator(*environment, reward, config, /*learned_backward=*/true, kSeed);
    return evaluator.residuals(*policy, drawn.trajectories, drawn.log_reward, log_z, step);
  };
  const Residuals whole = residuals(0, 0), cut = residuals(1, 0);
  const torch::Tensor kept = (cut.weight > 0).sum(1), all = (whole.weight > 0).sum(1);
  for (std::int64_t b = 0; b < 20; ++b) {
    const auto length = all[b].item<std::int64_t>(), part = kept[b].item<std::int64_t>();
    EXPECT_GE(part, 1);
    EXPECT_TRUE(part < length || length == 1);
    EXPECT_TRUE(torch::allclose(cut.value[b].narrow(0, 0, part), whole.value[b].narrow(0, 0, part),
                                1e-9, 1e-9));
  }
  EXPECT_TRUE(torch::equal(residuals(1, 0).weight, cut.weight));
  EXPECT_FALSE(torch::equal(residuals(1, 1).weight, cut.weight)) << "the step chooses the cuts";
}

// With many trajectories to each object, the residuals are those of the exact log p.
TEST(ObjectiveEvaluator, EvidenceIsOfTheExactProbability) {
  const auto environment = ring_world(2);
  const Drawn drawn = draw(*environment, 20);
  FunctionReward reward(wavy_log_reward);
  const auto policy = double_policy(*environment, false);
  const StateGraph graph = enumerate(*environment, 10000);
  const auto index = index_of_states(graph);
  const std::vector<double> p =
      terminal_distribution(graph, edge_log_probabilities(*environment, *policy, graph));
  std::vector<double> exact;
  for (std::size_t i = 0; i < drawn.trajectories.size(); ++i) {
    const std::int64_t end = index.at(drawn.trajectories[i].terminal());
    exact.push_back(std::log(p[end - graph.num_internal]) - drawn.log_reward[i]);
  }
  ObjectiveConfig config = named("evidence");
  config.paths = 1024;
  ObjectiveEvaluator evaluator(*environment, reward, config, false, kSeed);
  const Residuals found = evaluator.residuals(*policy, drawn.trajectories, drawn.log_reward,
                                              torch::zeros({1}, torch::kFloat64), /*step=*/0);
  const torch::Tensor expected = doubles(exact) - doubles(exact).mean();
  EXPECT_LT(as_double((found.value - expected).abs().max()), 0.05);
  EXPECT_GT(as_double(expected.abs().max()), 0.5);
}

// backward = "likelihood": the objective takes P_B as given, which is trained to give the
// trajectories a high probability.
TEST(ObjectiveEvaluator, ThePBOfLikelihoodLearnsFromTrajectoriesAlone) {
  const auto environment = ring_world();
  const Drawn drawn = draw(*environment, 20);
  FunctionReward reward(wavy_log_reward);
  const auto policy = double_policy(*environment, true);
  ObjectiveConfig config = named("tb");
  config.backward = "likelihood";
  ObjectiveEvaluator evaluator(*environment, reward, config, true, kSeed);
  const auto residuals = [&] {
    return evaluator.residuals(*policy, drawn.trajectories, drawn.log_reward,
                               torch::zeros({1}, torch::kFloat64), /*step=*/0);
  };
  const ScoredBatch scored =
      score_trajectories(*environment, *policy, drawn.trajectories, drawn.log_reward, true);
  const Residuals found = residuals();
  EXPECT_NEAR(as_double(found.extra_loss), -as_double(scored.log_pb.sum(1).mean()), 1e-12);
  EXPECT_NEAR(as_double(loss(found, config)),
              as_double(found.value.square().mean() + found.extra_loss), 1e-12);
  const auto leaf_gradient = [&](const torch::Tensor& value) {
    policy->zero_grad();
    value.backward();
    const torch::Tensor gradient = policy->named_parameters()["leaf.weight"].grad();
    return gradient.defined() ? as_double(gradient.abs().max()) : 0.0;
  };
  EXPECT_EQ(leaf_gradient(residuals().value.square().mean()), 0);
  EXPECT_GT(leaf_gradient(residuals().extra_loss), 0);
}

// Every objective's gradient against central differences, in double precision.
void expect_gradients_match(const Environment& environment) {
  const Drawn drawn = draw(environment, 6);
  FunctionReward reward(wavy_log_reward);
  torch::Tensor log_z = torch::tensor({0.3}, torch::kFloat64).set_requires_grad(true);
  for (const std::string& name : objective_names()) {
    const Objective& objective = find_objective(name);
    const bool learned_backward = objective.of_flows == nullptr && !objective.takes_paths;
    const auto policy = double_policy(environment, learned_backward);
    ObjectiveEvaluator evaluator(environment, reward, named(name), learned_backward, kSeed);
    const auto value = [&] {
      return loss(
          evaluator.residuals(*policy, drawn.trajectories, drawn.log_reward, log_z, /*step=*/0),
          named(name));
    };
    value().backward();
    int checked = 0;
    const auto check = [&](const std::string& key, torch::Tensor& parameter) {
      if (!parameter.grad().defined()) return;
      ++checked;
      const torch::Tensor gradient = parameter.grad().view({-1});
      double* weights = parameter.data_ptr<double>();
      const std::int64_t k = gradient.abs().argmax().item<std::int64_t>();
      const double step = 1e-5, before = weights[k];
      torch::NoGradGuard no_grad;
      weights[k] = before + step;
      const double up = as_double(value());
      weights[k] = before - step;
      const double down = as_double(value());
      weights[k] = before;
      const double expected = (up - down) / (2 * step);
      EXPECT_NEAR(as_double(gradient[k]), expected, 1e-6 * std::max(1.0, std::abs(expected)))
          << name << " " << key;
    };
    for (auto& item : policy->named_parameters()) check(item.key(), item.value());
    EXPECT_GT(checked, 5) << name;
    check("log_z", log_z);
    log_z.mutable_grad() = torch::Tensor();
  }
}

TEST(ObjectiveEvaluator, GradientsMatchFiniteDifferencesOnRings) {
  expect_gradients_match(*ring_world());
}
TEST(ObjectiveEvaluator, GradientsMatchFiniteDifferencesOnTheGrid) {
  expect_gradients_match(*small_grid());
}

// No moves at all: no state to match flows at, none to have an energy or a successor.
TEST(ObjectiveEvaluator, TakesTrajectoriesThatStopAtOnce) {
  const auto environment = small_grid();
  Trajectory trajectory;
  const State start = environment->initial_state();
  trajectory.states = {start, environment->apply(start, Action::stop())};
  trajectory.actions = {Action::stop()};
  const std::vector<Trajectory> trajectories = {trajectory, trajectory};
  const std::vector<double> log_reward(2, wavy_log_reward(trajectory.terminal()));
  FunctionReward reward(wavy_log_reward);
  const auto policy = double_policy(*environment, false);
  const torch::Tensor log_z = torch::zeros({1}, torch::kFloat64);
  for (const std::string& name : objective_names()) {
    ObjectiveConfig config = named(name);
    config.incomplete = find_objective(name).takes_incomplete ? 1.0 : 0.0;
    ObjectiveEvaluator evaluator(*environment, reward, config, /*learned_backward=*/false, kSeed);
    const double value = as_double(
        loss(evaluator.residuals(*policy, trajectories, log_reward, log_z, /*step=*/0), config));
    EXPECT_TRUE(std::isfinite(value)) << name;
    if (name == "vargrad" || name == "evidence") {
      EXPECT_NEAR(value, 0.0, 1e-12) << "both are the mean";
    } else {
      EXPECT_GT(value, 1e-6) << name;
    }
  }
}

// F of the intrinsic forms is a head that learns.
TEST(ObjectiveEvaluator, IntrinsicFormsTrainTheFlowHead) {
  const auto environment = small_grid();
  const Drawn drawn = draw(*environment, 6);
  FunctionReward reward(wavy_log_reward);
  const torch::Tensor log_z = torch::zeros({1}, torch::kFloat64);
  for (const char* name : {"gafn_edge", "gafn_joint", "gafn_db"}) {
    const auto policy = double_policy(*environment, false);
    ObjectiveEvaluator evaluator(*environment, reward, named(name), false, kSeed);
    loss(evaluator.residuals(*policy, drawn.trajectories, drawn.log_reward, log_z, 0), named(name))
        .backward();
    EXPECT_GT(as_double(policy->named_parameters()["flow.weight"].grad().abs().max()), 1e-6);
  }
}

std::string refusal(const ObjectiveConfig& objective, const PolicyConfig& policy = {},
                    const TrainingConfig& training = {}) {
  try {
    check_objective(objective, policy, training);
  } catch (const UserError& error) {
    return error.what();
  }
  return "";
}

TEST(CheckObjective, RefusesWhatMakesNoSenseAndSaysWhy) {
  PolicyConfig learned;
  learned.learned_backward = true;
  EXPECT_NE(refusal(named("fm"), learned).find("has no P_B"), std::string::npos);
  EXPECT_NE(refusal(named("gafn_fm"), learned).find("has no P_B"), std::string::npos);
  ObjectiveConfig incomplete = named("tb");
  incomplete.incomplete = 0.5;
  EXPECT_NE(refusal(incomplete).find("use one of db, subtb, fl_db, fl_subtb"), std::string::npos);
  ObjectiveConfig likelihood = named("tb");
  likelihood.backward = "likelihood";
  EXPECT_NE(refusal(likelihood).find("learned_backward"), std::string::npos);
  EXPECT_EQ(refusal(likelihood, learned), "");
  EXPECT_NE(refusal(named("evidence"), learned).find("takes P_B as given"), std::string::npos);
  TrainingConfig single;
  single.batch_size = 1;
  EXPECT_NE(refusal(named("vargrad"), {}, single).find("at least 2"), std::string::npos);
  TrainingConfig schedule;
  schedule.beta_initial = 2;
  EXPECT_NE(refusal(named("fl_db"), {}, schedule).find("beta_initial"), std::string::npos);
  EXPECT_EQ(refusal(named("subtb"), {}, schedule), "");
  EXPECT_NE(refusal(named("subtbb")).find("subtb"), std::string::npos);
  for (const std::string& name : objective_names()) EXPECT_EQ(refusal(named(name)), "") << name;
}

}  // namespace
}  // namespace fragflow
