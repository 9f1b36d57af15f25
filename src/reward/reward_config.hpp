// The [reward] section. Formulas: transform.hpp, aggregate.hpp, grid_reward.hpp.
#pragma once

#include <string>
#include <vector>

#include "src/base/fields.hpp"
#include "src/pool/pool_config.hpp"

namespace fragflow {

struct TransformConfig {
  std::string type = "auto";
  double low = 0.0;
  double high = 1.0;
  double k = 0.5;
  double divisor = 1.0;
  double lower = 0.0;

  template <typename Visitor>
  void visit_fields(Visitor& visit) {
    visit.choice("type", type,
                 {"auto", "none", "sigmoid", "reverse_sigmoid", "double_sigmoid", "step",
                  "left_step", "right_step", "linear", "scale"},
                 "how the raw value becomes a score; auto: the component's own");
    visit.number("low", low, {-1e12, 1e12},
                 "sigmoids and step: lower end; left_step and right_step: the threshold; linear: "
                 "the value that scores 0");
    visit.number("high", high, {-1e12, 1e12},
                 "sigmoids and step: upper end; linear: the value that scores 1");
    visit.number("k", k, {1e-3, 1e3}, "sigmoids: steepness");
    visit.number("divisor", divisor, {1e-12, 1e12}, "scale: the value is divided by it");
    visit.number("lower", lower, {0.0, 1e12}, "scale: smallest result");
  }
};

// A user's program that scores molecules (docs/scorers.md).
struct ProcessConfig {
  std::vector<std::string> command;
  std::string property;
  std::string protocol = "once";
  int workers = 1;
  double time_limit = 600;
  int retries = 2;
  std::string on_error = "stop";

  bool operator==(const ProcessConfig&) const = default;

  template <typename Visitor>
  void visit_fields(Visitor& visit) {
    visit.command("command", command,
                  "the program and its arguments, started without a shell; words that are files "
                  "beside the config file become their full paths");
    visit.text("property", property, "which output of the answer; empty: the only one");
    visit.choice("protocol", protocol, {"once", "stream"},
                 "once: a new process for every batch, whose input ends with it (as REINVENT's "
                 "external process); stream: a long-lived one, an empty line ends a batch");
    visit.number("workers", workers, {1, 1024}, "processes that share each batch");
    visit.number("time_limit", time_limit, {1e-3, 1e7}, "seconds for a batch");
    visit.number("retries", retries, {0, 1000},
                 "how often a batch is sent again to a new process after a crash");
    visit.choice("on_error", on_error, {"stop", "floor"},
                 "a failed batch or a missing value ends the program, or scores the floor");
  }
};

// A user's TorchScript module (docs/scorers.md).
struct TorchScriptConfig {
  std::string input = "morgan";
  int radius = 2;
  int bits = 2048;
  int output = 0;

  template <typename Visitor>
  void visit_fields(Visitor& visit) {
    visit.choice("input", input, {"morgan", "atoms"},
                 "forward(fingerprints) or forward(atoms, bonds, bond_classes, molecules)");
    visit.number("radius", radius, {0, 10}, "morgan: radius");
    visit.number("bits", bits, {1, 1 << 20}, "morgan: length of the fingerprint");
    visit.number("output", output, {0, 1e6}, "which column of a result of shape [B, K]");
  }
};

// Scores of a molecule's synthesis routes (docs/synthesis.md).
struct RouteConfig {
  std::string value = "steps";
  std::string stock;
  int max_reactions = 3;

  template <typename Visitor>
  void visit_fields(Visitor& visit) {
    visit.choice("value", value, {"steps", "price", "yield", "in_stock"},
                 "fewest steps; lowest price of all compounds bought (a unit of each, summed); "
                 "highest yield (product over the steps); largest share of compounds bought that "
                 "are in the stock");
    visit.path("stock", stock, "in_stock: a file of the molecules at hand");
    visit.number("max_reactions", max_reactions, {1, 15}, "of one route");
  }
};

// One model in a sum of predictions.
struct ProxyTermConfig {
  std::string file;
  double coefficient = 1.0;

  template <typename Visitor>
  void visit_fields(Visitor& visit) {
    visit.path("file", file, "a model, written by `fragflow proxy train`");
    visit.number("coefficient", coefficient, {-1e6, 1e6}, "its predictions count so many times");
  }
};

struct ComponentConfig {
  std::string name;
  std::string type;
  double weight = 1.0;
  bool filter = false;
  TransformConfig transform;
  std::string file;
  std::vector<ProxyTermConfig> terms;
  double kappa = 0.0;
  bool open_slots = false;
  std::vector<std::string> catalogs = {"brenk", "pains"};
  std::vector<std::string> smarts;
  std::string mode = "require";
  std::vector<std::string> molecules;
  std::string fingerprint = "morgan2";
  std::string smiles_column = "smiles";
  int neighbours = 3;
  RouteConfig route;
  ProcessConfig process;
  PoolConfig pool;
  TorchScriptConfig torchscript;
  std::string poses;

