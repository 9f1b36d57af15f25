#include "src/run/trajectory_table.hpp"

#include "src/base/csv.hpp"
#include "src/run/condition_choice.hpp"

namespace fragflow {

TrajectoryTable::TrajectoryTable(const std::filesystem::path& path, std::size_t length,
                                 const std::string& object_column,
                                 const std::vector<std::string>& components, const Config& config)
    : file_(path, length), num_components_(components.size()), config_(config) {
  if (length > 0) return;
  std::vector<std::string> header = {"step", object_column, "score", "log_reward"};
  for (const std::string& name : condition_columns(config)) header.push_back(name);
  for (const std::string& name : components) header.push_back(name + "_raw");
  file_.append(csv_row(header));
}

void TrajectoryTable::append(const StepResult& result) {
  std::string text;
  for (std::size_t i = 0; i < result.visited.rewards.size(); ++i) {
    const RewardResult& reward = result.visited.rewards[i];
    std::vector<std::string> fields = {std::to_string(result.step), reward.object,
                                       csv_number(reward.score), csv_number(reward.log_reward)};
    for (const std::string& field :
         condition_fields(config_, result.visited.trajectories[i].condition)) {
      fields.push_back(field);
    }
    const std::size_t num_fields = fields.size() + num_components_;
    for (const double value : reward.raw) fields.push_back(csv_number(value));
    fields.resize(num_fields);
    text += csv_row(fields);
  }
  file_.append(text);
}

}  // namespace fragflow
