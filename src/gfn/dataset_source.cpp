#include "src/gfn/dataset_source.hpp"

#include "src/base/check.hpp"
#include "src/base/rng.hpp"
#include "src/gfn/backward_sampler.hpp"

namespace fragflow {

DatasetSource::DatasetSource(const Environment& environment, std::vector<DatasetObject> objects,
                             const TrainingConfig& training, bool learned_backward,
                             std::uint64_t seed)
    : environment_(environment),
      objects_(std::move(objects)),
      training_(training),
      learned_backward_(learned_backward),
      seed_(seed) {
  FRAGFLOW_CHECK(!objects_.empty(), "a dataset without objects");
}

SourceBatch DatasetSource::draw(Policy& policy, std::int64_t step, StepObserver& observer) {
  SourceBatch batch;
  std::vector<State> ends;
  for (int i = 0; i < training_.batch_size; ++i) {
    Rng rng(mix_seed(seed_, "objects"), static_cast<std::uint64_t>(step),
            static_cast<std::uint64_t>(i));
    const DatasetObject& object = objects_[rng.below(objects_.size())];
    ends.push_back(object.terminals[rng.below(object.terminals.size())]);
    batch.learn.rewards.push_back(object.reward);
  }
  batch.learn.trajectories =
      sample_backward_trajectories(environment_, policy, ends, learned_backward_,
                                   mix_seed(seed_, "back"), static_cast<std::uint64_t>(step));
  batch.visited = batch.learn;
  observer.phase_done(StepPhase::kSampling);
  return batch;
}

}  // namespace fragflow
