#include "src/base/facts.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace fragflow {
namespace {

using Json = nlohmann::ordered_json;

struct Part {
  std::string name;
  std::int64_t count = 0;

  template <typename Visitor>
  void visit_fields(Visitor& visit) {
    visit.fact("name", name);
    visit.fact("count", count);
  }
};

struct Whole {
  bool flag = false;
  double value = 0;
  std::uint64_t seed = 0;
  std::optional<double> maybe;
  std::optional<Part> pending;
  std::vector<Part> parts;
  std::map<std::string, std::int64_t> counts;
  Part own;  // beside the other fields
  Json raw;  // whatever it is
  std::vector<std::string> added = {"as it was"};

  template <typename Visitor>
  void visit_fields(Visitor& visit) {
    visit.fact("flag", flag);
    visit.fact("value", value);
    visit.fact("seed", seed);
    visit.fact("maybe", maybe);
    visit.nullable("pending", pending);
    visit.fact("parts", parts);
    visit.fact("counts", counts);
    own.visit_fields(visit);
    visit.fact("raw", raw);
    visit.later("added", added);
  }
};

constexpr const char* kText =
    R"({"flag":true,"value":0.5,"seed":18446744073709551615,"maybe":2.0,)"
    R"("pending":{"name":"p","count":-1},"parts":[{"name":"a","count":1},{"name":"b","count":2}],)"
    R"("counts":{"IC50":3,"Ki":4},"name":"own","count":5,"raw":[1,"x"],"added":["b"]})";

Whole whole() {
  Whole facts;
  facts.flag = true;
  facts.value = 0.5;
  facts.seed = 18446744073709551615u;
  facts.maybe = 2;
  facts.pending = {"p", -1};
  facts.parts = {{"a", 1}, {"b", 2}};
  facts.counts = {{"IC50", 3}, {"Ki", 4}};
  facts.own = {"own", 5};
  facts.raw = {1, "x"};
  facts.added = {"b"};
  return facts;
}

std::string refusal(Json json) {
  try {
    read_facts<Whole>(json, "'record'");
  } catch (const UserError& error) {
    return error.what();
  }
  return "";
}

TEST(Facts, AreWrittenInTheOrderOfTheFields) { EXPECT_EQ(facts_json(whole()).dump(), kText); }

TEST(Facts, AreReadAsTheyWereWritten) {
  const auto facts = read_facts<Whole>(Json::parse(kText), "'record'");
  EXPECT_EQ(facts.seed, 18446744073709551615u);
  EXPECT_EQ(facts.maybe, 2);
  EXPECT_EQ(facts.pending->count, -1);
  EXPECT_EQ(facts.parts.at(1).name, "b");
  EXPECT_EQ(facts.counts.at("Ki"), 4);
  EXPECT_EQ(facts_json(facts).dump(), kText);
}

TEST(Facts, WhatIsMissingIsNoKeyOrNull) {
  Whole facts = whole();
  facts.maybe.reset();
  facts.pending.reset();
  facts.value = NAN;
  const Json json = Json::parse(facts_json(facts).dump());
  EXPECT_FALSE(json.contains("maybe"));
  EXPECT_TRUE(json["pending"].is_null());
  EXPECT_TRUE(json["value"].is_null());
  const auto read = read_facts<Whole>(json, "'record'");
  EXPECT_FALSE(read.maybe || read.pending);
  EXPECT_TRUE(std::isnan(read.value));
}

TEST(Facts, OlderRecordsLackWhatCameLater) {
  Json json = Json::parse(kText);
  json.erase("added");
  json["unknown"] = 1;
  EXPECT_EQ(read_facts<Whole>(json, "'record'").added, std::vector<std::string>{"as it was"});
}

TEST(Facts, AMissingKeyIsRefusedByName) {
  for (const char* key : {"flag", "value", "seed", "pending", "parts", "counts", "name", "raw"}) {
    Json json = Json::parse(kText);
    json.erase(key);
    EXPECT_EQ(refusal(json), fmt::format("'record': '{}' is missing", key));
  }
  Json json = Json::parse(kText);
  json["parts"][1].erase("count");
  EXPECT_EQ(refusal(json), "'record': 'parts[1].count' is missing");
}

TEST(Facts, AnotherTypeIsRefusedByName) {
  const auto with = [](const char* key, Json value) {
    Json json = Json::parse(kText);
    json[key] = std::move(value);
    return refusal(json);
  };
  EXPECT_EQ(with("flag", 1), "'record': 'flag' should be true or false, not 1");
  EXPECT_EQ(with("value", "2"), "'record': 'value' should be a number, not \"2\"");
  EXPECT_EQ(with("seed", -1), "'record': 'seed' should be a whole number from 0 on, not -1");
  EXPECT_EQ(with("count", 1.5), "'record': 'count' should be a whole number, not 1.5");
  EXPECT_EQ(with("name", nullptr), "'record': 'name' should be text, not null");
  EXPECT_EQ(with("maybe", true), "'record': 'maybe' should be a number, not true");
  EXPECT_EQ(with("parts", 3), "'record': 'parts' should be a list, not 3");
  EXPECT_EQ(with("pending", "p"), "'record': 'pending' should be an object, not \"p\"");
  EXPECT_EQ(with("counts", {{"Ki", "x"}}),
            "'record': 'counts.Ki' should be a whole number, not \"x\"");
  EXPECT_EQ(with("added", 1), "'record': 'added' should be a list, not 1");
  EXPECT_EQ(refusal(nullptr), "'record' should be an object, not null");
}

}  // namespace
}  // namespace fragflow
