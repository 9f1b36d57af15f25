#include "src/run/dataset.hpp"

#include <optional>
#include <set>

#include "src/base/check.hpp"
#include "src/base/csv.hpp"
#include "src/base/data_path.hpp"
#include "src/base/log.hpp"
#include "src/base/rng.hpp"
#include "src/base/text.hpp"
#include "src/gfn/sampler.hpp"

namespace fragflow {
namespace {

// The content of a row of the table.
struct DatasetRow {
  std::string object;
  std::optional<double> score;  // empty: to be computed
};

std::vector<DatasetRow> read_rows(const Task& task, const DatasetConfig& config) {
  const std::string path = find_file(config.file);
  const ObjectTable objects = task.read_objects(path, config.object_column);
  const CsvTable& table = objects.table;
  const bool has_score = !config.score_column.empty();
  const std::size_t score = has_score ? table.column(config.score_column, path) : 0;
  std::vector<DatasetRow> rows;
  for (std::size_t i = 0; i < table.rows.size(); ++i) {
    DatasetRow row{objects.objects[i], {}};
    if (has_score) {
      row.score = parse_double(table.rows[i][score]);
      if (!row.score || *row.score < 0) {
        user_error("'{}' line {}: the score '{}' is no number of at least 0", path,
                   table.line_numbers[i], table.rows[i][score]);
      }
    }
    rows.push_back(std::move(row));
  }
  return rows;
}

// The terminal states of each row; empty if it is not an object of this environment. Scores from
// the table are combined with the number of terminals, so that then all of them must be known.
std::vector<std::vector<State>> terminals_of(const Task& task,
                                             const std::vector<DatasetRow>& rows) {
  std::vector<std::string> objects;
  for (const DatasetRow& row : rows) objects.push_back(row.object);
  const bool has_score = !rows.empty() && rows.front().score.has_value();
  return task.terminals_of(objects, /*complete_only=*/has_score);
}

// Rewards of all objects: from the table, or computed (by the first tree of a molecule).
void add_rewards(const Experiment& experiment, const std::vector<DatasetRow>& rows,
                 std::vector<DatasetObject>& objects) {
  std::vector<State> first;
  for (const DatasetObject& object : objects) first.push_back(object.terminals.front());
  const bool is_given = !rows.empty() && rows.front().score.has_value();
  if (!is_given) {
    std::vector<RewardResult> rewards = experiment.reward().evaluate(first);
    for (std::size_t i = 0; i < objects.size(); ++i) objects[i].reward = std::move(rewards[i]);
    return;
  }
  for (std::size_t i = 0; i < objects.size(); ++i) {
    RewardResult& reward = objects[i].reward;
    reward.object = rows[i].object;
    reward.score = *rows[i].score;
    reward.valid = true;
    reward.log_reward =
        experiment.task->log_reward_of(reward.score, objects[i].terminals.size(), reward.object);
  }
}

std::vector<DatasetObject> gather(const Experiment& experiment) {
  std::vector<DatasetObject> objects;
  std::set<State> seen;
  for (const Trajectory& trajectory :
       sample_uniform_trajectories(experiment.environment(), experiment.config.dataset.gather,
                                   mix_seed(experiment.config.seed, "dataset"), /*stream=*/0)) {
    if (seen.insert(trajectory.terminal()).second) objects.push_back({{trajectory.terminal()}, {}});
  }
  add_rewards(experiment, {}, objects);
  return objects;
}

struct LoadedObjects {
  std::vector<DatasetObject> objects;
  std::size_t rows = 0;  // of the table
};

// The objects of a table; `key` names it in messages.
LoadedObjects load_objects(const Experiment& experiment, const DatasetConfig& config,
                           const std::string& key) {
  const std::vector<DatasetRow> rows = read_rows(*experiment.task, config);
  std::vector<std::vector<State>> terminals = terminals_of(*experiment.task, rows);
  std::vector<DatasetObject> objects;
  std::vector<DatasetRow> kept;
  std::set<State> seen;
  std::size_t rejected = 0;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    if (terminals[i].empty()) {
      ++rejected;
    } else if (seen.insert(terminals[i].front()).second) {
      objects.push_back({std::move(terminals[i]), {}});
      kept.push_back(rows[i]);
    }
  }
  if (rejected > 0 && rejected < rows.size()) {
    spdlog::warn("{} '{}': {} of {} rows are no objects of this environment", key, config.file,
                 rejected, rows.size());
  }
  if (!objects.empty()) add_rewards(experiment, kept, objects);
  return {std::move(objects), rows.size()};
}

}  // namespace

std::vector<DatasetObject> load_dataset(const Experiment& experiment) {
  const DatasetConfig& config = experiment.config.dataset;
  if (config.file.empty()) return gather(experiment);
  LoadedObjects loaded = load_objects(experiment, config, "dataset.file");
  if (loaded.objects.empty()) {
    user_error("dataset.file '{}': none of {} rows is an object of this environment", config.file,
               loaded.rows);
  }
  return std::move(loaded.objects);
}

std::vector<DatasetObject> load_known_objects(const Experiment& experiment) {
  DatasetConfig table;
  table.file = experiment.config.exploration.replay.file;
  if (table.file.empty()) return {};
  LoadedObjects loaded = load_objects(experiment, table, "exploration.replay.file");
  if (loaded.objects.empty()) {
    spdlog::warn("exploration.replay.file '{}': none of {} rows is an object of this environment",
                 table.file, loaded.rows);
  }
  return std::move(loaded.objects);
}

}  // namespace fragflow
