#include "src/run/fidelity_run.hpp"

#include <fmt/format.h>

#include <array>
#include <cmath>
#include <nlohmann/json.hpp>

#include "src/base/check.hpp"
#include "src/base/csv.hpp"
#include "src/base/log.hpp"
#include "src/base/text.hpp"
#include "src/chem/activity_columns.hpp"
#include "src/run/molecule_likelihoods.hpp"
#include "src/run/run_checkpoint.hpp"

namespace fragflow {
namespace {

struct Named {
  const char* name;
  const char* meaning;
  Estimate Fidelity::*estimate;
};

constexpr std::array<Named, 12> kFigures = {{
    {"log_z", "log Z by bridge sampling", &Fidelity::log_z},
    {"kl_target", "KL(p* || p), the primary figure", &Fidelity::kl_target},
    {"kl_own", "KL(p || p*)", &Fidelity::kl_own},
    {"tv_target", "total variation, from target draws", &Fidelity::tv_target},
    {"tv_own", "total variation, from own draws", &Fidelity::tv_own},
    {"ess_target", "effective share of draws, from target draws", &Fidelity::ess_target},
    {"ess_own", "the same from own draws (flatters)", &Fidelity::ess_own},
    {"correlation", "Pearson of log p and log R on target draws", &Fidelity::correlation},
    {"slope", "slope of log p on log R on target draws", &Fidelity::slope},
    {"spread", "deviation of log p - log R on target draws", &Fidelity::spread},
    {"missed", "share of target draws with p Z / R < .1", &Fidelity::missed},
    {"subset_tv", "mean total variation on subsets of own draws", &Fidelity::subset_tv},
}};

struct Draws {
  FidelityDraws draws;
  std::int64_t left_out = 0;
};

// The rows of a file that have a log p. Sizes and chains are read if the file has them.
Draws draws_of(const std::filesystem::path& path, const CsvTable& table,
               const std::vector<MoleculeLikelihood>& molecules, bool by_molecule) {
  if (table.rows.size() != molecules.size()) {
    user_error(
        "'{}' has {} rows, but {} were read as molecules: give the table of draws as it was "
        "written",
        path.string(), table.rows.size(), molecules.size());
  }
  const auto size = table.find_column("num_fragments"), chain = table.find_column("chain");
  Draws result;
  for (std::size_t i = 0; i < molecules.size(); ++i) {
    const MoleculeLikelihood& molecule = molecules[i];
    if (!molecule.has_log_p()) {
      ++result.left_out;
      continue;
    }
    result.draws.log_p.push_back(molecule.log_p);
    result.draws.log_target.push_back(
        molecule.log_reward +
        (by_molecule ? 0.0 : std::log(static_cast<double>(molecule.num_trees))));
    const auto number = [&](std::size_t k) { return parse_double(table.rows[i][k]).value_or(0); };
    if (size) result.draws.size.push_back(number(*size));
    if (chain) result.draws.block.push_back(static_cast<std::int64_t>(number(*chain)));
  }
  if (result.left_out > 0) {
    spdlog::warn("'{}': {} of {} rows have no exact log p and are left out", path.string(),
                 result.left_out, molecules.size());
  }
  return result;
}

nlohmann::ordered_json bins_json(const std::vector<CalibrationBin>& bins) {
  nlohmann::ordered_json json = nlohmann::ordered_json::array();
  for (const CalibrationBin& bin : bins) {
    json.push_back({{"from", bin.from},
                    {"to", bin.to},
                    {"draws", bin.count},
                    {"mean_log_ratio", bin.mean_log_ratio}});
  }
  return json;
}

}  // namespace

FidelityResult evaluate_fidelity(const FidelityRequest& request) {
  TrainedRun trained = load_run(request.run, request.condition);
  MoleculeLikelihoods likelihoods(trained, request.run.string());
  const bool by_molecule = trained.experiment.config.reward.target == "molecule";
  const Draws own =
      draws_of(request.own, read_csv(request.own), request.own_likelihoods, by_molecule);
  const CsvTable table = read_csv(request.target);
  const std::size_t column =
      find_smiles_column(table, request.smiles_column, request.target.string());
  std::vector<std::string> smiles;
  for (const auto& row : table.rows) smiles.push_back(row[column]);
  const Draws target = draws_of(request.target, table, likelihoods.of(smiles), by_molecule);
  FidelityResult result;
  result.fidelity = fidelity(own.draws, target.draws, request.seed);
  result.own = static_cast<std::int64_t>(own.draws.count());
  result.target = static_cast<std::int64_t>(target.draws.count());
  result.own_left_out = own.left_out;
  result.target_left_out = target.left_out;
  result.log_z_learned = trained.learner->log_z();
  return result;
}

nlohmann::ordered_json fidelity_json(const FidelityResult& result) {
  nlohmann::ordered_json json;
  json["own_draws"] = result.own;
  json["target_draws"] = result.target;
  json["own_left_out"] = result.own_left_out;
  json["target_left_out"] = result.target_left_out;
  json["log_z_learned"] = result.log_z_learned;
  for (const Named& figure : kFigures) {
    const Estimate& estimate = result.fidelity.*figure.estimate;
    json[figure.name] = estimate.value;
    json[std::string(figure.name) + "_se"] = estimate.standard_error;
  }
  json["by_log_reward"] = bins_json(result.fidelity.by_log_reward);
  json["by_size"] = bins_json(result.fidelity.by_size);
  return json;
}

std::string fidelity_text(const FidelityResult& result) {
  std::string text = fmt::format("How well p follows R / Z: {} own draws, {} target draws\n",
                                 result.own, result.target);
  for (const Named& figure : kFigures) {
    const Estimate& estimate = result.fidelity.*figure.estimate;
    text += fmt::format("{:<48}{:>9.4f} +- {:.4f}\n", figure.meaning, estimate.value,
                        estimate.standard_error);
  }
  const auto bins = [&](const char* of, const std::vector<CalibrationBin>& list) {
    text += fmt::format("mean of log(p Z / R) by {}:\n", of);
    for (const CalibrationBin& bin : list) {
      text += fmt::format("  {:>8.3g} .. {:<8.3g} {:>6} draws {:>+9.3f}\n", bin.from, bin.to,
                          bin.count, bin.mean_log_ratio);
    }
  };
  bins("log R", result.fidelity.by_log_reward);
  if (!result.fidelity.by_size.empty()) bins("number of fragments", result.fidelity.by_size);
  return text;
}

}  // namespace fragflow
