#include "src/run/training_run.hpp"

#include <fmt/format.h>

#include <chrono>
#include <cmath>
#include <nlohmann/json.hpp>
#include <optional>
#include <unordered_set>

#include "src/base/blas.hpp"
#include "src/base/check.hpp"
#include "src/base/csv.hpp"
#include "src/base/file.hpp"
#include "src/base/log.hpp"
#include "src/base/parallel.hpp"
#include "src/base/processor.hpp"
#include "src/base/statistics.hpp"
#include "src/base/stopped.hpp"
#include "src/base/text.hpp"
#include "src/eval/run_data.hpp"
#include "src/run/exact_monitor.hpp"
#include "src/run/front.hpp"
#include "src/run/pose_files.hpp"
#include "src/run/progress.hpp"
#include "src/run/reward_watch.hpp"
#include "src/run/run_checkpoint.hpp"
#include "src/run/run_recorder.hpp"
#include "src/run/run_report.hpp"
#include "src/run/samples.hpp"
#include "src/run/shared_run.hpp"
#include "src/run/stop_rules.hpp"
#include "src/run/trajectory_table.hpp"
#include "src/run/version.hpp"

namespace fragflow {
namespace {

// The length of an output file at the checkpoint: later rows are cut off on resume.
template <typename AppendedFile>
void save_length(SafetensorsFile& file, const std::string& name, AppendedFile& output) {
  output.sync();
  const auto length = static_cast<std::int64_t>(output.length());
  file.tensors[name + "_length"] = TensorData::from_int64({}, &length);
}

std::size_t saved_length(const SafetensorsFile& file, const std::string& name) {
  const std::string key = name + "_length";
  return static_cast<std::size_t>(*file.at(key).int64s(key));
}

std::string sampling_weights(const TrainingConfig& training) {
  if (training.ema > 0) return "exponential average";
  return training.keep_best > 0 ? "best" : "raw";
}

// Training time of earlier calls, for stop.minutes. Clock times do not affect results, so an
// approximation after a kill is good enough.
double minutes_in(const std::filesystem::path& timings) {
  double seconds = 0;
  try {
    for (const double value : numbers_of(read_csv(timings), "seconds")) {
      if (std::isfinite(value)) seconds += value;
    }
  } catch (const UserError& error) {
    spdlog::warn("stop.minutes counts from now: {}", error.what());
  }
  return seconds / 60;
}

std::string machine_line() {
  return fmt::format("{}; {}; {} threads", blas_name(), vector_instructions(), num_threads());
}

struct SetAtExit {
  std::atomic<bool>& flag;
  ~SetAtExit() { flag = true; }
};

// The loop's files and counters.
class Run {
 public:
  Run(const TrainingRequest& request, Experiment& experiment, const RunPaths& paths)
      : request_(request),
        experiment_(experiment),
        paths_(paths),
        learner_(experiment.make_learner(Experiment::Use::kTrain, *request.group)),
        recorder_(experiment.config.metrics, experiment.has_structure()),
        reward_watch_(experiment.config.reward, experiment.reward().component_names(),
                      experiment.config.exploration.replay.batch_size > 0),
        stop_rules_(experiment.config.stop) {
    if (experiment.config.metrics.exact) monitor_ = std::make_unique<ExactMonitor>(experiment);
  }

  void start_fresh() {
    if (!request_.init_from.empty()) {
      const SafetensorsFile file = read_checkpoint(open_run(request_.init_from));
      check_environment(file, experiment_, request_.init_from);
      learner_->load_weights(file);
    }
    write_file_atomically(paths_.config(), print_config(experiment_.config));
    metrics_ = std::make_unique<AppendFile>(paths_.metrics(), 0);
    timings_ = std::make_unique<AppendFile>(paths_.timings(), 0);
    metrics_->append(RunRecorder::header());
    if (monitor_) {
      exact_ = std::make_unique<AppendFile>(paths_.exact(), 0);
      exact_->append(ExactMonitor::header());
    }
    open_trajectories(0);
    timings_->append("step,seconds,trajectories_per_second\n");
    save_checkpoint();
  }