  template <typename Visitor>
  void visit_fields(Visitor& visit) {
    visit.text("name", name, "column name in tables; default: the type");
    visit.text(
        "type", type,
        "proxy, proxy_sum, process, pool, torchscript, qed, sa, molecular_weight, logp, tpsa, hbd, "
        "hba, rotatable_bonds, alerts, must_fill, smarts, substructure, similarity, domain or "
        "route");
    visit.number("weight", weight, {0.0, 1e6}, "exponent in the aggregation");
    visit.flag("filter", filter,
               "multiply the aggregated score by this component instead of averaging it in");
    visit.section("transform", transform, "From the raw value to a score");
    visit.path("file", file,
               "proxy: the model, written by `fragflow proxy train`; torchscript: the module; "
               "domain: a table of the compounds the model was made from; route: a vocabulary of "
               "synthons, written by `fragflow blocks build`");
    visit.tables("term", terms, "proxy_sum: one of the models that are added");
    visit.number("kappa", kappa, {-100.0, 100.0},
                 "proxy, proxy_sum: the raw value is mean - kappa * standard deviation; negative: "
                 "the optimistic end, which seeks what the model does not know");
    visit.flag(
        "open_slots", open_slots,
        "proxy: the sEH network also reads which atoms have an open slot, as its authors' own "
        "code does; a molecule that no tree was built for then has no score");
    visit.texts("catalogs", catalogs, "alerts: catalogs to count, brenk and pains");
    visit.texts("smarts", smarts, "smarts: patterns");
    visit.choice(
        "mode", mode, {"require", "forbid", "count"},
        "smarts, substructure: 1 if all patterns are found, 1 if none is, or the number of "
        "matches");
    visit.texts("molecules", molecules,
                "similarity: SMILES; the raw value is the largest Tanimoto. substructure: SMILES "
                "of what to look for");
    visit.choice("fingerprint", fingerprint, {"morgan2", "morgan3", "rdk"}, "similarity: on what");
    visit.text("smiles_column", smiles_column, "domain: column of the table with SMILES");
    visit.number("neighbours", neighbours, {1, 1000},
                 "domain: the raw value is the mean Tanimoto similarity (Morgan counts, radius 2) "
                 "to so many nearest compounds of the table");
    visit.section("route", route, "route: what is asked of the routes within the vocabulary");
    visit.section("process", process, "process: the program that scores molecules");
    visit.section("pool", pool, "pool: the program that `fragflow worker` processes run");
    visit.section("torchscript", torchscript, "torchscript: what the module reads and returns");
    visit.path("poses", poses,
               "process, pool: folder in which the program leaves a docked pose of each molecule, "
               "beside the config file if relative; they are shown in the report and written to "
               "top_poses.sdf");
  }
};

struct GridRewardConfig {
  std::string shape = "ring_band";
  double r0 = 0.1;
  double r1 = 0.5;
  double r2 = 2.0;

  template <typename Visitor>
  void visit_fields(Visitor& visit) {
    visit.choice(
        "shape", shape, {"ring_band", "sparse_goals"},
        "modes at the corners (Bengio et al. 2021) or three single cells (Pan et al. 2023)");
    visit.number("r0", r0, {0.0, 1e9}, "ring_band: reward of every cell");
    visit.number("r1", r1, {0.0, 1e9}, "ring_band: added in the outer ring");
    visit.number("r2", r2, {0.0, 1e9}, "ring_band: added in the band inside it");
  }
};

struct RewardConfig {
  double beta = 1.0;
  double floor = 1e-4;
  std::string aggregation = "geometric_mean";
  std::string target = "tree";
  std::vector<ComponentConfig> components;
  GridRewardConfig grid;

  template <typename Visitor>
  void visit_fields(Visitor& visit) {
    visit.number("beta", beta, {0.0, 1e4}, "log R = beta * log(max(score, floor))");
    visit.number("floor", floor, {1e-300, 1.0}, "smallest score, also that of bad molecules");
    visit.choice("aggregation", aggregation, {"geometric_mean", "product"},
                 "of the components' scores, weighted");
    visit.choice("target", target, {"tree", "molecule"},
                 "fragment_tree: p(tree) in proportion to R, or p(molecule): R of a tree is then "
                 "divided by the number of trees of its molecule");
    visit.tables("component", components, "One component of the score");
    visit.section("grid", grid, "The hypergrid's reward");
  }
};

// Resolves every file of the components with find_file() (src/base/data_path.hpp).
void find_files(RewardConfig& reward);

}  // namespace fragflow
