// Poses that scorers wrote for a run's molecules: finds them and collects them in one SD file.
#pragma once

#include <filesystem>
#include <vector>

#include "src/eval/poses.hpp"
#include "src/reward/reward_config.hpp"
#include "src/run/experiment.hpp"
#include "src/run/samples.hpp"

namespace fragflow {

bool leaves_poses(const RewardConfig& reward);

// One source per component with `poses`, without duplicate folders.
std::vector<PoseSource> pose_sources(const RewardConfig& reward);

// In the order of the samples, with the columns of their table as properties, "rank" from 1 and
// "pose_of", the component; molecules without a pose are skipped and logged. Returns the number of
// records.
std::size_t write_poses(const std::filesystem::path& path, const Experiment& experiment,
                        const std::vector<Sample>& samples);

}  // namespace fragflow
