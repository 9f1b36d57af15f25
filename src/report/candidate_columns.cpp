#include "src/report/candidate_columns.hpp"

#include <fmt/format.h>

#include <functional>
#include <nlohmann/json.hpp>

namespace fragflow {
namespace {

using Value = std::function<double(const Candidate&, const MoleculeProperties&)>;

struct Column {
  std::string key, label;
  int digits = 2;
  std::string help;
  bool shown = true;
  Value value;
};

void add_activity(const CandidateList& list, std::size_t t, std::vector<Column>& columns) {
  const std::string& name = list.activities[t];
  const auto add = [&](const char* key, const std::string& label, const char* help,
                       double CandidateActivity::*member, bool shown) {
    columns.push_back({fmt::format("{}_{}", key, t), name.empty() ? label : name + ": " + label, 2,
                       help, shown, [t, member](const Candidate& candidate, const auto&) {
                         return candidate.activities[t].*member;
                       }});
  };
  add("prediction", "prediction", "by the model in the reward", &CandidateActivity::mean, true);
  add("uncertainty", "\u00b1", "standard deviation of the prediction",
      &CandidateActivity::deviation, true);
  add("second", "second opinion", "by a model that never enters the reward",
      &CandidateActivity::second_mean, true);
  add("nearest_value", "nearest measured", "what was measured of the nearest known compound",
      &CandidateActivity::nearest_measured, true);
}

std::vector<Column> columns_of(const CandidateList& list) {
  using Properties = const MoleculeProperties&;
  using Row = const Candidate&;
  std::vector<Column> columns;
  columns.push_back({"score", "score", 3, "what the sampler was rewarded for", true,
                     [](Row row, Properties) { return row.score; }});
  for (std::size_t t = 0; t < list.activities.size(); ++t) add_activity(list, t, columns);
  columns.push_back({"similarity", "similarity", 2,
                     "to the nearest known compound (Tanimoto, Morgan radius 2)", true,
                     [](Row row, Properties) { return row.nearest_similarity; }});
  const auto add = [&](const char* key, const char* label, int digits, const char* help,
                       auto member) {
    columns.push_back({key, label, digits, help, true, [member](Row, Properties properties) {
                         return static_cast<double>(member(properties));
                       }});
  };
  add("mw", "MW", 0, "molecular weight, g/mol",
      [](Properties m) { return m.descriptors.molecular_weight; });
  add("logp", "logP", 1, "lipophilicity (Crippen)",
      [](Properties m) { return m.descriptors.logp; });
  add("tpsa", "TPSA", 0, "polar surface, square angstrom",
      [](Properties m) { return m.descriptors.tpsa; });
  add("qed", "QED", 2, "drug-likeness, 0 to 1", [](Properties m) { return m.qed; });
  add("sa", "SA", 1, "synthetic accessibility: 1 easy, 10 hard", [](Properties m) { return m.sa; });
  for (std::size_t k = 0; k < list.components.size(); ++k) {
    columns.push_back({fmt::format("component_{}", k), list.components[k] + " in score", 2,
                       "what this component contributes, 0 to 1", false,
                       [k](Row row, Properties) { return row.components[k].transformed; }});
  }
  return columns;
}

}  // namespace

nlohmann::json column_descriptions(const CandidateList& list) {
  nlohmann::json json = nlohmann::json::array();
  for (const Column& column : columns_of(list)) {
    json.push_back({{"key", column.key},
                    {"label", column.label},
                    {"digits", column.digits},
                    {"help", column.help},
                    {"shown", column.shown}});
  }
  return json;
}

nlohmann::json column_values(const CandidateList& list, std::size_t index,
                             const MoleculeProperties& properties) {
  nlohmann::json values = nlohmann::json::array();
  for (const Column& column : columns_of(list)) {
    values.push_back(column.value(list.candidates[index], properties));
  }
  return values;
}

}  // namespace fragflow
