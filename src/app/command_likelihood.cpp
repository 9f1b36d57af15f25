// fragflow likelihood: the exact probability with which a trained policy makes given molecules.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <memory>

#include "src/app/command.hpp"
#include "src/app/training_run.hpp"
#include "src/base/check.hpp"
#include "src/base/csv.hpp"
#include "src/base/file.hpp"
#include "src/base/log.hpp"
#include "src/base/parallel.hpp"
#include "src/chem/canonical_batch.hpp"
#include "src/eval/metrics.hpp"
#include "src/eval/molecule_file.hpp"
#include "src/gfn/distribution.hpp"
#include "src/gfn/likelihood.hpp"
#include "src/reward/molecule_trees.hpp"

namespace fragflow {
namespace {

constexpr std::int64_t kBlock = 1024;  // molecules at a time

struct Arguments {
  std::string folder, input, output, smiles_column;
  std::int64_t max_states = 20'000;
};

struct Row {
  std::string smiles, canonical, reason;
  std::vector<State> trees;
  double log_p = std::numeric_limits<double>::quiet_NaN();
  double log_reward = std::numeric_limits<double>::quiet_NaN();  // of the molecule
  double score = std::numeric_limits<double>::quiet_NaN();

  bool has_log_p() const { return !std::isnan(log_p); }
};

class LikelihoodRun {
 public:
  LikelihoodRun(const Arguments& arguments, TrainedRun& run)
      : environment_(molecule_environment(arguments, run)),
        reward_(*run.experiment.reward),
        policy_(policy_of(*run.learner, "likelihood")),
        finder_(environment_),
        is_molecule_target_(run.experiment.config.reward.target == "molecule"),
        max_states_(arguments.max_states) {}

  void evaluate(std::vector<Row>& rows) {
    canonicalise(rows);
    parallel_for(
        static_cast<std::int64_t>(rows.size()), [&](std::int64_t i) { find_trees(rows[i]); },
        /*chunk=*/1);
    score(rows);
    std::vector<std::vector<State>> objects;
    for (const Row& row : rows) objects.push_back(row.trees);
    const auto likelihoods = log_likelihoods(environment_, policy_, objects, max_states_);
    for (std::size_t i = 0; i < rows.size(); ++i) {
      rows[i].log_p = likelihoods[i].log_p;
      if (rows[i].reason.empty()) rows[i].reason = likelihoods[i].reason;
    }
  }

  // What should rise with slope 1 in log R, were the policy perfect: the target's log p per tree,
  // or per molecule.
  double comparable(const Row& row) const {
    return row.log_p -
           (is_molecule_target_ ? 0.0 : std::log(static_cast<double>(row.trees.size())));
  }
  const StandardiseCounts& counts() const { return counts_; }

 private:
  static const FragmentTree& molecule_environment(const Arguments& arguments,
                                                  const TrainedRun& run) {
    const auto* tree = dynamic_cast<const FragmentTree*>(run.experiment.environment.get());
    if (tree == nullptr) {
      user_error("likelihood: '{}' is a run on the {}, which builds no molecules", arguments.folder,
                 run.experiment.config.environment.name);
    }
    return *tree;
  }

  void canonicalise(std::vector<Row>& rows) {
    std::vector<std::string> smiles;
    for (const Row& row : rows) smiles.push_back(row.smiles);
    std::vector<CanonicalText> canonical = canonical_batch(smiles, counts_);
    for (std::size_t i = 0; i < rows.size(); ++i) {
      rows[i].canonical = std::move(canonical[i].smiles);
      rows[i].reason = std::move(canonical[i].reason);
    }
  }

  void find_trees(Row& row) const {
    if (row.canonical.empty()) return;
    MoleculeTrees::Result found = finder_.find(row.canonical);
    row.reason = std::move(found.reason);
    // With trees missing, the sum over them would be too small.
    if (found.complete) row.trees = std::move(found.trees);
  }

  // log of the mean of R over the trees: they differ only where a must_fill slot is open.
  void score(std::vector<Row>& rows) {
    std::vector<State> trees;
    for (const Row& row : rows) trees.insert(trees.end(), row.trees.begin(), row.trees.end());
    const std::vector<RewardResult> results = reward_.evaluate(trees);
    std::size_t next = 0;
    for (Row& row : rows) {
      if (row.trees.empty()) continue;
      const auto count = static_cast<double>(row.trees.size());
      row.score = 0;
      row.log_reward = -std::numeric_limits<double>::infinity();
      for (std::size_t t = 0; t < row.trees.size(); ++t, ++next) {
        row.score += results[next].score / count;
        row.log_reward = log_add(row.log_reward, results[next].log_reward);
        if (row.reason.empty()) row.reason = results[next].reason;
      }
      // The rewards of a molecule target are divided by the count already.
      if (!is_molecule_target_) row.log_reward -= std::log(count);
    }
  }

