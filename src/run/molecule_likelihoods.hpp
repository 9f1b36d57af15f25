// The exact likelihood of given molecules under a trained policy.
#pragma once

#include <cstdint>
#include <limits>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "src/run/run_checkpoint.hpp"

namespace fragflow {

// For one molecule. NaN for missing values; `reason` then says why.
struct MoleculeLikelihood {
  static constexpr double kNone = std::numeric_limits<double>::quiet_NaN();

  std::string smiles, canonical, reason;
  std::int64_t num_trees = 0;  // distinct trees of this environment that assemble to the molecule
  double log_p = kNone;        // natural logarithm, summed over the trees
  double log_reward = kNone;   // log of the mean of R over the trees
  double score = kNone;        // mean over the trees

  bool has_log_p() const { return log_p == log_p; }
};

class MoleculeLikelihoods {
 public:
  // run must outlive the object. max_states: molecules with more ancestor states are omitted.
  // Throws UserError for a run that builds no molecules; `name` is the run in messages.
  MoleculeLikelihoods(TrainedRun& run, const std::string& name, std::int64_t max_states = 20'000);
  ~MoleculeLikelihoods();

  // One result per SMILES, in order. Molecules that cannot be built get a reason, never an error.
  std::vector<MoleculeLikelihood> of(std::span<const std::string> smiles);

  // The quantity that rises with slope 1 in log R for a perfect policy: log p - log n_trees (target
  // "tree") or log p (target "molecule").
  double comparable(const MoleculeLikelihood& molecule) const;

  // Readable summary of problems met so far in reading SMILES.
  std::string summary() const;

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace fragflow
