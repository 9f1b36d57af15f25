#include "src/chem/synthesis/reaction_engine.hpp"

#include <gmock/gmock.h>

#include <algorithm>

#include "src/base/check.hpp"
#include "src/base/file.hpp"

namespace fragflow {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

const char* const kPath = FRAGFLOW_SOURCE_DIR "/data/reactions.json";

// Amide and ester, of two acids, an amine and an alcohol.
const char* kSmall = R"({
 "groups": [
  {"name": "acid", "smarts": "[#6:1][CX3:2](=[OX1:3])[OX2H1]"},
  {"name": "amine", "smarts": "[NX3;H2:1][CX4]"},
  {"name": "alcohol", "smarts": "[CX4:1][OX2H1:2]", "keep": true}],
 "roles": [
  {"name": "acyl", "group": "acid", "synthon": "[#6:1][CX3:2](=[OX1:3])[OX2H1]>>[#6:1][C:2](=[O:3])[#0]",
   "type": "acyl"},
  {"name": "oxygen", "group": "alcohol", "synthon": "[CX4:1][OX2H1:2]>>[C:1][O:2][#0]",
   "type": "alkoxy"}],
 "reactions": [
  {"name": "ester", "class": "ester", "roles": ["acyl", "oxygen"], "conditions": "DCC",
   "smarts": "[#6:1][CX3:2](=[OX1:3])[OX2H1].[CX4:4][OX2H1:5]>>[#6:1][C:2](=[O:3])[O:5][C:4]",
   "forbids": ["amine"], "yield": 0.8,
   "examples": [["CC(=O)O", "CCO", "CCOC(C)=O"]]}]})";

std::string changed(const std::string& from, const std::string& to) {
  std::string text = kSmall;
  const std::size_t at = text.find(from);
  EXPECT_NE(at, std::string::npos) << from;
  return text.replace(at, from.size(), to);
}

std::string refusal(const std::string& text) {
  try {
    const ReactionList list = parse_reactions(text, "r.json");
    const ReactionEngine engine(list, "r.json");
  } catch (const UserError& error) {
    return error.what();
  }
  return "";
}

TEST(Reactions, EveryWorkedExampleOfTheEmbeddedFileGivesItsProduct) {
  const ReactionList list = parse_reactions(read_file(kPath), kPath);
  EXPECT_GE(list.reactions.size(), 20U);
  for (const Reaction& reaction : list.reactions) {
    EXPECT_GE(reaction.examples.size(), 3U) << reaction.name;
  }
  const ReactionEngine engine(list, kPath);  // runs them
}

TEST(Reactions, AreWrittenAsTheyWereRead) {
  const ReactionList list = parse_reactions(read_file(kPath), kPath);
  const ReactionList again = parse_reactions(reactions_json(list), "again");
  ASSERT_EQ(again.reactions.size(), list.reactions.size());
  for (std::size_t r = 0; r < list.reactions.size(); ++r) {
    EXPECT_EQ(again.reactions[r].yield, list.reactions[r].yield) << list.reactions[r].name;
    EXPECT_EQ(again.reactions[r].conditions, list.reactions[r].conditions);
    EXPECT_EQ(again.forbidden(static_cast<int>(r)), list.forbidden(static_cast<int>(r)));
  }
  EXPECT_EQ(again.keepable(), list.keepable());
  EXPECT_EQ(reactions_json(again), reactions_json(list));
}

TEST(Reactions, SayWhatIsWrongInTheirFile) {
  EXPECT_EQ(refusal(kSmall), "");
  EXPECT_THAT(refusal(changed("CCOC(C)=O", "COC(C)=O")),
              HasSubstr("gives CCOC(C)=O, not COC(C)=O"));
  EXPECT_THAT(refusal(changed("[NX3;H2:1][CX4]", "[NX3;H2")), HasSubstr("no SMARTS"));
  EXPECT_THAT(refusal(changed("\"forbids\": [\"amine\"]", "\"forbids\": [\"amin\"]")),
              HasSubstr("did you mean 'amine'?"));
  EXPECT_THAT(refusal(changed("\"yield\": 0.8", "\"yeild\": 0.8")), HasSubstr("\"yeild\""));
  EXPECT_THAT(refusal(changed("\"yield\": 0.8", "\"yield\": 80")), HasSubstr("at most 1"));
  EXPECT_THAT(refusal(changed("\"class\": \"ester\", ", "")), HasSubstr("has no \"class\""));
  // What is recognised must be what reacts.
  EXPECT_THAT(refusal(changed("[CX4:1][OX2H1:2]\", \"keep\"", "[CX4:1][OX2:2]\", \"keep\"")),
              HasSubstr("must start with"));
  EXPECT_THAT(refusal(changed("[C:1][O:2][#0]", "[C:1][O:2]")), HasSubstr("one [#0]"));
  // A synthon that would join to something else.
  EXPECT_THAT(refusal(changed("[C:1][O:2][#0]", "[C:1][#0]")), HasSubstr("synthons join to"));
  EXPECT_THAT(refusal("{"), HasSubstr("not JSON"));
}

TEST(Reactions, WhatReactsIsForbiddenElsewhere) {
  const ReactionList list = parse_reactions(kSmall, "test");
  EXPECT_EQ(list.group_names(list.forbidden(0)), "acid, amine, alcohol");
  EXPECT_TRUE(list.has_reactive_pair(0b101));
  EXPECT_FALSE(list.has_reactive_pair(0b110));
  EXPECT_EQ(list.keepable(), GroupMask{0b100});
}

TEST(Reactions, AllDistinctProductsOfAnAmbiguousReactantAreGiven) {
  const ReactionList list = parse_reactions(kSmall, "test");
  const ReactionEngine engine(list, "test");
  EXPECT_THAT(engine.products(0, "CC(=O)O", "CC(O)CO"),
              ElementsAre("CC(=O)OC(C)CO", "CC(=O)OCC(C)O"));
  EXPECT_THAT(engine.products(0, "CC(=O)O", "OCCO"), ElementsAre("CC(=O)OCCO"));
}

}  // namespace
}  // namespace fragflow
