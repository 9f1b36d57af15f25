#include "src/app/trajectory_table.hpp"

#include "src/base/csv.hpp"

namespace fragflow {

TrajectoryTable::TrajectoryTable(const std::filesystem::path& path, std::size_t length,
                                 const std::string& object_column,
                                 const std::vector<std::string>& components)
    : file_(path, length), num_components_(components.size()) {
  if (length > 0) return;
  std::vector<std::string> header = {"step", object_column, "score", "log_reward"};
  for (const std::string& name : components) header.push_back(name + "_raw");
  file_.append(csv_row(header));
}

void TrajectoryTable::append(const StepResult& result) {
  std::string text;
  for (const RewardResult& reward : result.visited.rewards) {
    std::vector<std::string> fields = {std::to_string(result.step), reward.object,
                                       csv_number(reward.score), csv_number(reward.log_reward)};
    for (const double value : reward.raw) fields.push_back(csv_number(value));
    fields.resize(4 + num_components_);
    text += csv_row(fields);
  }
  file_.append(text);
}

}  // namespace fragflow
