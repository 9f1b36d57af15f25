#include "src/app/design_table.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <unordered_set>

#include "src/app/shortlist.hpp"
#include "src/base/check.hpp"
#include "src/base/csv.hpp"
#include "src/base/data_path.hpp"
#include "src/base/file.hpp"
#include "src/base/statistics.hpp"
#include "src/base/text.hpp"
#include "src/chem/activity_table.hpp"
#include "src/chem/elements.hpp"
#include "src/chem/extraction.hpp"
#include "src/chem/vocabulary.hpp"
#include "src/chem/vocabulary_spec.hpp"

namespace fragflow {
namespace {

namespace fs = std::filesystem;

constexpr const char* kDefaultVocabulary = "vocabulary.json";
// A table's own fragments are enough from here on.
constexpr std::int64_t kEnoughFragments = 40, kEnoughRings = 10;
constexpr std::size_t kWorstConflicts = 5;

ActivityOptions options_of(const TableSettings& settings) {
  ActivityOptions options;
  options.columns.smiles = settings.smiles;
  options.columns.target = settings.target;
  options.columns.relation = settings.relation;
  options.columns.unit = settings.unit_column;
  options.columns.name = settings.name;
  options.units = settings.units;
  options.direction = settings.direction;
  options.decimal = settings.decimal;
  options.where = settings.where;
  return options;
}

std::string table_text(const ActivityTable& table) {
  std::string text =
      csv_row({"smiles", "name", "activity", "lowest", "highest", "measurements", "rows"});
  for (const ActivityTable::Molecule& molecule : table.molecules) {
    std::vector<std::string> rows;
    for (const std::int64_t row : molecule.rows) rows.push_back(std::to_string(row));
    text += csv_row({molecule.smiles, molecule.name, csv_number(molecule.value),
                     csv_number(molecule.lowest), csv_number(molecule.highest),
                     std::to_string(molecule.rows.size()), join(rows, " ")});
  }
  return text;
}

std::string rejected_text(const ActivityTable& table) {
  std::string text = csv_row({"row", "line", "kind", "text", "reason"});
  for (const ActivityTable::Rejected& row : table.rejected) {
    text += csv_row(
        {std::to_string(row.row), std::to_string(row.line), row.kind, row.text, row.reason});
  }
  return text;
}

std::vector<double> sorted_values(const ActivityTable& table) {
  std::vector<double> values;
  for (const ActivityTable::Molecule& molecule : table.molecules) values.push_back(molecule.value);
  std::sort(values.begin(), values.end());
  return values;
}

void add_rejections(const ActivityTable& table, Json& facts) {
  for (const char* kind : {"censored", "value", "unit", "flagged", "structure", "fields"}) {
    facts[kind] = table.num_rejected(kind);
  }
}

void add_values(const ActivityTable& table, Json& facts) {
  const std::vector<double> values = sorted_values(table);
  facts["min"] = values.front();
  facts["p05"] = quantile(values, 0.05);
  facts["median"] = quantile(values, 0.5);
  facts["p95"] = quantile(values, 0.95);
  facts["max"] = values.back();
  facts["deviation"] = standard_deviation(values);
}

void add_conflicts(const ActivityTable& table, Json& facts) {
  // Ten-fold in concentration, or what separates the compounds of the table.
  const double spread = table.in_potency ? 1.0 : facts["deviation"].get<double>();
  const std::vector<std::int64_t> conflicts = table.conflicts(spread);
  facts["repeated"] =
      std::count_if(table.molecules.begin(), table.molecules.end(),
                    [](const ActivityTable::Molecule& m) { return m.rows.size() > 1; });
  facts["conflict_spread"] = spread;
  facts["conflicts"] = conflicts.size();
  facts["worst_conflicts"] = Json::array();
  for (std::size_t k = 0; k < std::min(kWorstConflicts, conflicts.size()); ++k) {
    const ActivityTable::Molecule& molecule = table.molecules[conflicts[k]];
    facts["worst_conflicts"].push_back({{"smiles", molecule.smiles},
                                        {"name", molecule.name},
                                        {"lowest", molecule.lowest},
                                        {"highest", molecule.highest},
                                        {"rows", molecule.rows}});
  }
}

void require_usable(const ActivityTable& table, const std::string& source, const fs::path& list) {
  if (table.size() < kFewestCompounds) {
    std::vector<std::string> parts;
    for (const auto& [kind, words] :
         {std::pair{"censored", "are bounds (> or <)"}, std::pair{"value", "have no usable value"},
          std::pair{"unit", "are in units that do not fit"},
          std::pair{"flagged", "are doubted by ChEMBL"},
          std::pair{"fields", "have more fields than the header"},
          std::pair{"structure", "have no readable structure"}}) {
      const std::int64_t count = table.num_rejected(kind);
      if (count > 0) parts.push_back(fmt::format("{} {}", count, words));
    }
    const auto unread =
        std::find_if(table.rejected.begin(), table.rejected.end(),
                     [](const ActivityTable::Rejected& row) { return row.kind == "structure"; });
    if (unread != table.rejected.end()) {
      parts.back() += fmt::format(" (line {}: {})", unread->line, unread->reason);
    }
    user_error("'{}': {} usable compounds in {} rows, at least {} are needed{}{}; see '{}'", source,
               table.size(), table.rows, kFewestCompounds, parts.empty() ? "" : ": ", join(parts),
               list.string());
  }
  const std::vector<double> values = sorted_values(table);
  if (values.front() == values.back()) {
    user_error("'{}': all {} compounds have the activity {}: there is nothing to learn from",
               source, table.size(), values.front());
  }
}

struct Extracted {
  ExtractionResult result;
  ExtractionOptions options;
};

// Small tables show everything fewer times.
Extracted extract(const std::vector<KnownActivity>& known) {
  std::vector<std::string> smiles;
  for (const KnownActivity& compound : known) smiles.push_back(compound.smiles);
  Extracted extracted;
  ExtractionOptions& options = extracted.options;
  const auto limit = [&](int usual) {
    return std::clamp(static_cast<int>(smiles.size() / 100) + 1, std::min(2, usual), usual);
  };
  options.min_count = limit(options.min_count);
  options.min_pattern_count = limit(options.min_pattern_count);
  options.min_join_count = limit(options.min_join_count);
  extracted.result = extract_vocabulary(smiles, options);
  return extracted;
}

VocabularySpec default_vocabulary() {
  const fs::path path = data_path(kDefaultVocabulary);
  return parse_vocabulary_json(read_file(path), path.string());
}

std::string table_summary(const Extracted& extracted) {
  const ExtractionResult& result = extracted.result;
  return fmt::format(
      "{} fragments from the table ({} rings, {} linkers, {} substituents, each in at least {} "
      "compounds); at least {:.0f} % of the compounds can be rebuilt from them.",
      result.vocabulary.fragments.size(), result.rings, result.linkers, result.substituents,
      extracted.options.min_count, 100.0 * result.covered / static_cast<double>(result.molecules));
}

// The table's fragments, with the default ones where `both` or their small number asks for it.
VocabularySpec from_table(const std::string& choice, const std::vector<KnownActivity>& known,
                          Json& facts) {
  std::optional<Extracted> extracted;
  try {
    extracted = extract(known);
  } catch (const UserError& error) {  // nothing occurs often enough
    if (choice == "table") throw;
    facts["source"] = "default";
    facts["summary"] = fmt::format(
        "The default vocabulary, because the table gave no fragments: {}.", error.what());
    return default_vocabulary();
  }
  const ExtractionResult& result = extracted->result;
  const auto count = static_cast<std::int64_t>(result.vocabulary.fragments.size());
  const bool enough = count >= kEnoughFragments && result.rings >= kEnoughRings;
  facts["table_fragments"] = count;
  facts["coverage"] = static_cast<double>(result.covered) / static_cast<double>(result.molecules);
  facts["summary"] = table_summary(*extracted);
  if (choice == "table" || (choice == "auto" && enough)) {
    facts["source"] = "table";
    return result.vocabulary;
  }
  facts["source"] = "both";
  VocabularySpec merged = merge_vocabularies(result.vocabulary, default_vocabulary());
  facts["summary"] = fmt::format("{} {}: {} of the default vocabulary were added.",
                                 facts["summary"].get<std::string>(),
                                 choice == "both" ? "As asked" : "That is little to build from",
                                 merged.fragments.size() - result.vocabulary.fragments.size());
  return merged;
}

// Elements of the table's compounds that no candidate can have, added to the summary.
void add_missing_elements(const std::vector<KnownActivity>& known, const VocabularySpec& spec,
                          Json& facts) {
  std::vector<std::string> compounds, fragments, parts;
  for (const KnownActivity& compound : known) compounds.push_back(compound.smiles);
  for (const FragmentSpec& fragment : spec.fragments) fragments.push_back(fragment.smiles);
  facts["missing_elements"] = Json::array();
  for (const ElementCount& element : elements_beyond(compounds, fragments)) {
    facts["missing_elements"].push_back(
        {{"element", element.name}, {"compounds", element.molecules}});
    parts.push_back(fmt::format("{} ({} {} of the table {})", element.name, element.molecules,
                                element.molecules == 1 ? "compound" : "compounds",
                                element.molecules == 1 ? "does" : "do"));
  }
  if (parts.empty()) return;
  facts["summary"] = fmt::format("{} No candidate can hold {}.",
                                 facts["summary"].get<std::string>(), join(parts, " or "));
}

}  // namespace

Json make_table(const DesignSettings& settings, const DesignPaths& paths) {
  const ActivityTable table = read_activity_table(settings.activities, options_of(settings.table));
  write_file_atomically(paths.rejected(), rejected_text(table));
  require_usable(table, settings.activities, paths.rejected());
  write_file_atomically(paths.table(), table_text(table));
  std::unordered_set<std::string> scaffolds;
  for (const ActivityTable::Molecule& molecule : table.molecules) {
    scaffolds.insert(molecule.scaffold);
  }
  Json facts = {{"rows", table.rows},
                {"filtered", table.filtered},
                {"molecules", table.size()},
                {"merged", table.num_merged()}};
  add_rejections(table, facts);
  facts["scaffolds"] = scaffolds.size();
  facts["standardised"] = table.counts.summary();
  facts["columns"] = {{"smiles", table.columns.smiles},     {"target", table.columns.target},
                      {"relation", table.columns.relation}, {"unit", table.columns.unit},
                      {"type", table.columns.type},         {"name", table.columns.name},
                      {"assayed", table.columns.assayed}};
  facts["notes"] = table.notes;
  facts["delimiter"] = std::string(1, table.delimiter);
  facts["decimal"] = std::string(1, table.decimal);
  facts["unit"] = table.unit;
  facts["unit_source"] = table.unit_source;
  facts["in_potency"] = table.in_potency;
  facts["higher_is_better"] = table.higher_is_better;
  facts["direction_source"] = table.direction_source;
  add_values(table, facts);
  add_conflicts(table, facts);
  facts["types"] = table.types;
  facts["assayed"] = table.assayed;
  return facts;
}

Json make_vocabulary(const VocabularySettings& settings, const DesignPaths& paths) {
  Json facts;
  VocabularySpec spec;
  const std::string& choice = settings.vocabulary;
  const std::vector<KnownActivity> known = read_known_activities(paths.table());
  if (choice == "default") {
    spec = default_vocabulary();
    facts = {{"source", "default"}, {"summary", "The default vocabulary, as asked."}};
  } else if (choice == "auto" || choice == "table" || choice == "both") {
    spec = from_table(choice, known, facts);
  } else if (fs::exists(choice)) {
    spec = parse_vocabulary_json(read_file(choice), choice);
    facts = {{"source", choice}, {"summary", fmt::format("The vocabulary '{}'.", choice)}};
  } else {
    user_error("--vocabulary {}: expected auto, table, default, both or a file", choice);
  }
  const Vocabulary vocabulary = Vocabulary::from_spec(spec, "the vocabulary");
  add_missing_elements(known, spec, facts);
  write_file_atomically(paths.vocabulary(), vocabulary.to_json());
  facts["fragments"] = vocabulary.size();
  return facts;
}

}  // namespace fragflow
