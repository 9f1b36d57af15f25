// How well the policy of a run matches its target, from files of own and target draws.
#pragma once

#include <filesystem>
#include <nlohmann/json_fwd.hpp>
#include <string>

#include "src/gfn/fidelity.hpp"
#include "src/run/condition_choice.hpp"
#include "src/run/molecule_likelihoods.hpp"

namespace fragflow {

struct FidelityRequest {
  std::filesystem::path run;  // folder of a run that builds molecules
  std::filesystem::path own;  // its samples.csv, or what `fragflow sample` wrote without a choice
  std::vector<MoleculeLikelihood> own_likelihoods;  // of the rows of that file, in their order
  std::filesystem::path target;                     // the output of `fragflow target`
  std::string smiles_column;                        // "": detected by name
  ConditionChoice condition;
  std::uint64_t seed = 0;
};

struct FidelityResult {
  Fidelity fidelity;
  std::int64_t own = 0, target = 0;                    // draws used
  std::int64_t own_left_out = 0, target_left_out = 0;  // draws without an exact log p
  double log_z_learned = 0;
};

// Compares molecules: with reward.target = "tree", p(molecule) should be proportional to R times
// its number of trees. Throws UserError for a missing file or too few draws.
FidelityResult evaluate_fidelity(const FidelityRequest& request);

// Every figure of Fidelity with its standard error, and the bins (docs/evaluate.md).
nlohmann::ordered_json fidelity_json(const FidelityResult& result);
// Readable text.
std::string fidelity_text(const FidelityResult& result);

}  // namespace fragflow
