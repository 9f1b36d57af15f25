#include "src/run/dataset.hpp"

#include <cmath>
#include <optional>
#include <set>
#include <sstream>

#include "envs/ancestors.hpp"
#include "src/base/check.hpp"
#include "src/base/csv.hpp"
#include "src/base/log.hpp"
#include "src/base/parallel.hpp"
#include "src/base/rng.hpp"
#include "src/base/text.hpp"
#include "src/chem/activity_columns.hpp"
#include "src/chem/canonical_batch.hpp"
#include "src/chem/structure_text.hpp"
#include "src/chem/table_reader.hpp"
#include "src/gfn/sampler.hpp"
#include "src/reward/aggregate.hpp"
#include "src/reward/molecule_trees.hpp"

namespace fragflow {
namespace {

// What a row of the table says.
struct Row {
  std::string object;
  std::optional<double> score;  // empty: to be computed
};

std::vector<Row> read_rows(const Experiment& experiment, const DatasetConfig& config) {
  const std::string path = find_file(config.file);
  const bool molecules = experiment.builds_molecules;
  const CsvTable table =
      molecules ? read_whole(TableReader(path, config.object_column)) : read_csv(path);
  const std::string cell = config.object_column.empty() ? "cell" : config.object_column;
  const std::size_t object =
      molecules ? find_smiles_column(table, config.object_column, path) : table.column(cell, path);
  const bool has_score = !config.score_column.empty();
  const std::size_t score = has_score ? table.column(config.score_column, path) : 0;
  std::vector<Row> rows;
  for (std::size_t i = 0; i < table.rows.size(); ++i) {
    const std::string& text = table.rows[i][object];
    Row row{molecules ? std::string(split_structure(text).structure) : text, {}};
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

// "3,5" as a finished cell of this grid; nothing if it is none.
std::optional<State> parse_cell(const Environment& environment, const HypergridConfig& grid,
                                const std::string& text) {
  State state = environment.initial_state();
  std::istringstream in(text);
  std::string part;
  int d = 0;
  for (; std::getline(in, part, ','); ++d) {
    const std::optional<double> x = parse_double(part);
    if (!x || d >= grid.dimension || *x != std::floor(*x) || *x < 0 || *x >= grid.height) return {};
    state.nodes[d].label = static_cast<std::uint16_t>(*x);
  }
  if (d != grid.dimension) return {};
  state.stopped = true;
  if (!is_reachable(environment, state)) return {};
  return state;
}

// The terminal states of each row; none where it is no object here.
std::vector<std::vector<State>> terminals_of(const Experiment& experiment,
                                             const std::vector<Row>& rows) {
  std::vector<std::vector<State>> terminals(rows.size());
  const auto* tree = dynamic_cast<const FragmentTree*>(experiment.environment.get());
  if (tree == nullptr) {
    for (std::size_t i = 0; i < rows.size(); ++i) {
      const std::optional<State> cell = parse_cell(
          *experiment.environment, experiment.config.environment.hypergrid, rows[i].object);
      if (cell) terminals[i].push_back(*cell);
    }
    return terminals;
  }
  std::vector<std::string> smiles;
  for (const Row& row : rows) smiles.push_back(row.object);
  StandardiseCounts counts;
  const std::vector<CanonicalText> canonical = canonical_batch(smiles, counts);
  spdlog::info("{}", counts.summary());
  const MoleculeTrees finder(*tree);
  parallel_for(
      static_cast<std::int64_t>(rows.size()),
      [&](std::int64_t i) {
        if (canonical[i].smiles.empty()) return;
        MoleculeTrees::Result found = finder.find(canonical[i].smiles);
        // Its number of trees belongs to a score from the table (log_reward_of).
        if (found.complete || !rows[i].score) terminals[i] = std::move(found.trees);
      },
      /*chunk=*/1);
  return terminals;
}

// log R of a score from the table, by the same rule as for a computed one.
double log_reward_of(const Experiment& experiment, double score, std::size_t num_trees,
                     const std::string& object) {
  const RewardConfig& reward = experiment.config.reward;
  if (experiment.builds_molecules) {
    const double of_molecule = log_reward(reward, reward.beta, score);
    return reward.target == "molecule" ? of_molecule - std::log(static_cast<double>(num_trees))
                                       : of_molecule;
  }
  if (score <= 0) user_error("the score of cell '{}' must be above 0, not {}", object, score);
  return std::log(score);
}

// Rewards of all objects: from the table, or computed (those of a molecule's first tree).
void add_rewards(const Experiment& experiment, const std::vector<Row>& rows,
                 std::vector<DatasetObject>& objects) {
  std::vector<State> first;
  for (const DatasetObject& object : objects) first.push_back(object.terminals.front());
  const bool is_given = !rows.empty() && rows.front().score.has_value();
  if (!is_given) {
    std::vector<RewardResult> rewards = experiment.reward->evaluate(first);
    for (std::size_t i = 0; i < objects.size(); ++i) objects[i].reward = std::move(rewards[i]);
    return;
  }
  for (std::size_t i = 0; i < objects.size(); ++i) {
    RewardResult& reward = objects[i].reward;
    reward.object = rows[i].object;
    reward.score = *rows[i].score;
    reward.valid = true;
    reward.log_reward =
        log_reward_of(experiment, reward.score, objects[i].terminals.size(), reward.object);
  }
}

std::vector<DatasetObject> gather(const Experiment& experiment) {
  std::vector<DatasetObject> objects;
  std::set<State> seen;
  for (const Trajectory& trajectory :
       sample_uniform_trajectories(*experiment.environment, experiment.config.dataset.gather,
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
  const std::vector<Row> rows = read_rows(experiment, config);
  std::vector<std::vector<State>> terminals = terminals_of(experiment, rows);
  std::vector<DatasetObject> objects;
  std::vector<Row> kept;
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
