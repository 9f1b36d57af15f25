// The interface of a kind of object to a run: how it is built, scored and written. Nothing in
// src/run, src/design or src/app depends on the kind.
#pragma once

#include <filesystem>
#include <memory>
#include <nlohmann/json.hpp>
#include <span>
#include <string>
#include <vector>

#include "envs/enumeration.hpp"
#include "envs/environment.hpp"
#include "envs/environment_config.hpp"
#include "src/base/csv.hpp"
#include "src/reward/reward.hpp"
#include "src/reward/reward_config.hpp"

namespace fragflow {

class FragmentTree;

// A table whose rows are objects.
struct ObjectTable {
  CsvTable table;
  std::vector<std::string> objects;  // of each row, as terminals_of() reads them
};

class Task {
 public:
  virtual ~Task() = default;

  virtual const Environment& environment() const = 0;
  // Counts its calls, and caches scores.
  virtual Reward& reward() const = 0;

  // Name of the column of objects in tables, for instance "smiles".
  virtual std::string object_column() const = 0;
  // A text that identifies the meaning of a policy's weights, readable and comparable. Limits on
  // the size of objects are not part of it.
  virtual std::string identity() const = 0;
  // Entries of run.json: what is built, and the R that p is proportional to.
  virtual nlohmann::ordered_json description() const = 0;

  // Reads a table with a column of objects; column: its name, "" for object_column() (or one that
  // the task detects). Throws UserError for a missing file or column.
  virtual ObjectTable read_objects(const std::filesystem::path& path,
                                   const std::string& column) const;
  // The distinct terminal states of each object; empty if it is not an object of this task.
  // complete_only: empty also if the search for them was incomplete.
  virtual std::vector<std::vector<State>> terminals_of(std::span<const std::string> objects,
                                                       bool complete_only) const = 0;
  // log R of each of an object's terminals if the object had the given score. Throws UserError for
  // a score without a log R.
  virtual double log_reward_of(double score, std::size_t num_terminals,
                               const std::string& object) const;

  // Number of modes (regions of highest reward) that are known beforehand; a state belongs to one
  // in [0, num_known_modes()) or to none, -1.
  virtual int num_known_modes() const { return 0; }
  virtual int known_mode_of(const State&) const { return -1; }

  // Data for drawing a distribution over all objects in the report: entries of grid.json. target
  // and learned: per terminal, in the order of graph.terminals(). null: nothing can be drawn.
  virtual nlohmann::ordered_json picture(const StateGraph& graph, std::span<const double> target,
                                         std::span<const double> learned) const;

  // Columns with details of finished objects other than scores, such as routes, and their texts for
  // given objects.
  virtual std::vector<std::string> detail_columns() const { return {}; }
  virtual std::vector<std::vector<std::string>> details_of(
      std::span<const State> terminals, std::span<const std::string> objects) const;

  // For features only trees of fragments have (genetic operators, drawings of molecules), or null.
  virtual const FragmentTree* fragment_tree() const { return nullptr; }
};

// A row of the table of tasks.
struct TaskKind {
  std::string name;  // environment.name
  // Objects are molecules: they can be drawn, and have fingerprints, scaffolds and alerts.
  bool has_structure = false;
  // Throws UserError for incompatible options.
  // Files are also searched for in the data folder.
  std::unique_ptr<Task> (*make)(const EnvironmentConfig&, const RewardConfig&) = nullptr;
  // The keys of [environment] that it reads besides name; setting any other is an error.
  std::vector<std::string> reads = {"options"};
};

// Throws UserError for an unknown name, naming the known ones.
const TaskKind& task_kind(const std::string& name);
// Gives keys that the environment does not read their defaults: in runs of versions that let them
// be set, without effect.
void reset_unread_keys(EnvironmentConfig& environment);
std::unique_ptr<Task> make_task(const EnvironmentConfig& environment, const RewardConfig& reward);

// Adds a row, for programs that define their own kind of object (such as tests/tasks/strings.hpp).
// Call before any configuration is read; not thread-safe.
void add_task(TaskKind kind);

}  // namespace fragflow
