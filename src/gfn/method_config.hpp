// The method of a run, and the settings of the baselines.
#pragma once

#include <cstdint>
#include <string>

#include "src/base/fields.hpp"
#include "src/gfn/breeding_config.hpp"

namespace fragflow {

// Markov chains over objects: training.batch_size chains, one move each per step.
struct ChainConfig {
  double temperature = 1.0;
  double temperature_final = 1.0;
  std::int64_t sample_moves = 50;

  template <typename Visitor>
  void visit_fields(Visitor& visit) {
    visit.number("temperature", temperature, {1e-6, 1e6},
                 "the chain's target is R^(1 / temperature), at the start");
    visit.number("temperature_final", temperature_final, {1e-6, 1e6},
                 "the same at the end; geometric in between");
    visit.number("sample_moves", sample_moves, {1, 1e6},
                 "moves from the trained chains' objects to each sample");
  }
};

struct PpoConfig {
  double clip = 0.2;
  int epochs = 4;
  double entropy = 0.01;
  double value_weight = 0.5;
  std::string reward = "log_reward";

  template <typename Visitor>
  void visit_fields(Visitor& visit) {
    visit.number("clip", clip, {0.0, 1.0}, "ppo: probability ratios count within 1 -+ this");
    visit.number("epochs", epochs, {1, 100}, "ppo: updates on each batch");
    visit.number("entropy", entropy, {0.0, 1e3}, "ppo: weight of the policy's entropy");
    visit.number("value_weight", value_weight, {0.0, 1e3}, "ppo: weight of the value's error");
    visit.choice("reward", reward, {"log_reward", "reward"}, "ppo: what is maximised, log R or R");
  }
};

struct MethodConfig {
  std::string name = "gflownet";
  PpoConfig ppo;
  ChainConfig mcmc;
  ChainConfig mars = {1.0, 0.05, 50};
  BreedingConfig ga;

  template <typename Visitor>
  void visit_fields(Visitor& visit) {
    visit.choice("name", name, {"gflownet", "ppo", "mcmc", "mars", "ga", "brics", "random"},
                 "gflownet, or a baseline on the same environment and reward");
    visit.section("ppo", ppo, "Proximal policy optimisation");
    visit.section("mcmc", mcmc, "Metropolis-Hastings");
    visit.section("mars", mars, "Annealed chains with a learned proposal");
    visit.section("ga", ga, "Genetic algorithm");
  }
};

}  // namespace fragflow