  void resume() {
    const SafetensorsFile file = read_checkpoint(paths_);
    check_unchanged(file);
    check_environment(file, experiment_, paths_.folder);
    experiment_.reward().load(file);  // first, so that known scores are not counted as new calls
    learner_->load(file);
    recorder_.load(file);
    reward_watch_.load(file);
    if (monitor_) {
      monitor_->load(file);
      exact_ = std::make_unique<AppendFile>(paths_.exact(), saved_length(file, "exact"));
    }
    metrics_ = std::make_unique<AppendFile>(paths_.metrics(), saved_length(file, "metrics"));
    for (const TrainingProgress& row : progress_of(read_csv(paths_.metrics()))) {
      stop_rules_.add(row);
    }
    if (experiment_.config.output.trajectories) {
      open_trajectories(saved_length(file, "trajectories"));
    }
    // Clock times do not affect results: rows after the checkpoint are kept.
    std::error_code error;
    const auto timings = std::filesystem::file_size(paths_.timings(), error);
    timings_ = std::make_unique<AppendFile>(paths_.timings(), error ? 0 : timings);
    if (experiment_.config.stop.minutes > 0) minutes_before_ = minutes_in(paths_.timings());
    const auto machine = file.metadata.find("machine");
    if (machine != file.metadata.end() && machine->second != machine_line()) {
      spdlog::warn(
          "this run was started with {}; resuming with {} gives other rounding, so that "
          "the result is not the same in every bit",
          machine->second, machine_line());
    }
    spdlog::info("resuming at step {}", learner_->steps_done());
  }

  // True if training reached its end, false if a signal stopped it.
  bool loop() {
    const TrainingConfig& training = experiment_.config.training;
    Progress progress(training.steps, request_.quiet, learner_->steps_done(),
                      recorder_.num_trajectories());
    begin_ = std::chrono::steady_clock::now();
    auto last = begin_;
    bool done = is_done();
    // It describes the policy that is about to change.
    if (!done) std::filesystem::remove(paths_.fidelity());
    while (all_go_on(*request_.group, done, request_.stop)) {
      try {
        observe(learner_->step());
      } catch (const Stopped&) {
        // In the middle of a step: a resumed run continues from the last checkpoint.
        return false;
      }
      const std::int64_t step = learner_->steps_done();
      done = is_done();
      if (step % training.log_every == 0 || done) {
        const double fraction_with_new = recorder_.fraction_of_steps_with_new();
        metrics_->append(recorder_.next_row(experiment_.reward().num_calls()));
        stop_rules_.add(
            {static_cast<double>(step), static_cast<double>(recorder_.num_trajectories()),
             static_cast<double>(recorder_.num_distinct()), recorder_.best().mean_of(100)});
        done = is_done();
        if (monitor_) exact_->append(monitor_->row(*learner_, step));
        const auto now = std::chrono::steady_clock::now();
        const double seconds = std::chrono::duration<double>(now - last).count();
        last = now;
        const double drawn = training.log_every * training.batch_size * fraction_with_new;
        timings_->append(
            csv_row({std::to_string(step), csv_number(seconds), csv_number(drawn / seconds)}));
      }
      if (step % training.checkpoint_every == 0) {
        check_in_step(*request_.group, *learner_);
        save_checkpoint();
      }
      progress.update(recorder_.progress());
    }
    save_checkpoint();
    reward_calls_ = experiment_.reward().num_calls();
    if (done) warnings_ = reward_watch_.at_end();
    return done;
  }

  // Draws the final samples and writes all files of a finished run. False if interrupted by a
  // signal: a resumed run draws them all again.
  bool finish(TrainingOutcome& outcome) {
    try {
      return write_results(outcome);
    } catch (const Stopped&) {
      return false;
    }
  }

