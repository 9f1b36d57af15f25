#include "src/run/pose_files.hpp"

#include <algorithm>
#include <cmath>

#include "src/base/file.hpp"
#include "src/base/log.hpp"

namespace fragflow {
namespace {

// The raw value of a component; NaN if the sample has none.
double raw_of(const Experiment& experiment, const Sample& sample, const std::string& component) {
  const std::vector<std::string> names = experiment.reward().component_names();
  const auto found = std::ranges::find(names, component);
  const auto index = static_cast<std::size_t>(found - names.begin());
  return index < sample.reward.raw.size() ? sample.reward.raw[index] : NAN;
}

}  // namespace

bool leaves_poses(const RewardConfig& reward) { return !pose_sources(reward).empty(); }

std::vector<PoseSource> pose_sources(const RewardConfig& reward) {
  std::vector<PoseSource> sources;
  for (const ComponentConfig& component : reward.components) {
    if (component.poses.empty()) continue;
    const auto is_same = [&](const PoseSource& one) { return one.folder == component.poses; };
    if (std::ranges::any_of(sources, is_same)) continue;
    const bool is_pool = component.type == "pool";
    sources.push_back({component.name.empty() ? component.type : component.name,
                       is_pool ? component.pool.property : component.process.property,
                       component.poses});
  }
  return sources;
}

std::size_t write_poses(const std::filesystem::path& path, const Experiment& experiment,
                        const std::vector<Sample>& samples) {
  std::string text;
  std::size_t written = 0;
  const auto properties = sample_properties(experiment, samples);
  for (const PoseSource& source : pose_sources(experiment.config.reward)) {
    std::size_t missing = 0;
    std::string first_problem;
    for (std::size_t i = 0; i < samples.size(); ++i) {
      std::string problem;
      const auto pose = read_pose(source, samples[i].reward.object,
                                  raw_of(experiment, samples[i], source.component), problem);
      if (first_problem.empty()) first_problem = problem;
      if (!pose) {
        ++missing;
        continue;
      }
      std::vector<std::pair<std::string, std::string>> own = {{"rank", std::to_string(i + 1)},
                                                              {"pose_of", source.component}};
      own.insert(own.end(), properties[i].begin(), properties[i].end());
      text += pose_record(*pose, own);
      ++written;
    }
    if (missing > 0) {
      spdlog::warn("{} of {} molecules have no pose of '{}' in '{}'{}{}", missing, samples.size(),
                   source.component, source.folder.string(), first_problem.empty() ? "" : "; ",
                   first_problem);
    }
  }
  write_file_atomically(path, text);
  return written;
}

}  // namespace fragflow