  const FragmentTree& environment_;
  Reward& reward_;
  Policy& policy_;
  MoleculeTrees finder_;
  bool is_molecule_target_;
  std::int64_t max_states_;
  StandardiseCounts counts_;
};

std::string table_row(const Row& row) {
  const bool has_trees = !row.trees.empty();
  return csv_row({row.smiles, row.canonical, csv_number(row.log_p),
                  std::to_string(row.trees.size()), has_trees ? csv_number(row.log_reward) : "",
                  has_trees ? csv_number(row.score) : "", row.reason});
}

struct Figures {
  std::vector<double> log_rewards, log_p;  // of the rows that have a log p
  std::int64_t rows = 0;
};

void report(const GlobalOptions& global, const Arguments& arguments, const std::string& target,
            const Figures& figures) {
  const LinearFit fit = linear_fit(figures.log_rewards, figures.log_p);
  const double spearman = rank_correlation(figures.log_p, figures.log_rewards);
  nlohmann::ordered_json json;
  json["run"] = arguments.folder;
  json["output"] = arguments.output;
  json["target"] = target;
  json["rows"] = figures.rows;
  json["n"] = figures.log_p.size();
  json["pearson"] = fit.correlation;
  json["spearman"] = spearman;
  json["slope"] = fit.slope;
  print_result(global, json,
               fmt::format("{} of {} rows have a likelihood; written to {}\n"
                           "{} against log R: Pearson {:.4f}, Spearman {:.4f}, slope {:.4f} (a "
                           "perfect sampler: 1, 1, 1)\n",
                           figures.log_p.size(), figures.rows, arguments.output,
                           target == "molecule" ? "log p" : "log p - log n_trees", fit.correlation,
                           spearman, fit.slope));
}

void run(const GlobalOptions& global, const Arguments& arguments) {
  MoleculeColumns columns;
  columns.smiles = arguments.smiles_column;
  MoleculeFile file(arguments.input, columns);
  TrainedRun trained = load_run(arguments.folder);
  LikelihoodRun likelihood(arguments, trained);
  std::string table =
      csv_row({"smiles", "canonical_smiles", "log_p", "n_trees", "log_r", "score", "reason"});
  Figures figures;
  for (auto block = file.next(kBlock); !block.empty(); block = file.next(kBlock)) {
    std::vector<Row> rows(block.size());
    for (std::size_t i = 0; i < rows.size(); ++i) rows[i].smiles = std::move(block[i].smiles);
    likelihood.evaluate(rows);
    for (const Row& row : rows) {
      table += table_row(row);
      if (!row.has_log_p()) continue;
      figures.log_rewards.push_back(row.log_reward);
      figures.log_p.push_back(likelihood.comparable(row));
    }
    figures.rows += static_cast<std::int64_t>(rows.size());
    spdlog::info("{} molecules", figures.rows);
  }
  spdlog::info("{}", likelihood.counts().summary());
  write_file_atomically(arguments.output, table);
  report(global, arguments, trained.experiment.config.reward.target, figures);
}

}  // namespace

void add_likelihood_command(CLI::App& app, GlobalOptions& global) {
  CLI::App& command = *app.add_subcommand(
      "likelihood", "Exact probability with which a trained policy makes given molecules");
  const auto arguments = std::make_shared<Arguments>();
  command.add_option("run", arguments->folder, "folder of a run")->required();
  command.add_option("file", arguments->input, "molecules: .csv with a header, or .smi")
      ->required();
  command
      .add_option("-o,--output", arguments->output,
                  "CSV to write: a row per molecule with log p, number of trees, log R and score, "
                  "or the reason why there is none")
      ->required();
  command.add_option("--smiles", arguments->smiles_column, "SMILES column (default: by name)");
  command
      .add_option("--max-states", arguments->max_states,
                  "leave out molecules with more states than this on the ways to them")
      ->check(CLI::Range(std::int64_t{1}, std::int64_t{10'000'000}))
      ->capture_default_str();
  add_global_options(command, global);
  command.footer("Example:\n  fragflow likelihood runs/demo heldout.smi -o likelihood.csv --json");
  command.callback([arguments, &global] { run(global, *arguments); });
}

}  // namespace fragflow
