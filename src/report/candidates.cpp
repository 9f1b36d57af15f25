#include "src/report/candidates.hpp"

#include <GraphMol/RWMol.h>
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>

#include "src/base/check.hpp"
#include "src/base/parallel.hpp"
#include "src/base/text.hpp"
#include "src/chem/depiction.hpp"
#include "src/chem/pair_drawing.hpp"
#include "src/chem/sdf.hpp"
#include "src/chem/search_groups.hpp"
#include "src/chem/standardise.hpp"
#include "src/eval/chemical_space.hpp"
#include "src/eval/properties.hpp"
#include "src/report/candidate_columns.hpp"

namespace fragflow {
namespace {

using Json = nlohmann::json;

// This many of the best are compared with their nearest compound atom by atom: the search for the
// common part takes seconds for a few pairs, and a page has to stay small.
constexpr std::int64_t kMostCompared = 200;

// Groups molecules by scaffold, in order of first occurrence; ringless ones last.
Json scaffold_groups(const std::vector<std::string>& scaffolds) {
  std::vector<FoundGroup> groups;
  for (std::size_t i = 0; i < scaffolds.size(); ++i) {
    auto group = std::find_if(groups.begin(), groups.end(),
                              [&](const FoundGroup& other) { return other.name == scaffolds[i]; });
    if (group == groups.end()) group = groups.insert(group, {scaffolds[i], {}});
    group->molecules.push_back(static_cast<std::int64_t>(i));
  }
  std::stable_partition(groups.begin(), groups.end(),
                        [](const FoundGroup& group) { return !group.name.empty(); });
  const auto is_drawn = [](const FoundGroup& group) {
    return !group.name.empty() && group.molecules.size() > 1;  // alone it is seen in its molecule
  };
  std::vector<std::string> smiles;
  for (const FoundGroup& group : groups) {
    if (is_drawn(group)) smiles.push_back(group.name);
  }
  const std::vector<std::string> drawings = draw_molecules(smiles);
  auto drawing = drawings.begin();
  Json json = Json::array();
  for (const FoundGroup& group : groups) {
    json.push_back({{"name", group.name},
                    {"drawing", is_drawn(group) ? *drawing++ : ""},
                    {"members", group.molecules}});
  }
  return json;
}

Json groups_json(const std::vector<FoundGroup>& groups) {
  Json json = Json::array();
  for (const FoundGroup& group : groups) {
    json.push_back({{"name", group.name}, {"members", group.molecules}});
  }
  return json;
}

Json nearest_json(const Candidate& candidate, bool compare) {
  if (candidate.nearest_smiles.empty()) return nullptr;
  const auto molecule = parse_smiles(candidate.smiles);
  const auto known = parse_smiles(candidate.nearest_smiles);
  FRAGFLOW_CHECK(molecule != nullptr && known != nullptr, "RDKit refuses '{}' or '{}'",
                 candidate.smiles, candidate.nearest_smiles);
  const PairDrawing pair =
      compare ? depict_pair(*molecule, *known) : PairDrawing{"", depict(*known), 0};
  Json measured = Json::array();
  for (const CandidateActivity& activity : candidate.activities) {
    measured.push_back(activity.nearest_measured);
  }
  return {{"name", candidate.nearest_name},
          {"smiles", candidate.nearest_smiles},
          {"similarity", candidate.nearest_similarity},
          {"measured", measured},
          {"common_atoms", pair.common_atoms},
          {"own_drawing", pair.first},
          {"drawing", pair.second}};
}

// Elements and positions in the drawing, on which the page draws atom contributions.
Json atoms_json(const PlacedDrawing& drawing) {
  Json json = Json::array();
  for (const DrawnAtom& atom : drawing.atoms) {
    json.push_back({atom.element, std::lround(atom.x), std::lround(atom.y)});
  }
  return json;
}

Json activity_json(const CandidateActivity& activity) {
  Json json = {{"mean", activity.mean},
               {"deviation", activity.deviation},
               {"second_mean", activity.second_mean},
               {"second_deviation", activity.second_deviation},
               {"constant", activity.constant},
               {"atoms", Json::array()}};
  // More digits than the page shows, so that their sum is correct.
  for (const double value : activity.atoms) json["atoms"].push_back(std::round(1e5 * value) / 1e5);
  return json;
}

Json row_json(const Candidate& candidate, bool compare) {
  const auto molecule = parse_smiles(candidate.smiles);
  FRAGFLOW_CHECK(molecule != nullptr, "RDKit refuses '{}'", candidate.smiles);
  const PlacedDrawing drawing = depict_with_atoms(*molecule);
  Json row = {{"smiles", candidate.smiles},
              {"cautions", candidate.cautions},
              {"source", candidate.source},
              {"nearest", nearest_json(candidate, compare)},
              {"drawing", drawing.svg},
              {"atoms", atoms_json(drawing)},
              {"molblock", molblock_2d(candidate.smiles)}};
  if (candidate.route) row["route"] = route_scheme_html(*candidate.route);
  row["components"] = Json::array();
  for (const CandidateComponent& component : candidate.components) {
    row["components"].push_back({{"raw", component.raw}, {"score", component.transformed}});
  }
  row["activities"] = Json::array();
  for (const CandidateActivity& activity : candidate.activities) {
    FRAGFLOW_CHECK(activity.atoms.empty() || activity.atoms.size() == drawing.atoms.size(),
                   "{} values for the {} atoms of '{}'", activity.atoms.size(),
                   drawing.atoms.size(), candidate.smiles);
    row["activities"].push_back(activity_json(activity));
  }
  row["fields"] = Json::array();
  for (const auto& [name, value] : candidate.fields) row["fields"].push_back(value);
  return row;
}

// Positions of candidates and known compounds on one map.
Json add_map(const CandidateList& list, std::vector<std::string> smiles, std::vector<Json>& rows) {
  for (const KnownCompoundPoint& known : list.known) smiles.push_back(known.smiles);
  const PlanePoints plane = principal_plane(fingerprints(smiles, FingerprintKind::kMorgan2));
  // Three digits are finer than a pixel.
  const auto place = [&](std::size_t i) -> Json {
    return {{"x", std::round(1000 * plane.x[i]) / 1000},
            {"y", std::round(1000 * plane.y[i]) / 1000}};
  };
  for (std::size_t i = 0; i < rows.size(); ++i) rows[i]["place"] = place(i);
  Json points = Json::array();
  for (std::size_t k = 0; k < list.known.size(); ++k) {
    Json point = place(rows.size() + k);
    point["name"] = list.known[k].name;
    point["value"] = list.known[k].value;
    points.push_back(std::move(point));
  }
  return {{"known", points}, {"map_share", plane.share}};
}

// Equal for the same molecules, whatever else has changed, so that notes are kept.
std::string key_of(const std::vector<std::string>& smiles) {
  return fmt::format("fragflow-candidates-{:016x}", fnv1a(join(smiles, "\n")));
}

}  // namespace

nlohmann::json candidates_json(const CandidateList& list) {
  std::vector<std::string> smiles;
  for (const Candidate& candidate : list.candidates) smiles.push_back(candidate.smiles);
  const std::vector<MoleculeProperties> properties = molecule_properties(smiles, Alerts::kMatch);
  std::vector<Json> rows(smiles.size());
  parallel_for(
      static_cast<std::int64_t>(rows.size()),
      [&](std::int64_t i) { rows[i] = row_json(list.candidates[i], i < kMostCompared); },
      kLongBodies);
  for (std::size_t i = 0; i < rows.size(); ++i) {
    rows[i]["alerts"] = properties[i].alerts;
    rows[i]["values"] = column_values(list, i, properties[i]);
  }
  Json field_names = Json::array();
  if (!list.candidates.empty()) {
    for (const auto& [name, value] : list.candidates[0].fields) field_names.push_back(name);
  }
  const Json map = add_map(list, smiles, rows);
  return {{"key", key_of(smiles)},
          {"known", map["known"]},
          {"map_share", map["map_share"]},
          {"explanation", list.explanation},
          {"columns", column_descriptions(list)},
          {"activities", list.activities},
          {"models", list.models},
          {"components", list.components},
          {"groups", groups_json(find_groups(smiles))},
          {"ring_systems", groups_json(find_ring_systems(smiles))},
          {"scaffolds", scaffold_groups(scaffolds(smiles))},
          {"field_names", field_names},
          {"rows", rows}};
}

}  // namespace fragflow
