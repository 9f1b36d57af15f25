#include "src/gfn/ahead_source.hpp"

#include <chrono>

#include "envs/ancestors.hpp"
#include "models/policy.hpp"
#include "src/base/check.hpp"
#include "src/base/log.hpp"
#include "src/base/rng.hpp"
#include "src/base/stopped.hpp"
#include "src/gfn/backward_sampler.hpp"
#include "src/gfn/state_tensor.hpp"

namespace fragflow {
namespace {

void copy_weights(const Policy& from, Policy& to) {
  const torch::NoGradGuard no_grad;
  const std::vector<torch::Tensor> source = from.parameters(), target = to.parameters();
  FRAGFLOW_CHECK(source.size() == target.size(), "a policy of {} arrays, a copy of {}",
                 source.size(), target.size());
  for (std::size_t i = 0; i < source.size(); ++i) target[i].copy_(source[i]);
}

}  // namespace

AheadSource::AheadSource(std::unique_ptr<TrajectorySource> inner, const Environment& environment,
                         Reward& reward, const ReplayConfig& config, std::int64_t steps,
                         bool learned_backward, std::uint64_t seed, std::shared_ptr<Policy> copy,
                         std::span<const DatasetObject> objects)
    : inner_(std::move(inner)),
      environment_(environment),
      reward_(reward),
      config_(config),
      steps_(steps),
      learned_backward_(learned_backward),
      seed_(seed),
      copy_(std::move(copy)),
      buffer_(environment, config.capacity) {
  buffer_.keep(objects);
  thread_ = std::thread([this] { draw_batches(); });
}

AheadSource::~AheadSource() {
  {
    const std::lock_guard lock(mutex_);
    is_over_ = true;
  }
  change_.notify_all();
  thread_.join();
}

void AheadSource::draw_batches() {
  for (;;) {
    std::packaged_task<SourceBatch()> task;
    {
      std::unique_lock lock(mutex_);
      change_.wait(lock, [this] { return is_over_ || next_.valid(); });
      if (!next_.valid()) return;
      task = std::move(next_);
    }
    task();
  }
}

SourceBatch AheadSource::score_again(const std::vector<State>& ends, std::int64_t step) {
  SourceBatch batch;
  batch.learn.trajectories =
      sample_backward_trajectories(environment_, *copy_, ends, learned_backward_,
                                   mix_seed(seed_, "again"), static_cast<std::uint64_t>(step));
  batch.learn.rewards = evaluate_ends(reward_, batch.learn.trajectories);
  batch.visited = batch.learn;
  return batch;
}

void AheadSource::begin(Policy& policy, std::int64_t step) {
  copy_weights(policy, *copy_);
  std::packaged_task<SourceBatch()> task([this, step, ends = saved_ends_] {
    if (!ends.empty()) return score_again(ends, step);
    StepObserver silent;
    return inner_->draw(*copy_, step, silent);
  });
  batch_ = task.get_future().share();
  {
    const std::lock_guard lock(mutex_);
    next_ = std::move(task);
  }
  change_.notify_all();
}

SourceBatch AheadSource::draw(Policy& policy, std::int64_t step, StepObserver& observer) {
  if (!batch_.valid()) begin(policy, step);
  const bool is_last = step + 1 >= steps_;
  const bool has_come = batch_.wait_for(std::chrono::seconds(0)) == std::future_status::ready;
  SourceBatch batch;
  if (has_come || is_last || steps_ahead_ >= config_.ahead || buffer_.size() == 0) {
    batch = batch_.get();
    batch_ = {};
    saved_ends_.clear();
    steps_ahead_ = 0;
    observer.phase_done(StepPhase::kReward);
    // Random streams belong to steps; the next step's stream has no other use.
    if (!is_last) begin(policy, step + 1);
  } else {
    ++steps_ahead_;
  }
  append_replayed(buffer_, config_, environment_, policy, learned_backward_, seed_, step, batch);
  buffer_.add(batch.visited);
  observer.phase_done(StepPhase::kSampling);
  return batch;
}

void AheadSource::save(SafetensorsFile& file) const {
  std::vector<State> ends = saved_ends_;  // until their batch is delivered
  if (batch_.valid() && ends.empty()) {
    if (batch_.wait_for(std::chrono::seconds(2)) != std::future_status::ready) {
      spdlog::info("waiting for the scores of the batch on the way");
    }
    try {
      for (const Trajectory& trajectory : batch_.get().visited.trajectories) {
        ends.push_back(trajectory.terminal());
      }
    } catch (const Stopped&) {    // completed scores are in the scorer's own cache
    } catch (const UserError&) {  // the next draw() rethrows it; training state is saved
    }
  }
  if (batch_.valid()) batch_.wait();
  inner_->save(file);
  buffer_.save(file);
  file.tensors["ahead.ends"] = states_tensor(ends);
}

void AheadSource::load(const SafetensorsFile& file) {
  inner_->load(file);
  buffer_.load(file);
  saved_ends_ = states_of(file.at("ahead.ends"), "ahead.ends");
  const Environment::Shape shape = environment_.shape();
  for (const State& end : saved_ends_) {
    if (!environment_.is_terminal(end) || !is_well_formed(shape, end) ||
        !is_reachable(environment_, end)) {
      user_error("the saved batch ('ahead.ends') is of another environment");
    }
  }
}

}  // namespace fragflow
