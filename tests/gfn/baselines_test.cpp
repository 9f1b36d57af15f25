// The methods that are compared with GFlowNets.
#include <gtest/gtest.h>

#include <map>

#include "models/make_policy.hpp"
#include "src/gfn/chain_learner.hpp"
#include "src/gfn/exact.hpp"
#include "src/gfn/genetic_learner.hpp"
#include "src/gfn/object_moves.hpp"
#include "src/gfn/ppo_learner.hpp"
#include "src/gfn/random_learner.hpp"
#include "tests/gfn/test_support.hpp"

namespace fragflow {
namespace {

PolicyConfig small_policy() {
  PolicyConfig config;
  config.width = 16;
  config.layers = 1;
  return config;
}

struct World {
  const char* name;
  std::function<std::unique_ptr<Environment>()> make;
};

std::vector<World> worlds() {
  return {{"grid", [] { return small_grid(4); }},
          {"atoms", [] { return atom_world(3); }},
          {"rings", [] { return ring_world(2); }},
          {"two_or_more", [] {
             FragmentTreeConfig config;
             config.max_fragments = 3;
             config.min_fragments = 2;
             return std::make_unique<FragmentTree>(
                 Vocabulary::parse(R"([["C", [0,0]], ["O", [0,0]], ["N", [0,0,0]]])", "w"), config);
           }}};
}

class Moves : public testing::TestWithParam<World> {
 protected:
  Moves() : environment_(GetParam().make()), graph_(enumerate(*environment_, 10000)) {
    for (const State& terminal : graph_.terminals()) {
      State object = terminal;
      object.stopped = false;
      objects_.push_back(object);
    }
  }

  // q(to | from) from the edges of the enumerated graph alone.
  std::vector<std::vector<double>> reference() const {
    const auto index = index_of_states(graph_);
    std::vector<std::vector<std::int64_t>> children(graph_.size()), parents(graph_.size());
    for (std::int64_t e = 0; e < graph_.num_edges(); ++e) {
      if (graph_.edge_child[e] >= graph_.num_internal) continue;
      children[graph_.edge_parent[e]].push_back(graph_.edge_child[e]);
      parents[graph_.edge_child[e]].push_back(graph_.edge_parent[e]);
    }
    std::vector<std::vector<double>> q(objects_.size(), std::vector<double>(objects_.size(), 0.0));
    std::map<std::int64_t, std::size_t> object_at;
    for (std::size_t i = 0; i < objects_.size(); ++i) object_at[index.at(objects_[i])] = i;
    for (std::size_t i = 0; i < objects_.size(); ++i) {
      const std::int64_t s = index.at(objects_[i]);
      const auto add = [&](std::int64_t to, double probability) {
        const auto found = object_at.find(to);
        if (found != object_at.end() && to != s) q[i][found->second] += probability / 3.0;
      };
      for (const std::int64_t c : children[s]) add(c, 1.0 / children[s].size());
      for (const std::int64_t p : parents[s]) {
        add(p, 1.0 / parents[s].size());
        for (const std::int64_t c : children[p]) {
          add(c, 1.0 / (parents[s].size() * children[p].size()));
        }
      }
    }
    return q;
  }

