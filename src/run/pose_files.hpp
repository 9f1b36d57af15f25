// Poses that scorers left of a run's molecules: where they are, and as one SD file.
#pragma once

#include <filesystem>
#include <vector>

#include "src/eval/poses.hpp"
#include "src/reward/reward_config.hpp"
#include "src/run/experiment.hpp"
#include "src/run/samples.hpp"

namespace fragflow {

bool leaves_poses(const RewardConfig& reward);

// One for each component with `poses`, but once for each folder.
std::vector<PoseSource> pose_sources(const RewardConfig& reward);

// In the order of the samples, with what their table says as properties, "rank" from 1 and
// "pose_of", the component; a molecule without a pose has no record, which is logged. Returns the
// number of records.
std::size_t write_poses(const std::filesystem::path& path, const Experiment& experiment,
                        const std::vector<Sample>& samples);

}  // namespace fragflow
