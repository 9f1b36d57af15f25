#include "src/run/molecule_likelihoods.hpp"

#include <cmath>

#include "envs/fragment_tree.hpp"
#include "src/base/check.hpp"
#include "src/base/parallel.hpp"
#include "src/gfn/distribution.hpp"
#include "src/gfn/likelihood.hpp"
#include "src/reward/molecule_forms.hpp"
#include "src/reward/molecule_trees.hpp"

namespace fragflow {
namespace {

const FragmentTree& molecule_environment(const TrainedRun& run, const std::string& name) {
  const auto* tree = run.experiment.task->fragment_tree();
  if (tree == nullptr) {
    user_error("likelihood: '{}' is a run on the {}, which builds no molecules", name,
               run.experiment.config.environment.name);
  }
  return *tree;
}

struct LikelihoodRow {
  MoleculeLikelihood result;
  std::vector<State> trees;
};

}  // namespace

class MoleculeLikelihoods::Impl {
 public:
  Impl(TrainedRun& run, const std::string& name, std::int64_t max_states)
      : environment_(molecule_environment(run, name)),
        reward_(run.experiment.reward()),
        policy_(policy_of(*run.learner, "likelihood")),
        finder_(environment_),
        forms_([this] {
          return std::shared_ptr<const FragmentTree>(std::shared_ptr<void>(), &environment_);
        }),
        is_molecule_target_(run.experiment.config.reward.target == "molecule"),
        max_states_(max_states) {}

  void evaluate(std::vector<LikelihoodRow>& rows) {
    canonicalise(rows);
    parallel_for(
        static_cast<std::int64_t>(rows.size()), [&](std::int64_t i) { find_trees(rows[i]); },
        /*chunk=*/1);
    score(rows);
    std::vector<std::vector<State>> objects;
    for (const LikelihoodRow& row : rows) objects.push_back(row.trees);
    const auto likelihoods = log_likelihoods(environment_, policy_, objects, max_states_);
    for (std::size_t i = 0; i < rows.size(); ++i) {
      MoleculeLikelihood& result = rows[i].result;
      result.log_p = likelihoods[i].log_p;
      if (result.reason.empty()) result.reason = likelihoods[i].reason;
    }
  }

  // The quantity that rises with slope 1 in log R for a perfect policy.
  double comparable(const MoleculeLikelihood& row) const {
    return row.log_p - (is_molecule_target_ ? 0.0 : std::log(static_cast<double>(row.num_trees)));
  }
  const StandardiseCounts& counts() const { return counts_; }

 private:
  void canonicalise(std::vector<LikelihoodRow>& rows) {
    std::vector<std::string> smiles;
    for (const LikelihoodRow& row : rows) smiles.push_back(row.result.smiles);
    std::vector<CanonicalText> canonical = forms_.canonical(smiles, counts_);
    for (std::size_t i = 0; i < rows.size(); ++i) {
      rows[i].result.canonical = std::move(canonical[i].smiles);
      rows[i].result.reason = std::move(canonical[i].reason);
    }
  }

  void find_trees(LikelihoodRow& row) const {
    if (row.result.canonical.empty()) return;
    MoleculeTrees::Result found = finder_.find(row.result.canonical);
    row.result.reason = std::move(found.reason);
    // If trees are missing, the sum over them would be too small.
    if (found.complete) row.trees = std::move(found.trees);
    row.result.num_trees = static_cast<std::int64_t>(row.trees.size());
  }

  // log of the mean of R over the trees, which differ only if a must_fill slot is open.
  void score(std::vector<LikelihoodRow>& rows) {
    std::vector<State> trees;
    for (const LikelihoodRow& row : rows)
      trees.insert(trees.end(), row.trees.begin(), row.trees.end());
    const std::vector<RewardResult> results = reward_.evaluate(trees);
    std::size_t next = 0;
    for (LikelihoodRow& row : rows) {
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
      // The rewards of a molecule target are already divided by the count.
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

MoleculeLikelihoods::MoleculeLikelihoods(TrainedRun& run, const std::string& name,
                                         std::int64_t max_states)
    : impl_(std::make_unique<Impl>(run, name, max_states)) {}

MoleculeLikelihoods::~MoleculeLikelihoods() = default;

std::vector<MoleculeLikelihood> MoleculeLikelihoods::of(std::span<const std::string> smiles) {
  std::vector<LikelihoodRow> rows(smiles.size());
  for (std::size_t i = 0; i < rows.size(); ++i) rows[i].result.smiles = smiles[i];
  impl_->evaluate(rows);
  std::vector<MoleculeLikelihood> results;
  for (LikelihoodRow& row : rows) results.push_back(std::move(row.result));
  return results;
}

double MoleculeLikelihoods::comparable(const MoleculeLikelihood& molecule) const {
  return impl_->comparable(molecule);
}

std::string MoleculeLikelihoods::summary() const { return impl_->counts().summary(); }

}  // namespace fragflow
