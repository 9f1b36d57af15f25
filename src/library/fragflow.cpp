#include "src/library/fragflow.hpp"

#include <utility>

#include "src/base/check.hpp"
#include "src/base/log.hpp"
#include "src/chem/standardise.hpp"
#include "src/reward/component.hpp"
#include "src/reward/molecule_forms.hpp"
#include "src/reward/molecule_scorer.hpp"
#include "src/run/molecule_likelihoods.hpp"
#include "src/run/samples.hpp"
#include "src/run/training_run.hpp"
#include "src/run/version.hpp"

namespace fragflow::api {
namespace {

class ScoreComponent : public Component {
 public:
  ScoreComponent(std::string name, Score score)
      : name_(std::move(name)), score_(std::move(score)) {}

  std::vector<double> values(std::span<const ParsedMolecule> molecules) override {
    std::vector<std::string> smiles;
    for (const ParsedMolecule& molecule : molecules) smiles.push_back(*molecule.smiles);
    std::vector<double> values = score_(smiles);
    if (values.size() != smiles.size()) {
      user_error("score '{}' gave {} values for {} molecules", name_, values.size(), smiles.size());
    }
    return values;
  }

 private:
  std::string name_;
  Score score_;
};

// The setup that a program does in main(), done at the first call of any function.
void set_up() {
  [[maybe_unused]] static const bool done = [] {
    set_up_log(/*quiet=*/true);
    silence_rdkit();
    return true;
  }();
}

// Runs body; errors that a user can fix become an Error.
template <typename Body>
auto guarded(Body&& body) {
  set_up();
  try {
    return body();
  } catch (const UserError& error) {
    throw Error(error.what());
  } catch (const std::filesystem::filesystem_error& error) {
    throw Error(error.what());
  }
}

Config config_of(const TrainOptions& options) {
  if (options.resume) return run_config(options.folder);
  if (options.config.empty()) {
    return parse_config(options.config_text, "config_text", std::filesystem::current_path(),
                        options.set);
  }
  if (!options.config_text.empty()) user_error("config and config_text: give one of them");
  return load_config(options.config, options.set);
}

}  // namespace

void add_score(const std::string& name, Score score) {
  guarded([&] {
    if (name.empty() || !score) user_error("a score needs a name and a function");
    add_component_type({name,
                        [name, score](const ComponentConfig&, SharedScorers&) {
                          return std::make_unique<ScoreComponent>(name, score);
                        },
                        TransformConfig{.type = "none"}});
  });
}

TrainResult train(const TrainOptions& options) {
  return guarded([&] {
    if (options.folder.empty()) user_error("train needs a folder");
    TrainingRequest request;
    request.config = config_of(options);
    request.folder = options.folder;
    request.existing = options.resume ? ExistingRun::kResume : ExistingRun::kRefuse;
    request.command = "fragflow::api::train";
    request.quiet = options.quiet;
    if (options.stop != nullptr) request.stop = StopToken(*options.stop);
    const TrainingOutcome outcome = fragflow::train(request);
    TrainResult result;
    result.finished = outcome.finished;
    result.steps = outcome.steps;
    result.trajectories = outcome.trajectories;
    result.samples = outcome.samples;
    result.mean_score = outcome.mean_score;
    result.unique_share = outcome.unique_share;
    result.top_100_mean = outcome.top_100_mean;
    result.log_z = outcome.log_z;
    return result;
  });
}

class Sampler::Impl {
 public:
  explicit Impl(const std::filesystem::path& folder)
      : run_(load_run(folder)), name_(folder.string()), forms_([this] {
          // Not owned: the task outlives the forms.
          return std::shared_ptr<const FragmentTree>(std::shared_ptr<void>(),
                                                     run_.experiment.task->fragment_tree());
        }) {}

  Molecules sample(const SampleOptions& options) {
    if (options.count < 1) user_error("count must be at least 1, not {}", options.count);
    SampleRequest request;
    request.count = options.count;
    request.seed = options.seed;
    request.unique = options.unique;
    request.scored = options.scored;
    if (options.scored) request.min_score = options.min_score;
    SampleTotals totals;
    Molecules molecules;
    for (Sample& sample : draw_samples(run_.experiment, *run_.learner, request, totals)) {
      molecules.smiles.push_back(std::move(sample.reward.object));
      molecules.score.push_back(sample.reward.score);
      molecules.log_reward.push_back(sample.reward.log_reward);
      molecules.log_pf.push_back(sample.log_pf);
    }
    molecules.drawn = totals.drawn;
    return molecules;
  }

  std::vector<double> log_likelihood(std::span<const std::string> smiles) {
    std::vector<double> values;
    MoleculeLikelihoods likelihoods(run_, name_);
    for (const MoleculeLikelihood& molecule : likelihoods.of(smiles)) {
      values.push_back(molecule.log_p);
    }
    return values;
  }

  std::vector<double> score(std::span<const std::string> smiles) {
    if (!scorer_) {
      RewardConfig reward = run_.experiment.config.reward;
      find_files(reward);
      scorer_ = std::make_unique<MoleculeScorer>(reward);
      scorer_->work_in({name_, StopToken()});
    }
    StandardiseCounts counts;
    std::vector<std::string> canonical;
    for (CanonicalText& text : forms_.canonical(smiles, counts)) {
      canonical.push_back(std::move(text.smiles));
    }
    std::vector<double> values;
    for (const MoleculeScore& result : scorer_->score(canonical)) {
      values.push_back(result.valid ? result.score : std::numeric_limits<double>::quiet_NaN());
    }
    return values;
  }

 private:
  TrainedRun run_;
  std::string name_;
  MoleculeForms forms_;
  std::unique_ptr<MoleculeScorer> scorer_;
};

Sampler::Sampler(const std::filesystem::path& folder)
    : impl_(guarded([&] { return std::make_unique<Impl>(folder); })) {}
Sampler::Sampler(Sampler&&) noexcept = default;
Sampler& Sampler::operator=(Sampler&&) noexcept = default;
Sampler::~Sampler() = default;

Molecules Sampler::sample(const SampleOptions& options) const {
  return guarded([&] { return impl_->sample(options); });
}

std::vector<double> Sampler::log_likelihood(std::span<const std::string> smiles) const {
  return guarded([&] { return impl_->log_likelihood(smiles); });
}

std::vector<double> Sampler::score(std::span<const std::string> smiles) const {
  return guarded([&] { return impl_->score(smiles); });
}

std::string version() { return version_line(); }

}  // namespace fragflow::api
