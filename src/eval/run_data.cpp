#include "src/eval/run_data.hpp"

#include <GraphMol/RWMol.h>

#include <cmath>
#include <unordered_map>

#include "src/base/check.hpp"
#include "src/base/file.hpp"
#include "src/base/json.hpp"
#include "src/base/parallel.hpp"
#include "src/base/text.hpp"
#include "src/chem/standardise.hpp"
#include "src/eval/molecule_file.hpp"

namespace fragflow {
namespace {

std::optional<CsvTable> read_table(RunData& data, const char* name, const char* meaning) {
  const std::filesystem::path path = data.folder / name;
  if (std::filesystem::exists(path) && std::filesystem::file_size(path) > 0) {
    CsvTable table = read_csv(path);
    if (!table.rows.empty()) return table;
  }
  data.notes.push_back(fmt::format("There is no {} yet: {}.", name, meaning));
  return {};
}

nlohmann::json read_json(const std::filesystem::path& path) {
  return std::filesystem::exists(path) ? read_json_object(path) : nlohmann::json::object();
}

}  // namespace

std::string RunData::text(const std::string& key) const {
  const auto found = run.find(key);
  return found != run.end() && found->is_string() ? found->get<std::string>() : "";
}

RunData read_run_data(const std::filesystem::path& folder) {
  if (!std::filesystem::is_directory(folder)) {
    user_error("'{}' is not a folder; expected the folder of a run", folder.string());
  }
  RunData data;
  data.folder = folder;
  data.run = read_json(folder / "run.json");
  data.grid = read_json(folder / "grid.json");
  data.fidelity = read_json(folder / "fidelity.json");
  data.metrics = read_table(data, "metrics.csv", "the training curves are left out");
  const std::string column = data.text("object_column");  // "": written by an earlier version
  bool has_molecules = column.empty() || column == "smiles";
  if (has_molecules) {
    data.samples = read_table(data, "samples.csv",
                              "molecules are drawn when training ends (or by fragflow sample)");
    has_molecules = !data.samples || data.samples->find_column("smiles").has_value();
  }
  if (!has_molecules) {
    data.samples.reset();
    data.notes.push_back(
        "The samples of this run are no molecules. How far they are from R / Z is in the curves "
        "and pictures, if metrics.exact was set or fragflow grid made the run.");
  }
  if (std::filesystem::exists(folder / "front.csv")) data.front = read_csv(folder / "front.csv");
  if (std::filesystem::exists(folder / "config.toml")) {
    data.config = read_file(folder / "config.toml");
  }
  if (!data.metrics && !data.samples && data.config.empty() && data.run.empty() &&
      data.grid.empty()) {
    user_error(
        "'{}' holds no run: there is no config.toml, run.json, metrics.csv, samples.csv or "
        "grid.json",
        folder.string());
  }
  return data;
}

std::vector<double> numbers_of(const CsvTable& table, const std::string& column) {
  const auto index = table.find_column(column);
  if (!index) return std::vector<double>(table.rows.size(), NAN);
  std::vector<double> values;
  values.reserve(table.rows.size());
  for (const auto& row : table.rows) values.push_back(parse_double(row[*index]).value_or(NAN));
  return values;
}

double last_number_of(const CsvTable& table, const std::string& column) {
  const std::vector<double> values = numbers_of(table, column);
  return values.empty() ? NAN : values.back();
}

SampleRows distinct_samples(const CsvTable& samples) {
  SampleRows result;
  const std::size_t smiles = samples.column("smiles", "samples.csv");
  samples.column("score", "samples.csv");
  const std::vector<double> scores = numbers_of(samples, "score");
  std::unordered_map<std::string, std::size_t> index_of;
  for (std::size_t row = 0; row < samples.rows.size(); ++row) {
    const std::string& text = samples.rows[row][smiles];
    if (text.empty()) continue;
    const auto [entry, is_new] = index_of.try_emplace(text, result.rows.size());
    if (is_new) {
      result.molecules.smiles.push_back(text);
      result.molecules.scores.push_back(scores[row]);
      result.rows.push_back(row);
    } else if (scores[row] > result.molecules.scores[entry->second]) {
      result.molecules.scores[entry->second] = scores[row];
      result.rows[entry->second] = row;
    }
  }
  for (const std::string& name : samples.header) {
    if (name.ends_with("_raw")) result.components.push_back(name.substr(0, name.size() - 4));
  }
  return result;
}

KnownCompounds read_known_compounds(const std::filesystem::path& path,
                                    const std::string& smiles_column) {
  constexpr std::int64_t kBlockRows = 4096;
  KnownCompounds known;
  std::unordered_map<std::string, std::size_t> index_of;
  MoleculeColumns columns;
  columns.smiles = smiles_column;
  MoleculeFile file(path, columns);
  for (auto rows = file.next(kBlockRows); !rows.empty(); rows = file.next(kBlockRows)) {
    std::vector<std::string> smiles(rows.size());
    parallel_for(static_cast<std::int64_t>(rows.size()),
                 [&](std::int64_t i) { smiles[i] = standardise(rows[i].smiles).smiles; });
    for (std::size_t i = 0; i < rows.size(); ++i) {
      if (smiles[i].empty() || !index_of.try_emplace(smiles[i], known.smiles.size()).second)
        continue;
      known.smiles.push_back(smiles[i]);
      known.names.push_back(rows[i].name);
    }
  }
  if (known.smiles.empty()) user_error("'{}' holds no molecule RDKit accepts", path.string());
  return known;
}

}  // namespace fragflow