  bool write_results(TrainingOutcome& outcome) {
    const OutputConfig& output = experiment_.config.output;
    SampleRequest request;
    request.count = output.samples;
    request.seed = experiment_.config.seed;
    SampleTotals totals;
    write_file_atomically(paths_.best(), recorder_.best().csv(experiment_.task->object_column()));
    if (monitor_) {
      const nlohmann::ordered_json picture = monitor_->picture(*learner_);
      if (!picture.is_null()) write_file_atomically(paths_.grid(), picture.dump() + "\n");
    }
    const std::vector<Sample> samples = draw_samples(experiment_, *learner_, request, totals);
    if (request_.stop.stop_requested()) return false;
    write_samples(paths_.samples(), experiment_, samples, experiment_.config.seed);
    if (experiment_.has_structure()) {
      const MetricsConfig& metrics = experiment_.config.metrics;
      const std::vector<Sample> best =
          best_diverse(samples, output.top, metrics.mode_similarity, metrics.fingerprint);
      write_samples(paths_.top(), experiment_, best, experiment_.config.seed);
      if (leaves_poses(experiment_.config.reward)) {
        write_poses(paths_.top_poses(), experiment_, best);
      }
    }
    summarise(samples, outcome);
    write_front(paths_.front(), experiment_, *learner_, request_.stop);
    return !request_.stop.stop_requested();
  }

  void write_run_json(bool finished) const {
    const Config& config = experiment_.config;
    nlohmann::ordered_json json;
    json["version"] = version_line();
    json["command"] = request_.command;
    json["method"] = config.method.name;
    json["environment"] = config.environment.name;
    json["object_column"] = experiment_.task->object_column();
    json.update(experiment_.task->description());
    if (config.condition.is_used()) {
      json["condition"] = describe_conditions(config);
      json["samples_at"] = describe_own_condition(config);
    }
    json["seed"] = config.seed;
    json["sampling_weights"] = sampling_weights(config.training);
    json["parameters"] = learner_->num_parameters();
    json["machine"] = machine_line();
    json["finished"] = finished;
    if (finished) json["reward_calls"] = reward_calls_;
    if (config.exploration.replay.ahead > 0) {
      json["steps_from_memory_alone"] = recorder_.num_steps_without_new();
    }
    if (finished && !stop_reason_.empty()) json["stop_reason"] = stop_reason_;
    if (!warnings_.empty()) json["warnings"] = warnings_;
    for (const ComponentConfig& component : config.reward.components) {
      if (component.type == "proxy") json["proxy"] = component.file;
    }
    json["training_data"] = config.output.training_data;
    json["check_proxy"] = config.output.check_proxy;
    write_file_atomically(paths_.metadata(), json.dump(2) + "\n");
  }

  Learner& learner() { return *learner_; }
  const RunRecorder& recorder() const { return recorder_; }
  const std::string& stop_reason() const { return stop_reason_; }
  const std::vector<std::string>& warnings() const { return warnings_; }

 private:
  // Some changes would be ignored, others would take effect in the middle of a run.
  void check_unchanged(const SafetensorsFile& file) const {
    const auto changes = changes_of_run(trained_config(file, paths_), experiment_.config);
    if (changes.empty()) return;
    user_error(
        "'{}' was changed since the run started: {}; --resume continues a run as it was "
        "configured, "
        "only training.steps and [stop] can change (take the changes back, or start another run "
        "from its weights with --init-from)",
        paths_.config().string(), join(changes));
  }

  void observe(const StepResult& result) {
    recorder_.observe(result);
    reward_watch_.observe(result.step, result.visited.rewards);
    if (trajectories_) trajectories_->append(result);
    if (monitor_) monitor_->observe(result);
  }

  // Records the reason if it is other than the last step.
  bool is_done() {
    if (learner_->steps_done() >= experiment_.config.training.steps) return true;
    const std::chrono::duration<double, std::ratio<60>> minutes =
        std::chrono::steady_clock::now() - begin_;
    const std::optional<std::string> reason =
        stop_rules_.reason(experiment_.reward().num_calls(), minutes_before_ + minutes.count());
    if (reason) stop_reason_ = *reason;
    return reason.has_value();
  }

  void open_trajectories(std::size_t length) {
    if (!experiment_.config.output.trajectories) return;
    trajectories_ = std::make_unique<TrajectoryTable>(
        paths_.trajectories(), length, experiment_.task->object_column(),
        experiment_.reward().component_names(), experiment_.config);
  }

  // A hard link to the file that the next write replaces; one of the two is always complete.
  void keep_previous() const {
    std::error_code error;  // not supported by all file systems
    std::filesystem::remove(paths_.previous_checkpoint(), error);
    std::filesystem::create_hard_link(paths_.checkpoint(), paths_.previous_checkpoint(), error);
  }

