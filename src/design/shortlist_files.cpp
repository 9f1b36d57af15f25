#include "src/design/shortlist_files.hpp"

#include <fmt/format.h>

#include <cmath>

#include "src/base/csv.hpp"
#include "src/base/text.hpp"
#include "src/chem/sdf.hpp"

namespace fragflow {

std::string rounded(double value) { return std::isnan(value) ? "" : fmt::format("{:.4g}", value); }

ShortlistFields shortlist_fields(const Shortlist& shortlist, std::size_t index,
                                 const std::vector<KnownActivity>& known) {
  const ShortlistEntry& entry = shortlist.entries[index];
  const KnownActivity& nearest = known[entry.nearest];
  ShortlistFields fields = {{"rank", std::to_string(index + 1)},
                            {"smiles", entry.smiles},
                            {"score", rounded(entry.score)}};
  const auto add = [&](const ShortlistTarget& target, const char* name, std::string value) {
    fields.emplace_back(name + (target.key.empty() ? "" : "_" + target.key), std::move(value));
  };
  for (std::size_t t = 0; t < shortlist.targets.size(); ++t) {
    const ShortlistTarget& target = shortlist.targets[t];
    const TargetPrediction& prediction = entry.predictions[t];
    add(target, "prediction", rounded(prediction.mean));
    add(target, "uncertainty", rounded(prediction.deviation));
    if (target.in_potency) {
      add(target, "prediction_nM", fmt::format("{:.3g}", std::pow(10, 9 - prediction.mean)));
    }
    add(target, "second_prediction", rounded(prediction.check_mean));
    add(target, "second_uncertainty", rounded(prediction.check_deviation));
  }
  fields.insert(fields.end(), {{"caution", join(entry.cautions, "; ")},
                               {"nearest_name", nearest.name},
                               {"nearest_smiles", nearest.smiles}});
  for (const ShortlistTarget& target : shortlist.targets) {
    add(target, "nearest_value", rounded(target.values[entry.nearest]));
  }
  fields.insert(fields.end(), {{"nearest_similarity", rounded(entry.nearest_similarity)},
                               {"molecular_weight", rounded(entry.molecular_weight)},
                               {"logp", rounded(entry.logp)},
                               {"tpsa", rounded(entry.tpsa)},
                               {"log_pf", rounded(entry.log_pf)},
                               {"source", entry.source}});
  if (shortlist.has_routes) {
    fields.insert(fields.end(), {{"steps", entry.steps},
                                 {"price", entry.price},
                                 {"yield", entry.yield},
                                 {"route", entry.route}});
  }
  for (std::size_t k = 0; k < shortlist.components.size(); ++k) {
    fields.emplace_back(shortlist.components[k] + "_raw", rounded(entry.raw[k]));
    fields.emplace_back(shortlist.components[k] + "_score", rounded(entry.transformed[k]));
  }
  return fields;
}

std::string shortlist_csv(const Shortlist& shortlist, const std::vector<KnownActivity>& known) {
  std::string text;
  for (std::size_t i = 0; i < shortlist.entries.size(); ++i) {
    std::vector<std::string> names, values;
    for (auto& [name, value] : shortlist_fields(shortlist, i, known)) {
      names.push_back(name);
      values.push_back(value);
    }
    if (i == 0) text += csv_row(names);
    text += csv_row(values);
  }
  return text;
}

std::string shortlist_sdf(const Shortlist& shortlist, const std::vector<KnownActivity>& known) {
  std::vector<SdfRecord> records;
  for (std::size_t i = 0; i < shortlist.entries.size(); ++i) {
    records.push_back({shortlist.entries[i].smiles, shortlist_fields(shortlist, i, known)});
  }
  return sdf_text(records);
}

nlohmann::ordered_json shortlist_json(const Shortlist& shortlist,
                                      const std::vector<KnownActivity>& known) {
  nlohmann::ordered_json list = nlohmann::ordered_json::array();
  for (std::size_t i = 0; i < shortlist.entries.size(); ++i) {
    nlohmann::ordered_json object;
    for (const auto& [name, value] : shortlist_fields(shortlist, i, known)) {
      const auto number = parse_double(value);
      const bool is_text = name.ends_with("smiles") || name.ends_with("name");
      if (number && !is_text) {
        object[name] = *number;
      } else {
        object[name] = value;
      }
    }
    list.push_back(std::move(object));
  }
  return list;
}

std::vector<CandidateFacts> candidate_facts(const Shortlist& shortlist) {
  const auto as_written = [](double value) { return parse_double(rounded(value)).value_or(NAN); };
  std::vector<CandidateFacts> list;
  for (const ShortlistEntry& entry : shortlist.entries) {
    CandidateFacts& candidate = list.emplace_back();
    candidate.smiles = entry.smiles;
    candidate.score = as_written(entry.score);
    candidate.nearest_similarity = as_written(entry.nearest_similarity);
    for (const TargetPrediction& prediction : entry.predictions) {
      candidate.predictions.push_back({as_written(prediction.mean),
                                       as_written(prediction.deviation),
                                       as_written(prediction.check_mean)});
    }
  }
  return list;
}

}  // namespace fragflow
