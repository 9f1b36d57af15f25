// fragflow score: the score of given molecules, by a proxy alone or by the reward of a config.
#include <fmt/format.h>

#include <algorithm>
#include <memory>

#include "src/app/command.hpp"
#include "src/base/check.hpp"
#include "src/base/csv.hpp"
#include "src/base/data_path.hpp"
#include "src/base/file.hpp"
#include "src/base/log.hpp"
#include "src/chem/activity_columns.hpp"
#include "src/chem/canonical_batch.hpp"
#include "src/chem/structure_text.hpp"
#include "src/chem/table_reader.hpp"
#include "src/reward/molecule_forms.hpp"
#include "src/reward/molecule_scorer.hpp"
#include "src/reward/proxy_model.hpp"
#include "src/run/config.hpp"
#include "src/run/experiment.hpp"
#include "src/run/run_checkpoint.hpp"

namespace fragflow {
namespace {

constexpr std::size_t kBlock = 8192;       // molecules scored at a time
constexpr std::size_t kShownReasons = 20;  // rejected rows named one by one

struct ScoreOptions {
  std::string input, output, proxy, config, folder, smiles_column;
  std::vector<std::string> overrides;
};

// Scores canonical SMILES: values of the new columns, empty where a molecule has none.
class TableScorer {
 public:
  virtual ~TableScorer() = default;
  // The molecules to score for the input texts.
  virtual std::vector<CanonicalText> read(const std::vector<std::string>& smiles,
                                          StandardiseCounts& counts) {
    return canonical_batch(smiles, counts);
  }
  virtual std::vector<std::string> columns() const = 0;
  struct Row {
    std::vector<double> values;  // as columns(), the score last; empty: not scored
    std::string reason;
  };
  virtual std::vector<Row> score(const std::vector<std::string>& canonical_smiles) = 0;
};

class ProxyScorer : public TableScorer {
 public:
  explicit ProxyScorer(const std::string& file) : model_(load_proxy(file)) {}

  std::vector<std::string> columns() const override { return {"proxy_std", "score"}; }

  std::vector<Row> score(const std::vector<std::string>& canonical_smiles) override {
    std::vector<Row> rows;
    for (const auto& prediction : model_->predict(canonical_smiles)) {
      rows.push_back({{prediction.std, prediction.mean}, ""});
    }
    return rows;
  }

 private:
  std::unique_ptr<ProxyModel> model_;
};

class RewardScorer : public TableScorer {
 public:
  // folder: of the run whose reward is used; "" without one.
  RewardScorer(const Config& config, const std::string& folder)
      : scorer_(reward_of(config)), forms_([config] { return molecule_environment(config); }) {
    scorer_.work_in({folder, StopToken()});
  }

  std::vector<CanonicalText> read(const std::vector<std::string>& smiles,
                                  StandardiseCounts& counts) override {
    return forms_.canonical(smiles, counts);
  }

  std::vector<std::string> columns() const override {
    std::vector<std::string> columns;
    for (const std::string& name : scorer_.names()) {
      columns.push_back(name + "_raw");
      columns.push_back(name);
    }
    columns.push_back("log_reward");
    columns.push_back("score");
    return columns;
  }

  std::vector<Row> score(const std::vector<std::string>& canonical_smiles) override {
    std::vector<Row> rows;
    for (const MoleculeScore& score : scorer_.score(canonical_smiles)) {
      Row row;
      row.reason = score.reason;
      if (score.valid) {
        for (std::size_t k = 0; k < score.raw.size(); ++k) {
          row.values.push_back(score.raw[k]);
          row.values.push_back(score.transformed[k]);
        }
        row.values.push_back(score.log_reward);
        row.values.push_back(score.score);
      }
      rows.push_back(std::move(row));
    }
    return rows;
  }

 private:
  static RewardConfig reward_of(const Config& config) {
    RewardConfig reward = config.reward;
    find_files(reward);
    return reward;
  }

