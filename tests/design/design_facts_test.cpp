// Records of designs as they lie in folders of users.
#include "src/design/design_facts.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

#include "src/base/facts.hpp"

namespace fragflow {
namespace {

using Json = nlohmann::ordered_json;

#define MOTIFS                                                                                \
  R"({"actives":33,"list":[{"name":"urea","smarts":"NC(=O)N","atoms":4,"among_actives":1.0,)" \
  R"("among_all":0.9}],"core":["NC(=O)N"]})"
#define COLUMN                                                                                \
  R"("rows":146,"filtered":0,"molecules":130,"merged":13,"bounded":2,"bound_rows":2,)"        \
  R"("rejected":{"censored":0,"value":0,"unit":0,"flagged":0,"structure":1,"fields":0},)"     \
  R"("scaffolds":61,"standardised":"146 molecules read","columns":{"smiles":"Smiles",)"       \
  R"("target":"Value","relation":"Relation","unit":"Units","type":"Type","name":"Name",)"     \
  R"("assayed":""},"remarks":["a"],"notes":[],"delimiter":",","decimal":".","unit":"nM",)"    \
  R"("unit_source":"the column","in_potency":true,"higher_is_better":true,)"                  \
  R"("direction_source":"low","min":4.41,"p05":5.13,"median":6.73,"p95":8.56,"max":9.77,)"    \
  R"("deviation":1.09,"repeated":13,"conflict_spread":1.0,"conflicts":13,"worst_conflicts":)" \
  R"([{"smiles":"CCO","name":"c0","lowest":5.48,"highest":7.48,"rows":[1,2]}],)"              \
  R"("types":{"IC50":128,"Ki":15},"assayed":{})"
#define FRAGMENTS                                                                     \
  R"("table_fragments":46,"summary":"46 fragments","source":"table","fragments":46,)" \
  R"("max_fragments":9,"actives":33,"actives_built":0.97,"all_built":0.7,)"           \
  R"("obstacles":[{"reason":"a ring","compounds":2}],)"                               \
  R"("missing_elements":[{"element":"bromine","compounds":1}])"
#define MODEL                                                                              \
  R"({"model":"gp","random_r2":0.498,"random_rmse":0.769,"scaffold_r2":0.457,)"            \
  R"("scaffold_rmse":0.8,"check":true,"check_model":"forest","report":{"molecules":130},)" \
  R"("bounds":{"count":2,"learned":true,"met_learn":0.5,"met_left_out":0.0},)"             \
  R"("drawn":100,"drawn_from":130})"
#define LIST                                                                                            \
  R"("count":8,"wanted":8,"similarity_cut":0.7,"candidates":198,"compared":190,"known":0,"unfit":628,)" \
  R"("scaffolds":8,"routes":false,"median_similarity":0.78,"far":0,)"                                   \
  R"("molecules":[{"rank":1,"smiles":"CCO"}])"
#define PREDICTIONS                                                                              \
  R"("best_prediction":8.69,"median_prediction":8.08,"mean_prediction":8.17,"best_known":9.77,)" \
  R"("above_data":0,"disagree":0,"second_correlation":0.394,"second_mean":7.37,)"                \
  R"("second_of_actives":7.37)"
#define KEPT R"("motifs":[{"name":"urea","among_actives":1.0,"among_candidates":0.9}])"

constexpr const char* kTable = "{" COLUMN R"(,"motifs":)" MOTIFS "}";
constexpr const char* kTargets =
    R"({"targets":[{)" COLUMN
    R"(,"key":"A","given":"#3","number":3,"wanted":"high"}],"molecules":130,"all_measured":109})";
constexpr const char* kVocabulary = "{" FRAGMENTS "}";
constexpr const char* kObjectiveVocabulary =
    "{" FRAGMENTS R"(,"actives_measured":32,"motifs":)" MOTIFS "}";
constexpr const char* kProxies = R"({"targets":[)" MODEL "]}";
constexpr const char* kConfig =
    R"({"low":5.6,"high":8.56,"core":["NC(=O)N"],"domain":{"low":0.428,"high":0.651},)"
    R"("core_in_table":[1.0]})";
constexpr const char* kObjectiveConfig =
    R"({"clauses":[{"text":"A - B high","component":"A","negative":false,"transform":"sigmoid",)"
    R"("low":5.7,"high":8.32,"measured_both":39}],"core":[],)"
    R"("domains":[{"name":"domain_A","low":0.416,"high":0.646}],"core_in_table":[1.0]})";
constexpr const char* kTrain =
    R"({"steps":6,"trajectories":768,"samples":60,"unique":1.0,"mean_score":0.00128,)"
    R"("top_100":0.00128,"log_z":-10.8,"stop_reason":"","warnings":["w"],"beta":16.0,)"
    R"("first_score":null})";
constexpr const char* kShortlist =
    "{" LIST "," PREDICTIONS "," KEPT R"(,"opinion":["o"],"warnings":["w"]})";
constexpr const char* kObjectiveShortlist =
    "{" LIST R"(,"targets":[{)" PREDICTIONS R"(,"key":"A","name":"IC50","better":1}],)" KEPT
    R"(,"warnings":[]})";

// Left out where there is nothing to say, or by versions that did not find it yet.
const std::set<std::string> kMayLack = {
    "table_fragments", "bounds",      "drawn",       "drawn_from", "met_learn",
    "met_left_out",    "remarks",     "second_mean", "bounded",    "second_of_actives",
    "core_in_table",   "motifs",      "obstacles",   "bound_rows", "missing_elements",
    "fields",          "check_model", "core",        "routes",     "measured_both",
    "compared"};
// Kept as they are, whatever they hold.
const std::set<std::string> kRaw = {"report", "molecules", "types", "assayed"};

// Calls back with the record without each of its keys in turn, and the path of the key.
template <typename Act>
void without_each(Json& record, Json& part, const std::string& path, const Act& act) {
  if (part.is_array() && !part.empty()) without_each(record, part[0], path + "[0]", act);
  if (!part.is_object()) return;
  std::vector<std::string> keys;
  for (const auto& [key, value] : part.items()) keys.push_back(key);
  for (const std::string& key : keys) {
    const Json whole = part;
    const std::string where = path.empty() ? key : path + "." + key;
    part.erase(key);
    act(key, where);
    part = whole;
    if (!kRaw.contains(key)) without_each(record, part[key], where, act);
  }
}

template <typename Facts>
void expect_kept(const char* text) {
  EXPECT_EQ(facts_json(read_facts<Facts>(Json::parse(text), "record")).dump(), text);
  Json record = Json::parse(text);
  without_each(record, record, "", [&](const std::string& key, const std::string& where) {
    std::string said;
    try {
      read_facts<Facts>(record, "record");
    } catch (const UserError& error) {
      said = error.what();
    }
    if (said.empty() && kMayLack.contains(key)) return;
    EXPECT_EQ(said, fmt::format("record: '{}' is missing", where));
  });
}

TEST(DesignFacts, AreKeptAsRecordsHaveThem) {
  expect_kept<TableStageFacts>(kTable);
  expect_kept<TargetsFacts>(kTargets);
  expect_kept<VocabularyFacts>(kVocabulary);
  expect_kept<ObjectiveVocabularyFacts>(kObjectiveVocabulary);
  expect_kept<ProxiesFacts>(kProxies);
  expect_kept<ConfigFacts>(kConfig);
  expect_kept<ObjectiveConfigFacts>(kObjectiveConfig);
  expect_kept<TrainFacts>(kTrain);
  expect_kept<ShortlistFacts>(kShortlist);
  expect_kept<ObjectiveShortlistFacts>(kObjectiveShortlist);
}

TEST(DesignFacts, WhatIsRefusedIsNamed) {
  Json record = Json::parse(kTable);
  record["rejected"]["censored"] = "many";
  try {
    read_facts<TableStageFacts>(record, "'design.json', what stage table found");
    FAIL();
  } catch (const UserError& error) {
    EXPECT_STREQ(error.what(),
                 "'design.json', what stage table found: 'rejected.censored' should be a whole "
                 "number, not \"many\"");
  }
}

}  // namespace
}  // namespace fragflow
