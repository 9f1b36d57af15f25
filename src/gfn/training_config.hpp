// Settings of a training run. Formulas: src/gfn/objectives.hpp.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "src/base/fields.hpp"
#include "src/gfn/breeding_config.hpp"

namespace fragflow {

// In the order of the table in objective_table.cpp, which checks them; here because the
// configuration is read without LibTorch.
inline constexpr std::array kObjectiveNames = {
    "tb",      "vargrad",       "evidence",  "db",         "subtb",         "fm",
    "fl_db",   "fl_subtb",      "gafn_edge", "gafn_joint", "gafn_terminal", "gafn_node",
    "gafn_db", "gafn_db_joint", "gafn_fm"};
inline std::vector<std::string> objective_names() {
  return {kObjectiveNames.begin(), kObjectiveNames.end()};
}

struct ObjectiveConfig {
  std::string name = "tb";
  std::string regression = "square";
  double subtb_lambda = 0.9;
  double huber_delta = 1.0;
  double incomplete = 0.0;
  int paths = 4;
  std::string backward = "joint";
  double leaf_coefficient = 1.0;
  double intrinsic_scale = 0.01;
  double intrinsic_learning_rate = 1e-3;
  int intrinsic_width = 256;

  template <typename Visitor>
  void visit_fields(Visitor& visit) {
    visit.choice("name", name, objective_names(),
                 "training objective; formulas and when to use which: docs/objectives.md");
    visit.choice(
        "regression", regression, {"square", "huber", "linex"},
        "function g of the residual x; the loss is its mean. linex: 2 (e^-x + x - 1), which "
        "weighs objects that are made too rarely; a line below x = -3");
    visit.number("subtb_lambda", subtb_lambda, {0.01, 1.0},
                 "subtb, fl_subtb: weight lambda^(j-i) of a sub-trajectory of j-i steps");
    visit.number("huber_delta", huber_delta, {1e-3, 1e3}, "huber: quadratic up to this residual");
    visit.number("incomplete", incomplete, {0.0, 1.0},
                 "db, subtb, fl_db, fl_subtb: share of trajectories of which only a beginning of "
                 "random length is learned from");
    visit.number("paths", paths, {2, 1024},
                 "evidence: trajectories to each object, drawn by P_B, whose mean gives p");
    visit.choice("backward", backward, {"joint", "likelihood"},
                 "how a learned P_B is trained: joint: by the objective; likelihood: to give the "
                 "trajectories that are learned from a high probability, while the objective takes "
                 "P_B as given");
    visit.number("leaf_coefficient", leaf_coefficient, {1e-6, 1e6},
                 "fm, gafn_fm: weight of finished objects beside states");
    visit.number(
        "intrinsic_scale", intrinsic_scale, {0.0, 1e6},
        "gafn_*: intrinsic reward of a state = this * the distance between a trained and a "
        "fixed random encoding of it");
    visit.number("intrinsic_learning_rate", intrinsic_learning_rate, {1e-8, 1.0},
                 "gafn_*: Adam step size of the trained encoding");
    visit.number("intrinsic_width", intrinsic_width, {2, 4096},
                 "gafn_*: features of both encodings; half as many outputs");
  }
};

struct TrainingConfig {
  std::int64_t steps = 2000;
  int batch_size = 64;
  int blocks = 1;
  double learning_rate = 1e-3;
  double log_z_learning_rate = 0.1;
  double log_z_initial = 0.0;
  double beta_initial = 0.0;
  double beta_until = 0.5;
  double learning_rate_final = 0.1;
  double adam_beta1 = 0.9;
  double adam_beta2 = 0.999;
  double adam_epsilon = 1e-8;
  double gradient_clip = 10.0;
  double ema = 0.0;
  std::int64_t keep_best = 0;
  std::int64_t log_every = 10;
  std::int64_t checkpoint_every = 200;

  template <typename Visitor>
  void visit_fields(Visitor& visit) {
    visit.number("steps", steps, {1, 1e9}, "gradient steps");
    visit.number("batch_size", batch_size, {1, 65536}, "trajectories per step");
    visit.number("blocks", blocks, {1, 4096},
                 "consecutive parts of a batch that are drawn, scored and differentiated each for "
                 "itself, so that as many processes can share a run; the result depends on them in "
                 "the last bits, not on the number of processes: docs/parallel_training.md");
    visit.number("learning_rate", learning_rate, {1e-8, 1.0}, "Adam step size of the policy");
    visit.number("log_z_learning_rate", log_z_learning_rate, {1e-8, 10.0},
                 "Adam step size of log Z");
    visit.number("log_z_initial", log_z_initial, {-1e4, 1e4}, "log Z before training");
    visit.number("learning_rate_final", learning_rate_final, {0.0, 1.0},
                 "both step sizes fall to this share of their start along a half cosine");
    visit.number("beta_initial", beta_initial, {0.0, 1e4},
                 "the first step learns with this in the place of reward.beta; linear in between; "
                 "0: reward.beta throughout");
    visit.number("beta_until", beta_until, {0.0, 1.0},
                 "share of the steps after which it is reward.beta");
    visit.number("adam_beta1", adam_beta1, {0.0, 0.9999}, "Adam: decay of the first moment");
    visit.number("adam_beta2", adam_beta2, {0.0, 0.999999}, "Adam: decay of the second moment");
    visit.number("adam_epsilon", adam_epsilon, {1e-16, 1e-2}, "Adam: epsilon");
    visit.number("gradient_clip", gradient_clip, {0.0, 1e9},
                 "largest total gradient norm of the policy; 0: no clipping");
    visit.number("ema", ema, {0.0, 0.99999},
                 "decay of the averaged weights that sample; 0: sample with the raw weights");
    visit.number("keep_best", keep_best, {0, 1e9},
                 "sample with the weights after that stretch of so many steps which had the lowest "
                 "mean loss; 0: with the last weights");
    visit.number("log_every", log_every, {1, 1e9}, "steps per row of metrics.csv");
    visit.number("checkpoint_every", checkpoint_every, {1, 1e9}, "steps between checkpoints");
  }
};

// A memory of visited objects (src/gfn/replay_source.hpp).
struct ReplayConfig {
  int batch_size = 0;
  std::int64_t capacity = 10000;
  std::string priority = "uniform";
  int ahead = 0;
  std::string file;