  // Null if the configuration builds no molecules, or its vocabulary does not exist: a table can be
  // scored without it.
  static std::shared_ptr<const FragmentTree> molecule_environment(const Config& config) {
    if (!task_kind(config.environment.name).has_structure) return nullptr;
    try {
      EnvironmentConfig environment = config.environment;
      environment.vocabulary = find_file(environment.vocabulary);
      return make_fragment_tree(environment);
    } catch (const UserError& error) {
      spdlog::warn(
          "charged molecules are scored neutral: what the fragments build is not known ({})",
          error.what());
      return nullptr;
    }
  }

  MoleculeScorer scorer_;
  MoleculeForms forms_;
};

struct InputTable {
  std::vector<std::string> header;
  std::vector<std::vector<std::string>> rows;
  std::size_t smiles_column = 0;
  std::vector<std::size_t> certain;  // see CsvTable

  // For `standardise`; "" if it is uncertain which field of the row it is.
  std::string structure(std::size_t row) const {
    if (certain[row] <= smiles_column) return "";
    return std::string(split_structure(rows[row][smiles_column]).structure);
  }
};

InputTable read_input(const ScoreOptions& options) {
  CsvTable table = read_whole(TableReader(options.input, options.smiles_column));
  for (const std::string& remark : table.remarks) spdlog::info("'{}': {}", options.input, remark);
  const std::size_t column =
      find_smiles_column(table, options.smiles_column, "'" + options.input + "'");
  return {std::move(table.header), std::move(table.rows), column, std::move(table.certain)};
}

struct Totals {
  std::size_t scored = 0, rejected = 0;
  double score_sum = 0;
  StandardiseCounts counts;
};

void reject(std::size_t row, const std::string& smiles, const std::string& reason, Totals& totals) {
  if (++totals.rejected <= kShownReasons) {
    spdlog::warn("row {}: '{}' not scored: {}", row, smiles, reason);
  }
}

// Columns of the input that the result does not overwrite.
std::vector<std::size_t> kept_columns(const InputTable& table,
                                      const std::vector<std::string>& new_columns) {
  std::vector<std::size_t> kept;
  for (std::size_t c = 0; c < table.header.size(); ++c) {
    const bool replaced =
        std::find(new_columns.begin(), new_columns.end(), table.header[c]) != new_columns.end();
    if (replaced) {
      spdlog::warn("column '{}' of the input is replaced by the new one", table.header[c]);
    } else {
      kept.push_back(c);
    }
  }
  return kept;
}

// Scores rows [begin, end) and appends them to text.
void score_block(const InputTable& table, std::size_t begin, std::size_t end,
                 const std::vector<std::size_t>& kept, TableScorer& scorer, Totals& totals,
                 std::string& text) {
  std::vector<std::string> smiles;
  for (std::size_t i = begin; i < end; ++i) smiles.push_back(table.structure(i));
  const std::vector<CanonicalText> canonical = scorer.read(smiles, totals.counts);
  std::vector<std::string> good;
  for (const CanonicalText& molecule : canonical) {
    if (!molecule.smiles.empty()) good.push_back(molecule.smiles);
  }
  std::vector<TableScorer::Row> scores;
  if (!good.empty()) scores = scorer.score(good);
  const std::size_t num_values = scorer.columns().size();
  std::size_t next = 0;
  for (std::size_t i = begin; i < end; ++i) {
    const CanonicalText& molecule = canonical[i - begin];
    TableScorer::Row row{{}, molecule.reason};
    if (!molecule.smiles.empty()) row = std::move(scores[next++]);
    std::vector<std::string> fields;
    for (const std::size_t c : kept) fields.push_back(table.rows[i][c]);
    fields.push_back(molecule.smiles);
    for (const double value : row.values) fields.push_back(csv_number(value));
    if (row.values.empty()) {
      fields.resize(fields.size() + num_values);
      reject(i + 1, shown_structure(table.rows[i][table.smiles_column]), row.reason, totals);
    } else {
      ++totals.scored;
      totals.score_sum += row.values.back();
    }
    text += csv_row(fields);
  }
}

std::unique_ptr<TableScorer> make_scorer(const ScoreOptions& options) {
  const int given = !options.proxy.empty() + !options.config.empty() + !options.folder.empty();
  if (given != 1) user_error("score: give either --proxy FILE, --config FILE or --run FOLDER");
  if (!options.overrides.empty() && options.config.empty()) {
    user_error("score: --set needs --config");
  }
  if (!options.proxy.empty()) return std::make_unique<ProxyScorer>(options.proxy);
  if (options.config.empty()) {
    return std::make_unique<RewardScorer>(run_config(options.folder), options.folder);
  }
  return std::make_unique<RewardScorer>(load_config(options.config, options.overrides), "");
}

void run(const ScoreOptions& options, const GlobalOptions& global) {
  const InputTable table = read_input(options);
  const std::unique_ptr<TableScorer> scorer = make_scorer(options);
  std::vector<std::string> new_columns = scorer->columns();
  new_columns.insert(new_columns.begin(), "canonical_smiles");
  const std::vector<std::size_t> kept = kept_columns(table, new_columns);
  std::vector<std::string> header;
  for (const std::size_t c : kept) header.push_back(table.header[c]);
  header.insert(header.end(), new_columns.begin(), new_columns.end());
  std::string text = csv_row(header);
  Totals totals;
  for (std::size_t begin = 0; begin < table.rows.size(); begin += kBlock) {
    const std::size_t end = std::min(begin + kBlock, table.rows.size());
    score_block(table, begin, end, kept, *scorer, totals, text);
  }
  if (totals.rejected > kShownReasons) {
    spdlog::warn("{} more rows not scored", totals.rejected - kShownReasons);
  }
  spdlog::info("{}", totals.counts.summary());
  if (totals.scored == 0) {
    user_error("'{}': none of the {} rows could be scored", options.input, table.rows.size());
  }
  write_file_atomically(options.output, text);
  const double mean = totals.score_sum / static_cast<double>(totals.scored);
  print_result(global,
               {{"file", options.input},
                {"output", options.output},
                {"rows", table.rows.size()},
                {"scored", totals.scored},
                {"rejected", totals.rejected},
                {"mean_score", mean}},
               fmt::format("{} of {} rows scored, mean score {:.4f}; written to {}", totals.scored,
                           table.rows.size(), mean, options.output));
}

}  // namespace

void add_score_command(CLI::App& app, GlobalOptions& global) {
  CLI::App* command = app.add_subcommand("score", "Score given molecules");
  auto options = std::make_shared<ScoreOptions>();
  command
      ->add_option("INPUT", options->input,
                   "molecules: .csv with a header, .smi (SMILES and name) or .sdf; also .gz")
      ->required();
  command
      ->add_option("-o,--output", options->output,
                   "table to write: every row of the input in its order, scores added")
      ->required();
  command->add_option("--proxy", options->proxy,
                      "score by this model alone (score = mean, proxy_std = its deviation)");
  command->add_option("--config", options->config, "score by the [reward] of this config");
  command->add_option("--run", options->folder, "score as this run does, from its folder");
  add_override_option(*command, options->overrides);
  command->add_option("--smiles", options->smiles_column, "SMILES column (default: by name)");
  add_global_options(*command, global);
  command->footer(
      "Molecules are standardised (one neutral parent, no stereo). With --config or --run, what "
      "the\n"
      "run itself would write, charges included, is scored as it is written.\n"
      "Examples:\n"
      "  fragflow score --proxy data/proxy_default.safetensors molecules.smi -o scores.csv\n"
      "  fragflow score --run runs/demo molecules.smi -o scores.csv");
  command->callback([options, &global] { run(*options, global); });
}

}  // namespace fragflow
