// What a step of training costs with a vocabulary, without chemistry: the demo's network, batch,
// replay and size of trees, and a reward that is a function of the fragments.
//   bench_vocabulary VOCABULARY STEPS [THREADS]
#include <fmt/format.h>

#include <chrono>
#include <cmath>
#include <ctime>

#include "envs/fragment_tree.hpp"
#include "src/base/parallel.hpp"
#include "src/base/peak_memory.hpp"
#include "tests/gfn/training_support.hpp"

namespace fragflow {
namespace {

// Molecules of many atoms in few fragments are better, up to a point; values in [0, 1].
double score_of(const FragmentTree& tree, const State& state) {
  double atoms = 0, joins = 0;
  for (int i = 0; i < state.num_nodes; ++i) {
    atoms += tree.vocabulary().fragment(state.nodes[i].label).num_heavy_atoms;
    joins += std::sin(1.0 + 2.3 * state.nodes[i].label) > 0 ? 1.0 : 0.0;
  }
  return std::exp(-std::abs(atoms - 25.0) / 10.0) * (0.5 + 0.5 * joins / state.num_nodes);
}

double seconds_now() {
  return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

double cpu_now() { return static_cast<double>(std::clock()) / CLOCKS_PER_SEC; }

void run(const std::string& path, int steps, int threads) {
  set_num_threads(threads);
  at::set_num_threads(num_threads());
  double cpu = cpu_now();
  FragmentTreeConfig config;
  config.max_fragments = 5;
  config.min_fragments = 2;
  const FragmentTree tree(Vocabulary::load(path), config);
  fmt::print("{}: {} fragments, {} choices, {} sites; loaded in {:.2f} s of a processor\n", path,
             tree.vocabulary().size(), tree.shape().num_choices, tree.shape().site_offset.back(),
             cpu_now() - cpu);
  TrainingSettings settings;
  settings.policy = PolicyConfig{};
  settings.training = TrainingConfig{};
  settings.training.batch_size = 64;
  settings.training.learning_rate = 5e-4;
  settings.training.steps = steps;
  settings.objective.name = "vargrad";
  settings.exploration.replay.batch_size = 64;
  settings.exploration.replay.priority = "top";
  FunctionReward reward(
      [&](const State& state) { return 16.0 * std::log(std::max(0.01, score_of(tree, state))); });
  const auto trainer = make_trainer(tree, reward, settings, /*seed=*/0);
  double score = 0, wall = 0;
  int timed = 0;
  constexpr int kWarmUp = 3, kLast = 10;
  for (int i = 0; i < steps; ++i) {
    if (i == kWarmUp) cpu = cpu_now(), wall = seconds_now(), timed = 0;
    const auto done = trainer->step();
    ++timed;
    double sum = 0;
    for (const RewardResult& result : done.visited.rewards)
      sum += std::exp(result.log_reward / 16.0);
    score += sum / static_cast<double>(done.visited.rewards.size());
    if ((i + 1) % kLast == 0) {
      fmt::print("step {}: mean score of the last {} steps {:.4f}\n", i + 1, kLast, score / kLast);
      score = 0;
    }
  }
  fmt::print("{} threads: {:.1f} ms of processors, {:.1f} ms a step; at most {:.0f} MB\n",
             num_threads(), 1e3 * (cpu_now() - cpu) / timed, 1e3 * (seconds_now() - wall) / timed,
             peak_memory_mb());
}

}  // namespace
}  // namespace fragflow

int main(int count, char** arguments) {
  if (count < 3 || count > 4) {
    fmt::print(stderr, "usage: {} VOCABULARY STEPS [THREADS]\n", arguments[0]);
    return 1;
  }
  fragflow::run(arguments[1], std::stoi(arguments[2]), count > 3 ? std::stoi(arguments[3]) : 1);
}
