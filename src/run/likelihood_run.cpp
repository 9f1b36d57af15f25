#include "src/run/likelihood_run.hpp"

#include <fmt/format.h>

#include <cmath>
#include <nlohmann/json.hpp>
#include <unordered_set>
#include <vector>

#include "src/base/check.hpp"
#include "src/base/log.hpp"
#include "src/base/parallel.hpp"
#include "src/eval/metrics.hpp"
#include "src/eval/molecule_file.hpp"
#include "src/gfn/distribution.hpp"
#include "src/gfn/likelihood.hpp"
#include "src/reward/molecule_forms.hpp"
#include "src/reward/molecule_trees.hpp"
#include "src/run/run_checkpoint.hpp"

namespace fragflow {
namespace {

namespace fs = std::filesystem;

constexpr std::int64_t kBlock = 1024;  // molecules at a time

const FragmentTree& molecule_environment(const TrainedRun& run, const fs::path& folder) {
  const auto* tree = dynamic_cast<const FragmentTree*>(run.experiment.environment.get());
  if (tree == nullptr) {
    user_error("likelihood: '{}' is a run on the {}, which builds no molecules", folder.string(),
               run.experiment.config.environment.name);
  }
  return *tree;
}

struct Row {
  MoleculeLikelihood result;
  std::vector<State> trees;
};

// Fills the rows of a block, whose SMILES are given.
class LikelihoodBlock {
 public:
  LikelihoodBlock(const LikelihoodRequest& request, TrainedRun& run)
      : environment_(molecule_environment(run, request.run)),
        reward_(*run.experiment.reward),
        policy_(policy_of(*run.learner, "likelihood")),
        finder_(environment_),
        forms_([this] {
          return std::shared_ptr<const FragmentTree>(std::shared_ptr<void>(), &environment_);
        }),
        is_molecule_target_(run.experiment.config.reward.target == "molecule"),
        max_states_(request.max_states) {}

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
      MoleculeLikelihood& result = rows[i].result;
      result.log_p = likelihoods[i].log_p;
      if (result.reason.empty()) result.reason = likelihoods[i].reason;
    }
  }

  // What should rise with slope 1 in log R, were the policy perfect.
  double comparable(const MoleculeLikelihood& row) const {
    return row.log_p - (is_molecule_target_ ? 0.0 : std::log(static_cast<double>(row.num_trees)));
  }
  const StandardiseCounts& counts() const { return counts_; }

 private:
  void canonicalise(std::vector<Row>& rows) {
    std::vector<std::string> smiles;
    for (const Row& row : rows) smiles.push_back(row.result.smiles);
    std::vector<CanonicalText> canonical = forms_.canonical(smiles, counts_);
    for (std::size_t i = 0; i < rows.size(); ++i) {
      rows[i].result.canonical = std::move(canonical[i].smiles);
      rows[i].result.reason = std::move(canonical[i].reason);
    }
  }

  void find_trees(Row& row) const {
    if (row.result.canonical.empty()) return;
    MoleculeTrees::Result found = finder_.find(row.result.canonical);
    row.result.reason = std::move(found.reason);
    // With trees missing, the sum over them would be too small.
    if (found.complete) row.trees = std::move(found.trees);
    row.result.num_trees = static_cast<std::int64_t>(row.trees.size());
  }

  // log of the mean of R over the trees: they differ only where a must_fill slot is open.
  void score(std::vector<Row>& rows) {
    std::vector<State> trees;
    for (const Row& row : rows) trees.insert(trees.end(), row.trees.begin(), row.trees.end());
    const std::vector<RewardResult> results = reward_.evaluate(trees);
    std::size_t next = 0;
    for (Row& row : rows) {
      if (row.trees.empty()) continue;
      MoleculeLikelihood& result = row.result;
      const auto count = static_cast<double>(row.trees.size());
      result.score = 0;
      result.log_reward = -std::numeric_limits<double>::infinity();
      for (std::size_t t = 0; t < row.trees.size(); ++t, ++next) {
        result.score += results[next].score / count;
        result.log_reward = log_add(result.log_reward, results[next].log_reward);
        if (result.reason.empty()) result.reason = results[next].reason;
      }
      // The rewards of a molecule target are divided by the count already.
      if (!is_molecule_target_) result.log_reward -= std::log(count);
    }
  }

  const FragmentTree& environment_;
  Reward& reward_;
  Policy& policy_;
  MoleculeTrees finder_;
  MoleculeForms forms_;
  bool is_molecule_target_;
  std::int64_t max_states_;
  StandardiseCounts counts_;
};

}  // namespace

LikelihoodFit evaluate_likelihoods(const LikelihoodRequest& request,
                                   const std::function<void(const MoleculeLikelihood&)>& on_row) {
  MoleculeColumns columns;
  columns.smiles = request.smiles_column;
  MoleculeFile file(request.input, columns);
  TrainedRun trained = load_run(request.run, request.condition);
  LikelihoodBlock likelihood(request, trained);
  LikelihoodFit fit;
  fit.run = request.run.string();
  fit.target = trained.experiment.config.reward.target;
  std::unordered_set<std::string> seen;
  std::vector<double> log_rewards, log_p;
  for (auto block = file.next(kBlock); !block.empty(); block = file.next(kBlock)) {
    std::vector<Row> rows(block.size());
    for (std::size_t i = 0; i < rows.size(); ++i) {
      rows[i].result.smiles = std::move(block[i].smiles);
    }
    likelihood.evaluate(rows);
    for (const Row& row : rows) {
      on_row(row.result);
      if (!row.result.has_log_p() || !seen.insert(row.result.canonical).second) continue;
      log_rewards.push_back(row.result.log_reward);
      log_p.push_back(likelihood.comparable(row.result));
    }
    fit.rows += static_cast<std::int64_t>(rows.size());
    spdlog::info("likelihoods of {} molecules", fit.rows);
  }
  spdlog::info("{}", likelihood.counts().summary());
  const LinearFit line = linear_fit(log_rewards, log_p);
  fit.n = static_cast<std::int64_t>(log_p.size());
  fit.pearson = line.correlation;
  fit.slope = line.slope;
  fit.spearman = rank_correlation(log_p, log_rewards);
  return fit;
}

nlohmann::ordered_json likelihood_json(const LikelihoodFit& fit) {
  return {{"run", fit.run},         {"target", fit.target},     {"rows", fit.rows},  {"n", fit.n},
          {"pearson", fit.pearson}, {"spearman", fit.spearman}, {"slope", fit.slope}};
}

std::string likelihood_text(const LikelihoodFit& fit) {
  return fmt::format(
      "{} against log R over {} molecules: Pearson {:.4f}, Spearman {:.4f}, slope {:.4f} (a "
      "perfect sampler: 1, 1, 1)",
      fit.target == "molecule" ? "log p" : "log p - log n_trees", fit.n, fit.pearson, fit.spearman,
      fit.slope);
}

}  // namespace fragflow
