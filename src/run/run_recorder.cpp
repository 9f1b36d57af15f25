#include "src/run/run_recorder.hpp"

#include <algorithm>
#include <utility>

#include "src/base/check.hpp"
#include "src/base/csv.hpp"
#include "src/base/text.hpp"

namespace fragflow {
namespace {

Fingerprint fingerprint_at(const FingerprintSet& set, std::int64_t index) {
  const std::uint64_t* words = set.words(index);
  return {{words, words + FingerprintSet::kWords}, set.popcount(index)};
}

}  // namespace

RunRecorder::RunRecorder(const MetricsConfig& config, bool count_modes)
    : config_(config),
      fingerprint_(fingerprint_kind(config.fingerprint)),
      count_modes_(count_modes) {}

double RunRecorder::unique_share() const {
  return num_trajectories_ == 0
             ? 0.0
             : static_cast<double>(seen_.size()) / static_cast<double>(num_trajectories_);
}

void RunRecorder::count_modes(const std::vector<std::string>& candidates) {
  const FingerprintSet prints = fingerprints(candidates, fingerprint_);
  for (std::size_t i = 0; i < candidates.size(); ++i) {
    Fingerprint candidate = fingerprint_at(prints, static_cast<std::int64_t>(i));
    const bool is_new = std::none_of(mode_fingerprints_.begin(), mode_fingerprints_.end(),
                                     [&](const Fingerprint& mode) {
                                       return tanimoto(mode, candidate) >= config_.mode_similarity;
                                     });
    if (!is_new) continue;
    modes_.push_back(candidates[i]);
    mode_fingerprints_.push_back(std::move(candidate));
  }
}

void RunRecorder::observe(const StepResult& result) {
  std::vector<std::string> candidates;
  double step_score = 0;
  for (std::size_t i = 0; i < result.visited.rewards.size(); ++i) {
    const RewardResult& reward = result.visited.rewards[i];
    log_reward_ += reward.log_reward;
    step_score += reward.score;
    length_ += result.visited.trajectories[i].length();
    const bool is_new = seen_.insert(fnv1a(reward.object)).second;
    const bool first = num_trajectories_ == 0 && i == 0;
    best_score_ = first ? reward.score : std::max(best_score_, reward.score);
    if (is_new && reward.valid) best_.add(reward.object, reward.score);
    if (is_new && reward.valid && reward.score >= config_.mode_score) {
      candidates.push_back(reward.object);
    }
  }
  if (count_modes_) count_modes(candidates);
  const auto count = static_cast<double>(result.visited.rewards.size());
  steps_ += 1;
  steps_with_new_ += count > 0;
  num_steps_without_new_ += count == 0;
  loss_ += result.loss;
  gradient_norm_ += result.gradient_norm;
  trajectories_ += count;
  score_ += step_score;
  num_trajectories_ += static_cast<std::int64_t>(result.visited.rewards.size());
  progress_ = {result.step,
               num_trajectories_,
               result.loss,
               result.log_z,
               count > 0 ? step_score / count : progress_.mean_score,
               unique_share(),
               static_cast<std::int64_t>(modes_.size())};
}

std::string RunRecorder::header() {
  return "step,trajectories,loss,log_z,mean_log_reward,mean_score,best_score,unique_share,modes,"
         "mean_length,gradient_norm,reward_calls,top_10,top_100\n";
}

std::string RunRecorder::next_row(std::int64_t reward_calls) {
  const std::string row =
      csv_row({std::to_string(progress_.step), std::to_string(num_trajectories_),
               csv_number(loss_ / steps_), csv_number(progress_.log_z),
               csv_number(log_reward_ / trajectories_), csv_number(score_ / trajectories_),
               csv_number(best_score_), csv_number(unique_share()), std::to_string(modes_.size()),
               csv_number(length_ / trajectories_), csv_number(gradient_norm_ / steps_),
               std::to_string(reward_calls), csv_number(best_.mean_of(10)),
               csv_number(best_.mean_of(100))});
  steps_ = steps_with_new_ = loss_ = gradient_norm_ = trajectories_ = log_reward_ = score_ =
      length_ = 0;
  return row;
}

void RunRecorder::save(SafetensorsFile& file) const {
  const double sums[] = {steps_,      loss_,  gradient_norm_, trajectories_,
                         log_reward_, score_, length_,        best_score_};
  file.tensors["recorder.sums"] = TensorData::from_doubles({8}, sums);
  file.tensors["recorder.trajectories"] = TensorData::from_int64({}, &num_trajectories_);
  const std::int64_t without[] = {num_steps_without_new_,
                                  static_cast<std::int64_t>(steps_with_new_)};
  file.tensors["recorder.without_new"] = TensorData::from_int64({2}, without);
  std::vector<std::int64_t> seen(seen_.begin(), seen_.end());
  std::sort(seen.begin(), seen.end());  // bytes independent of insertion order
  file.tensors["recorder.seen"] =
      TensorData::from_int64({static_cast<std::int64_t>(seen.size())}, seen.data());
  best_.save(file);
  file.tensors["recorder.modes"] = TensorData::from_bytes(join(modes_, "\n"));
}

void RunRecorder::load(const SafetensorsFile& file) {
  const TensorData& sums = file.at("recorder.sums");
  if (sums.num_elements() != 8) user_error("tensor 'recorder.sums' must have 8 entries");
  const double* values = sums.doubles("recorder.sums");
  steps_ = values[0], loss_ = values[1], gradient_norm_ = values[2], trajectories_ = values[3];
  log_reward_ = values[4], score_ = values[5], length_ = values[6], best_score_ = values[7];
  num_trajectories_ = *file.at("recorder.trajectories").int64s("recorder.trajectories");
  if (const auto found = file.tensors.find("recorder.without_new"); found != file.tensors.end()) {
    if (found->second.num_elements() != 2) {
      user_error("tensor 'recorder.without_new' must have 2 entries");
    }
    const std::int64_t* without = found->second.int64s("recorder.without_new");
    num_steps_without_new_ = without[0];
    steps_with_new_ = static_cast<double>(without[1]);
  } else {
    steps_with_new_ = steps_;  // written by an earlier version
  }
  const TensorData& seen = file.at("recorder.seen");
  const std::int64_t* hashes = seen.int64s("recorder.seen");
  seen_.clear();
  seen_.insert(hashes, hashes + seen.num_elements());
  best_.load(file);
  const TensorData& modes = file.at("recorder.modes");
  modes_.clear();
  mode_fingerprints_.clear();
  std::string smiles;
  for (const std::uint8_t byte : modes.bytes) {
    if (byte == '\n') {
      modes_.push_back(std::exchange(smiles, {}));
    } else {
      smiles += static_cast<char>(byte);
    }
  }
  if (!smiles.empty()) modes_.push_back(smiles);
  const FingerprintSet prints = fingerprints(modes_, fingerprint_);
  for (std::int64_t i = 0; i < prints.size(); ++i) {
    mode_fingerprints_.push_back(fingerprint_at(prints, i));
  }
}

}  // namespace fragflow