  void save_checkpoint() {
    SafetensorsFile file;
    learner_->save(file);
    recorder_.save(file);
    reward_watch_.save(file);
    experiment_.reward().save(file);
    save_length(file, "metrics", *metrics_);
    if (monitor_) {
      monitor_->save(file);
      save_length(file, "exact", *exact_);
    }
    if (trajectories_) save_length(file, "trajectories", *trajectories_);
    file.metadata["format"] = kCheckpointFormat;
    file.metadata["config"] = print_config(experiment_.config);
    file.metadata["environment"] = experiment_.task->identity();
    file.metadata["version"] = version_line();
    file.metadata["machine"] = machine_line();
    keep_previous();
    write_safetensors(paths_.checkpoint(), file);
  }

  void summarise(const std::vector<Sample>& samples, TrainingOutcome& outcome) const {
    outcome.samples = static_cast<std::int64_t>(samples.size());
    std::unordered_set<std::string> unique;
    std::vector<double> scores;
    for (const Sample& sample : samples) {
      outcome.mean_score += sample.reward.score / static_cast<double>(samples.size());
      if (unique.insert(sample.reward.object).second) scores.push_back(sample.reward.score);
    }
    std::sort(scores.rbegin(), scores.rend());
    scores.resize(std::min<std::size_t>(scores.size(), 100));
    if (samples.empty()) return;
    outcome.unique_share = static_cast<double>(unique.size()) / static_cast<double>(samples.size());
    outcome.top_100_mean = mean(scores);
  }

  const TrainingRequest& request_;
  Experiment& experiment_;
  RunPaths paths_;
  std::unique_ptr<Learner> learner_;
  RunRecorder recorder_;
  RewardWatch reward_watch_;
  std::vector<std::string> warnings_;  // at the end of training
  StopRules stop_rules_;
  std::string stop_reason_;
  double minutes_before_ = 0;                    // training time of earlier calls
  std::chrono::steady_clock::time_point begin_;  // start of this call's training
  std::unique_ptr<ExactMonitor> monitor_;        // with metrics.exact
  std::unique_ptr<AppendFile> metrics_, timings_, exact_;
  std::int64_t reward_calls_ = 0;  // of training, without the final samples
  std::unique_ptr<TrajectoryTable> trajectories_;
};

}  // namespace

TrainingOutcome train(const TrainingRequest& request) {
  refuse_stages(request.config, "this run");
  // Finds all errors in the request before the folder is touched.
  std::atomic<bool> is_over = false;  // declared first: scorers read it
  Experiment experiment = make_experiment(request.config);
  const RunPaths paths(request.folder);
  check_same_everywhere(*request.group, experiment);
  Run run(request, experiment, paths);
  // However the run ends, even by an error: a thread that waits for scores must give up, since
  // `run` waits for it.
  const SetAtExit end{is_over};
  std::optional<RunFolder> folder;
  share_state(*request.group, experiment, run.learner(), [&] {
    folder.emplace(request.folder, request.existing);
    if (request.existing == ExistingRun::kResume) {
      run.resume();
    } else {
      folder->begin_start();
      run.start_fresh();
      folder->end_start();
    }
  });
  run.write_run_json(false);
  experiment.reward().work_in({request.folder, request.stop.or_when(is_over)});
  TrainingOutcome outcome;
  outcome.finished = run.loop();
  request.group->leave();
  outcome.steps = run.learner().steps_done();
  outcome.trajectories = run.recorder().num_trajectories();
  outcome.log_z = run.learner().log_z();
  if (!outcome.finished) return outcome;
  outcome.stop_reason = run.stop_reason();
  outcome.warnings = run.warnings();
  if (!outcome.stop_reason.empty()) {
    spdlog::info("training ends at step {}: {}", outcome.steps, outcome.stop_reason);
  }
  outcome.finished = run.finish(outcome);
  if (!outcome.finished) return outcome;
  run.write_run_json(true);
  ReportRequest report;
  report.run_folder = request.folder;
  report.smiles_column =
      experiment.config.output.training_data.empty() ? "" : experiment.config.output.smiles_column;
  use_metrics_of(experiment.config, report);
  write_report(report);
  return outcome;
}

}  // namespace fragflow
