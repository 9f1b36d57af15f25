#include "src/tasks/task.hpp"

#include <cmath>

#include "src/base/changed_fields.hpp"
#include "src/base/check.hpp"
#include "src/base/csv.hpp"
#include "src/base/text.hpp"
#include "src/tasks/grid_task.hpp"
#include "src/tasks/molecule_task.hpp"

namespace fragflow {
namespace {

// One row each.
std::vector<TaskKind>& kinds() {
  static std::vector<TaskKind> table = {
      {"fragment_tree",
       /*has_structure=*/true,
       make_molecule_task,
       {"vocabulary", "start", "forbidden_smarts", "max_fragments", "min_fragments", "forbidden",
        "max_heavy_atoms"}},
      {kSynthesis,
       /*has_structure=*/true,
       make_molecule_task,
       {"vocabulary", "start", "max_reactions", "forbidden_smarts", "min_fragments", "forbidden",
        "max_heavy_atoms"}},
      {"hypergrid",
       /*has_structure=*/false,
       make_grid_task,
       {"dimension", "height", "forced_stop"}},
  };
  return table;
}

}  // namespace

ObjectTable Task::read_objects(const std::filesystem::path& path, const std::string& column) const {
  ObjectTable result{read_csv(path), {}};
  const std::size_t index =
      result.table.column(column.empty() ? object_column() : column, path.string());
  for (const auto& row : result.table.rows) result.objects.push_back(row[index]);
  return result;
}

double Task::log_reward_of(double score, std::size_t, const std::string& object) const {
  if (score <= 0) {
    user_error("the score of {} '{}' must be above 0, not {}", object_column(), object, score);
  }
  return std::log(score);
}

nlohmann::ordered_json Task::picture(const StateGraph&, std::span<const double>,
                                     std::span<const double>) const {
  return {};
}

std::vector<std::vector<std::string>> Task::details_of(std::span<const State> terminals,
                                                       std::span<const std::string>) const {
  return std::vector<std::vector<std::string>>(terminals.size());
}

const TaskKind& task_kind(const std::string& name) {
  for (const TaskKind& kind : kinds()) {
    if (kind.name == name) return kind;
  }
  user_error("environment.name = '{}' is not known; there are: {}{}", name,
             join(environment_names()), did_you_mean(name, environment_names()));
}

namespace {

std::vector<std::string> keys_read(const TaskKind& kind) {
  std::vector<std::string> read = {"name"};
  read.insert(read.end(), kind.reads.begin(), kind.reads.end());
  return read;
}

}  // namespace

void reset_unread_keys(EnvironmentConfig& environment) {
  reset_unread(environment, keys_read(task_kind(environment.name)));
}

std::unique_ptr<Task> make_task(const EnvironmentConfig& environment, const RewardConfig& reward) {
  const TaskKind& kind = task_kind(environment.name);
  const std::vector<std::string> read = keys_read(kind);
  const std::vector<std::string> unread = unread_fields(environment, read);
  if (!unread.empty()) {
    user_error("environment.name = \"{}\" does not read environment.{}; it reads {}", kind.name,
               join(unread, ", environment."), join(read));
  }
  return kind.make(environment, reward);
}

void add_task(TaskKind kind) {
  add_environment_name(kind.name);
  kinds().push_back(std::move(kind));
}

}  // namespace fragflow
