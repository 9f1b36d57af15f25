#include "src/run/likelihood_run.hpp"

#include <fmt/format.h>

#include <nlohmann/json.hpp>
#include <unordered_set>
#include <vector>

#include "src/base/log.hpp"
#include "src/eval/metrics.hpp"
#include "src/eval/molecule_file.hpp"
#include "src/run/run_checkpoint.hpp"

namespace fragflow {
namespace {

constexpr std::int64_t kBlock = 1024;  // molecules at a time

}  // namespace

LikelihoodFit evaluate_likelihoods(const LikelihoodRequest& request,
                                   const std::function<void(const MoleculeLikelihood&)>& on_row) {
  MoleculeColumns columns;
  columns.smiles = request.smiles_column;
  MoleculeFile file(request.input, columns);
  TrainedRun trained = load_run(request.run, request.condition);
  MoleculeLikelihoods likelihood(trained, request.run.string(), request.max_states);
  LikelihoodFit fit;
  fit.run = request.run.string();
  fit.target = trained.experiment.config.reward.target;
  std::unordered_set<std::string> seen;
  std::vector<double> log_rewards, log_p;
  for (auto block = file.next(kBlock); !block.empty(); block = file.next(kBlock)) {
    std::vector<std::string> smiles;
    for (MoleculeRow& row : block) smiles.push_back(std::move(row.smiles));
    for (const MoleculeLikelihood& molecule : likelihood.of(smiles)) {
      on_row(molecule);
      if (!molecule.has_log_p() || !seen.insert(molecule.canonical).second) continue;
      log_rewards.push_back(molecule.log_reward);
      log_p.push_back(likelihood.comparable(molecule));
    }
    fit.rows += static_cast<std::int64_t>(smiles.size());
    spdlog::info("likelihoods of {} molecules", fit.rows);
  }
  spdlog::info("{}", likelihood.summary());
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