  std::unique_ptr<Environment> environment_;
  StateGraph graph_;
  std::vector<State> objects_;
};

TEST_P(Moves, ProbabilitiesAreThoseOfTheGraph) {
  const auto q = reference();
  for (std::size_t i = 0; i < objects_.size(); ++i) {
    for (std::size_t j = 0; j < objects_.size(); ++j) {
      if (i == j) continue;
      EXPECT_NEAR(std::exp(log_move_probability(*environment_, objects_[i], objects_[j])), q[i][j],
                  1e-12);
    }
  }
}

// The exact transition matrix with the acceptance that ChainLearner uses leaves R / Z as it is, and
// every object can be reached from every other.
TEST_P(Moves, TheTargetIsStationary) {
  const std::vector<double> log_reward = terminal_log_rewards(graph_);
  const std::vector<double> target = normalise(log_reward);
  const auto q = reference();
  const std::size_t n = objects_.size();
  std::vector<double> after(n, 0.0);
  std::vector<std::vector<char>> reachable(n, std::vector<char>(n, 0));
  for (std::size_t i = 0; i < n; ++i) {
    double stays = 1.0;
    for (std::size_t j = 0; j < n; ++j) {
      if (i == j || q[i][j] == 0) continue;
      const double log_hastings = log_move_probability(*environment_, objects_[j], objects_[i]) -
                                  log_move_probability(*environment_, objects_[i], objects_[j]);
      const double accepted =
          q[i][j] * std::min(1.0, std::exp(log_reward[j] - log_reward[i] + log_hastings));
      after[j] += target[i] * accepted;
      stays -= accepted;
      reachable[i][j] = 1;
    }
    EXPECT_GE(stays, -1e-12);
    after[i] += target[i] * stays;
  }
  for (std::size_t i = 0; i < n; ++i) EXPECT_NEAR(after[i], target[i], 1e-12);
  for (std::size_t k = 0; k < n; ++k) {
    for (std::size_t i = 0; i < n; ++i) {
      for (std::size_t j = 0; j < n; ++j) reachable[i][j] |= reachable[i][k] & reachable[k][j];
    }
  }
  for (std::size_t i = 1; i < n; ++i) EXPECT_TRUE(reachable[0][i] && reachable[i][0]);
}

// 40,000 proposals from one object against their probabilities; bound as in trainer_test.cpp.
TEST_P(Moves, ProposalsFollowTheProbabilities) {
  const auto q = reference();
  constexpr int kProposals = 40000;
  const std::size_t from = objects_.size() / 2;
  std::map<State, double> counts;
  double none = 0;
  for (int i = 0; i < kProposals; ++i) {
    Rng rng(12, 0, i);
    const auto to = propose_move(*environment_, objects_[from], rng);
    to ? ++counts[*to] : ++none;
  }
  double chi = 0, rest = 1, seen = none;
  int cells = 1;
  for (std::size_t j = 0; j < objects_.size(); ++j) {
    const double expected = kProposals * q[from][j];
    rest -= q[from][j];
    seen += counts[objects_[j]];
    if (expected == 0) {
      EXPECT_EQ(counts[objects_[j]], 0);
      continue;
    }
    chi += std::pow(counts[objects_[j]] - expected, 2) / expected;
    ++cells;
  }
  EXPECT_EQ(seen, kProposals);
  if (rest > 1e-9) chi += std::pow(none - kProposals * rest, 2) / (kProposals * rest);
  EXPECT_LT(chi, cells + 5 * std::sqrt(2.0 * cells));
}

INSTANTIATE_TEST_SUITE_P(Worlds, Moves, testing::ValuesIn(worlds()),
                         [](const auto& info) { return info.param.name; });

TrainingConfig short_training(std::int64_t steps, int batch) {
  TrainingConfig training;
  training.steps = steps;
  training.batch_size = batch;
  training.learning_rate = 3e-3;
  return training;
}

// Frequencies of what the chains visit, after a beginning that is left out.
std::vector<double> visited_fractions(Learner& learner, const StateGraph& graph, int steps,
                                      int skip) {
  const auto index = index_of_states(graph);
  std::vector<double> shares(graph.num_terminals(), 0.0);
  double total = 0;
  for (int step = 0; step < steps; ++step) {
    for (const Trajectory& t : learner.step().visited.trajectories) {
      if (step < skip) continue;
      ++shares[index.at(t.terminal()) - graph.num_internal];
      ++total;
    }
  }
  for (double& share : shares) share /= total;
  return shares;
}

// Seed 1; what 200 chains visit in `steps` steps without the first `skip`. Of the spaces below as
// many independent samples would show a total variation of about .01; without the Hastings ratio it
// is above .1.
void expect_target_visited(const Environment& environment, const StateGraph& graph, int steps,
                           int skip) {
  FunctionReward reward(wavy_log_reward);
  ChainLearner learner(environment, reward, make_uniform_moves(environment), ChainConfig{},
                       short_training(steps, 200), /*seed=*/1);
  const auto shares = visited_fractions(learner, graph, steps, skip);
  EXPECT_LT(distances(normalise(terminal_log_rewards(graph)), shares).tv, 0.03);
}

TEST_P(Moves, ChainsVisitTheTarget) { expect_target_visited(*environment_, graph_, 600, 100); }

// Moves that keep R / Z keep it in one step of 20,000 chains that start there, seed 3. False alarms
// below 1e-5.
void expect_target_kept(ChainMoves& moves, const StateGraph& graph,
                        const std::vector<State>& objects) {
  const std::vector<double> log_reward = terminal_log_rewards(graph);
  const std::vector<double> target = normalise(log_reward);
  constexpr int kChains = 20000;
  std::vector<State> states;
  std::vector<Rng> generators;
  std::map<State, std::size_t> index;
  for (std::size_t i = 0; i < objects.size(); ++i) index[objects[i]] = i;
  for (int i = 0; i < kChains; ++i) {
    generators.emplace_back(3, 0, i);
    double left = generators.back().uniform();
    std::size_t k = 0;
    while (k + 1 < target.size() && left >= target[k]) left -= target[k++];
    states.push_back(objects[k]);
  }
  const auto proposals = moves.propose(states, generators);
  std::vector<double> counts(objects.size(), 0.0);
  int moved = 0;
  for (int i = 0; i < kChains; ++i) {
    std::size_t at = index.at(states[i]);
    if (proposals[i]) {
      const std::size_t to = index.at(proposals[i]->to);
      const double log_acceptance = log_reward[to] - log_reward[at] + proposals[i]->log_hastings;
      if (std::log(generators[i].uniform()) < log_acceptance) at = to, ++moved;
    }
    ++counts[at];
  }
  EXPECT_GT(moved, 1000);
  double chi = 0;
  for (std::size_t i = 0; i < counts.size(); ++i) {
    chi += std::pow(counts[i] - kChains * target[i], 2) / (kChains * target[i]);
  }
  EXPECT_LT(chi, counts.size() + 5 * std::sqrt(2.0 * counts.size()));
}

// MARS with its annealing switched off and no learning.
TEST_P(Moves, LearnedProposalsKeepTheTarget) {
  const auto moves = make_learned_moves(*environment_, small_policy(), {}, /*seed=*/5);
  expect_target_kept(*moves, graph_, objects_);
}

// Rebuilding alone.
class Rebuilding : public ChainMoves {
 public:
  explicit Rebuilding(const Environment& environment) : environment_(environment) {}
  std::vector<std::optional<ProposedMove>> propose(std::span<const State> from,
                                                   std::vector<Rng>& rngs) override {
    std::vector<std::optional<ProposedMove>> moves(from.size());
    for (std::size_t i = 0; i < from.size(); ++i) {
      const auto rebuilt = propose_rebuilding(environment_, from[i], rngs[i]);
      if (rebuilt) moves[i] = ProposedMove{rebuilt->to, rebuilt->log_hastings};
    }
    return moves;
  }

