#include "src/run/staged_run.hpp"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "src/base/check.hpp"
#include "src/base/error_place.hpp"
#include "src/base/file.hpp"
#include "src/base/json.hpp"
#include "src/base/log.hpp"
#include "src/base/text.hpp"
#include "src/config/config_toml.hpp"
#include "src/run/pool_check.hpp"
#include "src/run/run_checkpoint.hpp"
#include "src/run/run_report.hpp"
#include "src/run/staged_folder.hpp"
#include "src/run/version.hpp"

namespace fragflow {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::ordered_json;

// Checks that each can be trained, on the same objects and with the same network.
void check_stages(const Config& config) {
  check_pools(config);
  std::string first_identity;
  std::int64_t first_parameters = 0;
  for (std::size_t k = 0; k < config.stages.size(); ++k) {
    name_place("stage " + stage_label(config, k), [&] {
      Experiment experiment = make_experiment(config_of_stage(config, k));
      const std::string identity = experiment.task->identity();
      const std::int64_t parameters =
          experiment.make_learner(Experiment::Use::kSample)->num_parameters();
      if (k == 0) {
        first_identity = identity;
        first_parameters = parameters;
      } else if (identity != first_identity || parameters != first_parameters) {
        user_error(
            "its network cannot start from the weights of the stage before: {}, {} "
            "parameters, and {}, {} parameters",
            identity, parameters, first_identity, first_parameters);
      }
      return 0;
    });
  }
}

// The length settings of a stage, which may change when a run is resumed.
std::vector<std::string> changes_of_length(Config before, Config now) {
  Config unchanged = now;
  unchanged.training.steps = before.training.steps;
  unchanged.stop = before.stop;
  return differences(list_fields(unchanged), list_fields(now));
}

class StagedRun {
 public:
  explicit StagedRun(const TrainingRequest& request)
      : request_(request), config_(request.config), paths_(request.folder) {}

  std::vector<StageOutcome> run() {
    const bool resume = request_.existing == ExistingRun::kResume;
    if (!resume) check_stages(config_);
    const RunFolder folder(request_.folder, request_.existing);
    if (resume) {
      manifest_ = read_json_object<Json>(paths_.metadata());
      check_resumable();
      write_file_atomically(paths_.config(), print_config(config_));
    } else {
      folder.begin_start();
      write_file_atomically(paths_.config(), print_config(config_));
      start_manifest();
      folder.end_start();
    }
    std::vector<StageOutcome> outcomes;
    for (std::size_t k = 0; k < config_.stages.size(); ++k) {
      if (is_done(k)) continue;
      begin(k);
      outcomes.push_back(train_stage(k));
      if (!outcomes.back().training.finished) return outcomes;
      record(k, outcomes.back().training);
    }
    manifest_["finished"] = true;
    write_manifest();
    ReportRequest report;
    report.run_folder = request_.folder;
    report.smiles_column = smiles_column();
    use_metrics_of(config_, report);
    write_report(report);
    return outcomes;
  }

 private:
  fs::path folder_of(std::size_t k) const { return stage_folder(request_.folder, k); }

  std::string smiles_column() const {
    return config_.output.training_data.empty() ? "" : config_.output.smiles_column;
  }

  // The configuration that stage k was last trained with.
  Config trained(std::size_t k) const {
    const RunPaths paths(folder_of(k));
    return trained_config(read_checkpoint(paths), paths);
  }

  bool has_begun(std::size_t k) const {
    return k < config_.stages.size() && fs::exists(RunPaths(folder_of(k)).checkpoint());
  }

  void check_resumable() const {
    if (manifest_["stages"].size() != config_.stages.size()) {
      user_error("the run in '{}' has {} stages, config.toml has {}: stages cannot come or go",
                 request_.folder.string(), manifest_["stages"].size(), config_.stages.size());
    }
    for (std::size_t k = 0; has_begun(k); ++k) {
      const Config before = trained(k), now = config_of_stage(config_, k);
      const auto changes = changes_of_run(before, now);
      if (!changes.empty()) {
        user_error("stage {} was trained with other settings: {} cannot change",
                   stage_label(config_, k), join(changes));
      }
      const auto length = changes_of_length(before, now);
      if (has_begun(k + 1) && !length.empty()) {
        user_error(
            "stage {} has ended and the next one started from its weights: {} cannot change "
            "any more",
            stage_label(config_, k), join(length));
      }
    }
  }

  // Finished and recorded, and not to be extended.
  bool is_done(std::size_t k) const {
    return manifest_["stages"].at(k).value("finished", false) && is_finished_run(folder_of(k)) &&
           changes_of_length(trained(k), config_of_stage(config_, k)).empty();
  }

  StageOutcome train_stage(std::size_t k) const {
    spdlog::info("stage {}", stage_label(config_, k));
    TrainingRequest own = request_;
    own.config = config_of_stage(config_, k);
    own.folder = folder_of(k);
    own.existing = has_begun(k) ? ExistingRun::kResume : ExistingRun::kRefuse;
    own.init_from = k > 0 ? folder_of(k - 1) : fs::path(manifest_.value("init_from", ""));
    return {stage_label(config_, k), own.folder, train(own)};
  }

  void start_manifest() {
    manifest_ = {{"version", version_line()}, {"command", request_.command}, {"finished", false}};
    if (!request_.init_from.empty()) {
      manifest_["init_from"] = fs::absolute(request_.init_from).string();
    }
    manifest_["stages"] = Json::array();
    for (std::size_t k = 0; k < config_.stages.size(); ++k) {
      manifest_["stages"].push_back({{"name", config_.stages[k].name},
                                     {"folder", folder_of(k).filename().string()},
                                     {"finished", false}});
    }
    write_manifest();
  }

  // From now on the files on disk say that it is in progress, until it is recorded.
  void begin(std::size_t k) {
    manifest_["finished"] = false;
    manifest_["stages"].at(k)["finished"] = false;
    write_manifest();
  }

  void record(std::size_t k, const TrainingOutcome& outcome) {
    Json& stage = manifest_["stages"].at(k);
    stage.update({{"finished", true},
                  {"steps", outcome.steps},
                  {"trajectories", outcome.trajectories},
                  {"stop_reason", outcome.stop_reason},
                  {"beta", config_of_stage(config_, k).reward.beta},
                  {"samples", outcome.samples},
                  {"mean_score", outcome.mean_score},
                  {"top_100", outcome.top_100_mean},
                  {"unique", outcome.unique_share},
                  {"log_z", outcome.log_z}});
    write_manifest();
  }

  void write_manifest() const {
    write_file_atomically(paths_.metadata(),
                          manifest_.dump(2, ' ', false, Json::error_handler_t::replace) + "\n");
  }

  const TrainingRequest& request_;
  const Config& config_;
  RunPaths paths_;
  Json manifest_;
};

}  // namespace

std::vector<StageOutcome> train_stages(const TrainingRequest& request) {
  return StagedRun(request).run();
}

}  // namespace fragflow
