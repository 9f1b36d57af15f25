// Training that continues from the replay memory while the scores of new objects are awaited.
#pragma once

#include <condition_variable>
#include <future>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

#include "src/gfn/replay_source.hpp"

namespace fragflow {

// A batch of `inner` is drawn and scored in a thread of its own, with a copy of the policy taken
// when the batch was begun. Until it arrives, steps learn from replay.batch_size objects of the
// memory, at most replay.ahead steps in a row; after these, in the last step and while the memory
// is empty, training waits. The step that receives a batch learns from it as if it were new
// (trajectory balance holds for trajectories of any policy), adds it to the memory and begins the
// next one, so that at most one batch is in flight. What is learned at which step depends on how
// fast scores arrive: such runs are not reproducible.
class AheadSource : public TrajectorySource {
 public:
  // environment and reward must outlive it. After construction only `inner` evaluates the reward,
  // in its own thread. copy: of the policies passed to draw(). steps: of the training; the last one
  // begins no batch. objects: in the memory from the start.
  AheadSource(std::unique_ptr<TrajectorySource> inner, const Environment& environment,
              Reward& reward, const ReplayConfig& config, std::int64_t steps, bool learned_backward,
              std::uint64_t seed, std::shared_ptr<Policy> copy,
              std::span<const DatasetObject> objects = {});
  // Waits for the batch in flight.
  ~AheadSource() override;

  // Rethrows what inner throws, at the latest when its batch is waited for.
  SourceBatch draw(Policy& policy, std::int64_t step, StepObserver& observer) override;

  // Waits for the batch in flight; its objects are saved, and scored again (from the reward's
  // cache) after load(). A batch whose scoring was stopped is not saved.
  void save(SafetensorsFile& file) const override;
  void load(const SafetensorsFile& file) override;

 private:
  void begin(Policy& policy, std::int64_t step);
  void draw_batches();
  // Scores the objects of a batch that was in flight when it was saved.
  SourceBatch score_again(const std::vector<State>& ends, std::int64_t step);

  std::unique_ptr<TrajectorySource> inner_;
  const Environment& environment_;
  Reward& reward_;
  ReplayConfig config_;
  std::int64_t steps_;
  bool learned_backward_;
  std::uint64_t seed_;
  std::shared_ptr<Policy> copy_;
  ReplayBuffer buffer_;
  std::vector<State> saved_ends_;
  std::int64_t steps_ahead_ = 0;  // since the last batch arrived
  std::shared_future<SourceBatch> batch_;

  // One thread for all batches: what a scorer starts (for example a program) ends with the thread
  // that started it.
  std::mutex mutex_;
  std::condition_variable change_;
  std::packaged_task<SourceBatch()> next_;
  bool is_over_ = false;
  std::thread thread_;
};

}  // namespace fragflow