 private:
  const Environment& environment_;
};

TEST_P(Moves, RebuildingKeepsTheTarget) {
  Rebuilding moves(*environment_);
  expect_target_kept(moves, graph_, objects_);
}

// Products of reactions, most of whose states are no objects: adding, removing and replacing one
// block leads from no product to one with another number of blocks.
class Products : public Moves {};

TEST_P(Products, RebuildingKeepsTheTarget) {
  Rebuilding moves(*environment_);
  expect_target_kept(moves, graph_, objects_);
}

TEST_P(Products, ChainsVisitTheTarget) {
  expect_target_visited(*environment_, graph_, 3000, 1000);  // they take fewer moves
}

INSTANTIATE_TEST_SUITE_P(Worlds, Products,
                         testing::Values(World{"three_blocks",
                                               [] {
                                                 return std::make_unique<FragmentTree>(
                                                     Vocabulary::load(FRAGFLOW_SOURCE_DIR
                                                                      "/data/synthons_small.json"),
                                                     FragmentTreeConfig{.max_fragments = 3});
                                               }}),
                         [](const auto& info) { return info.param.name; });

TEST(Mars, LearnsTheMovesItIsShown) {
  const auto environment = small_grid(4);
  const auto moves = make_learned_moves(*environment, small_policy(), short_training(1, 1), 5);
  State corner = environment->initial_state();
  State next = corner;
  next.nodes[0].label = 1;
  const double before = moves->learn(std::vector{corner}, std::vector{next});
  double after = before;
  for (int i = 0; i < 100; ++i) after = moves->learn(std::vector{corner}, std::vector{next});
  EXPECT_LT(after, 0.1 * before);
  EXPECT_EQ(moves->learn({}, {}), 0);
}

TEST(Mars, AnnealingRaisesTheReward) {
  const auto environment = atom_world(4);
  FunctionReward reward(wavy_log_reward);
  const ChainConfig annealed{1.0, 0.05, 50};
  // The proposal learns from few moves: at three times this step size it collapses to some of them.
  TrainingConfig training = short_training(150, 32);
  training.learning_rate = 1e-3;
  ChainLearner learner(*environment, reward,
                       make_learned_moves(*environment, small_policy(), training, 5), annealed,
                       training, /*seed=*/1);
  std::vector<double> means;
  for (int step = 0; step < 150; ++step) {
    double mean = 0;
    for (const RewardResult& r : learner.step().visited.rewards) mean += r.log_reward / 32;
    means.push_back(mean);
  }
  const StateGraph graph = enumerate(*environment, 1000);
  const std::vector<double> log_reward = terminal_log_rewards(graph);
  const std::vector<double> target = normalise(log_reward);
  double at_target = 0;  // what chains without annealing settle at
  for (std::size_t i = 0; i < target.size(); ++i) at_target += target[i] * log_reward[i];
  EXPECT_GT(means.back(), means.front() + 0.5);
  EXPECT_GT(means.back(), at_target + 0.2);
}

// One trajectory of two transitions by hand. Gains 2 and 0, old values 1 and 1: advantages 1, -1,
// deviation 1. Ratios 1.5 and 0.5, clipped to 1.2 and 0.8.
TEST(Ppo, TheLossByHand) {
  const auto tensor = [](std::vector<double> values) {
    return torch::tensor(values, torch::kFloat64);
  };
  PpoTerms terms;
  terms.log_pf = tensor({std::log(0.6), std::log(0.2)});
  terms.old_log_pf = tensor({std::log(0.4), std::log(0.4)});
  terms.old_value = tensor({1, 1});
  terms.value = tensor({1.5, 1});
  terms.gain = tensor({2, 0});
  terms.entropy = tensor({0.3, 0.5});
  PpoConfig config;
  config.clip = 0.2;
  config.value_weight = 0.5;
  config.entropy = 0.1;
  // min(1.5, 1.2) and min(-0.5, -0.8)
  const double surrogate = (1.2 - 0.8) / 2;
  const double value_error = (0.25 + 1.0) / 2;
  EXPECT_NEAR(ppo_loss(terms, config).item<double>(), -surrogate + 0.5 * value_error - 0.1 * 0.4,
              1e-7);
}

TEST(Ppo, EntropiesAreThoseOfTheExactProbabilities) {
  const auto environment = small_grid(4);  // every action leads to a child of its own
  const auto policy = make_policy(environment->shape(), small_policy(), 4);
  const StateGraph graph = enumerate(*environment, 1000);
  const auto log_pf = edge_log_probabilities(*environment, *policy, graph);
  const std::vector<State> states(graph.states.begin(), graph.states.begin() + graph.num_internal);
  const torch::Tensor entropies = action_entropies(*environment, *policy, states);
  for (std::int64_t s = 0; s < graph.num_internal; ++s) {
    double expected = 0;
    for (std::int64_t e = graph.edge_begin[s]; e < graph.edge_begin[s + 1]; ++e) {
      expected -= std::exp(log_pf[e]) * log_pf[e];
    }
    EXPECT_NEAR(entropies[s].item<double>(), expected, 1e-5);
  }
}

// PPO seeks the best object, not the distribution: the exact mean of log R comes near the largest.
TEST(Ppo, MaximisesTheReward) {
  const auto environment = small_grid(5);
  const StateGraph graph = enumerate(*environment, 1000);
  const std::vector<double> log_reward = terminal_log_rewards(graph);
  const double best = *std::max_element(log_reward.begin(), log_reward.end());
  for (const char* gain : {"log_reward", "reward"}) {
    FunctionReward reward(wavy_log_reward);
    PpoConfig config;
    config.reward = gain;
    PpoLearner learner(*environment, reward, small_policy(), config, short_training(250, 32), 0);
    const auto mean = [&] {
      const auto p = terminal_distribution(
          graph, edge_log_probabilities(*environment, *learner.sampling_policy(), graph));
      double sum = 0;
      for (std::size_t i = 0; i < p.size(); ++i) sum += p[i] * log_reward[i];
      return sum;
    };
    const double before = mean();
    while (learner.steps_done() < 250) learner.step();
    EXPECT_LT(before, best - 1.0);
    EXPECT_GT(mean(), best - 0.4) << gain;
  }
}

TEST(Random, SamplesUniformActions) {
  const auto environment = small_grid(4);
  FunctionReward reward(wavy_log_reward);
  RandomLearner learner(*environment, reward, short_training(10, 16), 2);
  const StateGraph graph = enumerate(*environment, 1000);
  const auto log_pf = edge_log_probabilities(*environment, *learner.sampling_policy(), graph);
  for (std::int64_t s = 0; s < graph.num_internal; ++s) {
    const std::int64_t count = graph.edge_begin[s + 1] - graph.edge_begin[s];
    for (std::int64_t e = graph.edge_begin[s]; e < graph.edge_begin[s + 1]; ++e) {
      EXPECT_NEAR(log_pf[e], -std::log(static_cast<double>(count)), 1e-6);
    }
  }
  const StepResult result = learner.step();
  EXPECT_EQ(result.visited.trajectories.size(), 16u);
  EXPECT_EQ(reward.num_calls(), 16);
}

using Factory = std::function<std::unique_ptr<Learner>(const Environment&, Reward&)>;

class EveryBaseline : public testing::TestWithParam<std::pair<const char*, Factory>> {};

TEST_P(EveryBaseline, AResumedRunEqualsAnUninterruptedOne) {
  const auto environment = ring_world(3);
  FunctionReward reward(wavy_log_reward);
  const auto bytes_after = [&](int steps, int interrupt_at) {
    auto learner = GetParam().second(*environment, reward);
    for (int i = 0; i < steps; ++i) {
      if (i == interrupt_at) {
        SafetensorsFile saved;
        learner->save(saved);
        learner = GetParam().second(*environment, reward);
        learner->load(parse_safetensors(serialise_safetensors(saved), "saved"));
      }
      learner->step();
    }
    SafetensorsFile file;
    learner->save(file);
    const auto sample = learner->sample(20, 9, 1, {});
    std::string text = serialise_safetensors(file);
    for (const Trajectory& t : sample) text += environment->to_string(t.terminal());
    return text;
  };
  EXPECT_EQ(bytes_after(12, 5), bytes_after(12, -1));
  EXPECT_EQ(bytes_after(3, 0), bytes_after(3, -1));
}

INSTANTIATE_TEST_SUITE_P(
    Names, EveryBaseline,
    testing::Values(
        std::pair<const char*, Factory>{"mcmc",
                                        [](const Environment& e, Reward& r) {
                                          return std::make_unique<ChainLearner>(
                                              e, r, make_uniform_moves(e), ChainConfig{},
                                              short_training(12, 8), 1);
                                        }},
        std::pair<const char*, Factory>{
            "mars",
            [](const Environment& e, Reward& r) {
              return std::make_unique<ChainLearner>(
                  e, r, make_learned_moves(e, small_policy(), short_training(12, 8), 2),
                  ChainConfig{1.0, 0.1, 5}, short_training(12, 8), 1);
            }},
        std::pair<const char*, Factory>{"ppo",
                                        [](const Environment& e, Reward& r) {
                                          return std::make_unique<PpoLearner>(
                                              e, r, small_policy(), PpoConfig{},
                                              short_training(12, 8), 1);
                                        }},
        std::pair<const char*, Factory>{"ga",
                                        [](const Environment& e, Reward& r) {
                                          BreedingConfig config;
                                          config.population = 12;
                                          return std::make_unique<GeneticLearner>(
                                              e, r, config, short_training(12, 8), 1);
                                        }},
        std::pair<const char*, Factory>{"brics",
                                        [](const Environment& e, Reward& r) {
                                          return std::make_unique<RecombinationLearner>(
                                              e, r, short_training(12, 8), 1);
                                        }},
        std::pair<const char*, Factory>{
            "random",
            [](const Environment& e,
               Reward&
                   r) { return std::make_unique<RandomLearner>(e, r, short_training(12, 8), 1); }}),
    [](const auto& info) { return info.param.first; });

}  // namespace
}  // namespace fragflow