  template <typename Visitor>
  void visit_fields(Visitor& visit) {
    visit.number("batch_size", batch_size, {0, 65536},
                 "trajectories from the memory that each step learns from besides the new ones; 0: "
                 "no memory");
    visit.number("capacity", capacity, {1, 1e7}, "distinct objects in the memory; the oldest go");
    visit.choice("priority", priority, {"uniform", "top", "rank", "strata"},
                 "uniform; top: half of them from the top 10 % by reward; rank: the better, the "
                 "more often; strata: by log R, each interval of length 1 equally often");
    visit.number("ahead", ahead, {0, 1000000},
                 "steps in a row that may learn from the memory alone while the scores of new "
                 "objects are awaited, for scorers that take minutes: docs/training.md; 0: every "
                 "step waits for its scores");
    visit.path("file", file,
               "CSV of objects (column smiles or cell), for instance known actives, that the "
               "memory holds from the start and for good; the genetic population starts with them");
  }
};

// Changes of objects near their ends (src/gfn/local_search_source.hpp).
struct LocalSearchConfig {
  int rounds = 0;
  int max_steps = 2;
  std::string accept = "better";

  template <typename Visitor>
  void visit_fields(Visitor& visit) {
    visit.number("rounds", rounds, {0, 100},
                 "changes proposed for every object of a batch, each a reward call; 0: none");
    visit.number("max_steps", max_steps, {1, 1000},
                 "moves taken back by P_B and rebuilt by P_F: uniform from 1 to this");
    visit.choice("accept", accept, {"better", "metropolis"},
                 "take what has a higher reward, or by the Metropolis-Hastings rule");
  }
};

// Proposals by crossover and mutation (src/gfn/genetic_source.hpp).
struct GeneticConfig {
  int batch_size = 0;
  int screen = 1;
  BreedingConfig breeding;

  template <typename Visitor>
  void visit_fields(Visitor& visit) {
    visit.number(
        "batch_size", batch_size, {0, 65536},
        "new objects that each step makes of the best ones, scores and learns from besides "
        "those that the policy draws; 0: none");
    visit.number("screen", screen, {1, 1000},
                 "objects bred for each one that is scored: the policy picks the one that it "
                 "expects to score best; 1: all are scored");
    breeding.visit_fields(visit);
  }
};

// Markov chains beside training (src/gfn/chain_source.hpp).
struct ChainSourceConfig {
  int groups = 0;
  int temperatures = 4;
  double hottest = 8;

  template <typename Visitor>
  void visit_fields(Visitor& visit) {
    visit.number(
        "groups", groups, {0, 65536},
        "Metropolis-Hastings chains towards R / Z that make a move at every step; the step "
        "learns from the object of each; 0: none");
    visit.number("temperatures", temperatures, {1, 64},
                 "copies of each chain that exchange objects, at temperatures from 1 to `hottest` "
                 "(geometric); every copy takes a reward call a step");
    visit.number("hottest", hottest, {1.0, 1e4}, "temperature of the hottest copy");
  }
};

// Exploration changes which trajectories are drawn, never the log-probabilities that they are
// scored with.
struct ExplorationConfig {
  double epsilon = 0.05;
  double epsilon_final = 0.0;
  double temperature = 1.0;
  double stop = 0.0;
  ReplayConfig replay;
  LocalSearchConfig local_search;
  GeneticConfig genetic;
  ChainSourceConfig chains;

  template <typename Visitor>
  void visit_fields(Visitor& visit) {
    visit.number("epsilon", epsilon, {0.0, 1.0},
                 "probability of a uniformly random legal action at each step, at the start");
    visit.number("epsilon_final", epsilon_final, {0.0, 1.0},
                 "the same at the end; linear in between");
    visit.number("temperature", temperature, {0.1, 100.0},
                 "logits are divided by it while exploring");
    visit.number("stop", stop, {0.0, 1.0},
                 "probability of stopping at each state where that is legal, whatever the policy "
                 "says: small objects are then learned too");
    visit.section("replay", replay, "Learning again from visited objects");
    visit.section("local_search", local_search, "Improving objects near their ends");
    visit.section("genetic", genetic, "Crossover and mutation of the best objects");
    visit.section("chains", chains, "Markov chains towards the target");
  }
};

}  // namespace fragflow
