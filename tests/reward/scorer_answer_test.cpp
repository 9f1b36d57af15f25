#include "src/reward/scorer_answer.hpp"

#include <gmock/gmock.h>

#include <cmath>

#include "src/base/check.hpp"

namespace fragflow {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

std::string error_of(const std::string& text, std::size_t count = 2) {
  try {
    parse_scorer_answer(text, count);
  } catch (const UserError& error) {
    return error.what();
  }
  return "no error";
}

TEST(ScorerAnswer, SeveralOutputs) {
  const ScorerAnswer answer =
      parse_scorer_answer(R"( {"version": 1, "payload": {"a": [1, -2.5e3], "b": [0, 7]}} )", 2);
  EXPECT_EQ(answer.size(), 2u);
  EXPECT_THAT(find_output(answer, "a"), ElementsAre(1, -2500));
  EXPECT_THAT(find_output(answer, "b"), ElementsAre(0, 7));
}

TEST(ScorerAnswer, OtherKeysAndAMissingVersionAreFine) {
  const ScorerAnswer answer = parse_scorer_answer(R"({"payload": {"a": [1]}, "host": "x"})", 1);
  EXPECT_THAT(find_output(answer, ""), ElementsAre(1));
}

// As json.dumps of Python writes them; the words inside texts stay.
TEST(ScorerAnswer, NoValueIsNotANumber) {
  const ScorerAnswer answer = parse_scorer_answer(
      R"({"note": "a \" NaN", "payload": {"NaN": [NaN, null, Infinity, -Infinity, 3]}})", 5);
  const std::vector<double>& values = find_output(answer, "NaN");
  for (int i = 0; i < 4; ++i) EXPECT_TRUE(std::isnan(values.at(i))) << i;
  EXPECT_EQ(values.at(4), 3);
}

std::string echo_error_of(const std::string& text) {
  try {
    parse_echoing_answer(text, std::vector<std::string>{"C", "CC", "CCC"}, true);
  } catch (const UserError& error) {
    return error.what();
  }
  return "no error";
}

TEST(ScorerAnswer, ValuesFollowTheirSmiles) {
  const std::vector<std::string> smiles = {"C", "CC", "CCC"};
  const ScorerAnswer answer = parse_echoing_answer(
      R"({"smiles": ["CCC", "C", "CC"], "payload": {"a": [3, 1, 2], "b": [30, null, 20]}})", smiles,
      true);
  EXPECT_THAT(find_output(answer, "a"), ElementsAre(1, 2, 3));
  EXPECT_TRUE(std::isnan(find_output(answer, "b").at(0)));
  EXPECT_EQ(find_output(answer, "b").at(2), 30);
  const ScorerAnswer in_order =
      parse_echoing_answer(R"({"payload": {"a": [1, 2, 3]}})", smiles, false);
  EXPECT_THAT(find_output(in_order, "a"), ElementsAre(1, 2, 3));
}

TEST(ScorerAnswer, MoleculesThatWereNotSentAreRefused) {
  const std::string payload = R"(, "payload": {"a": [1, 2, 3]}})";
  EXPECT_THAT(echo_error_of(R"({"smiles": ["C", "CC", "O"])" + payload),
              HasSubstr("not in the batch: \"O\""));
  EXPECT_THAT(echo_error_of(R"({"smiles": ["C", "CC", "C"])" + payload), HasSubstr("twice"));
  EXPECT_THAT(echo_error_of(R"({"smiles": ["C", "CC"])" + payload), HasSubstr("list of the 3"));
  EXPECT_THAT(echo_error_of(R"({"smiles": ["C", "CC", 3])" + payload),
              HasSubstr("not in the batch"));
  EXPECT_THAT(echo_error_of(R"({"version": 1)" + payload), HasSubstr("pool.echo = false"));
  EXPECT_THAT(echo_error_of(R"({"smiles": ["C", "CC", "CCC"], "payload": {"a": [1, 2]}})"),
              HasSubstr("2 values"));
}

TEST(ScorerAnswer, FaultsAreNamed) {
  EXPECT_THAT(error_of(" \n"), HasSubstr("answered nothing"));
  EXPECT_THAT(error_of("Traceback"), HasSubstr("not JSON (parse error at line 1, column"));
  EXPECT_THAT(error_of(R"({"payload": {"a": [1, 2)"), HasSubstr("not JSON"));
  EXPECT_THAT(error_of(R"({"payload": {"a": [1, 1e999]}})"),
              HasSubstr("not JSON (number overflow"));
  EXPECT_THAT(error_of("[1, 2]"), HasSubstr("not an object"));
  EXPECT_THAT(error_of(R"({"version": 2, "payload": {"a": [1, 2]}})"), HasSubstr("version 2"));
  EXPECT_THAT(error_of(R"({"version": "1", "payload": {"a": [1, 2]}})"), HasSubstr("\"1\""));
  EXPECT_THAT(error_of(R"({"a": [1, 2]})"), HasSubstr("without \"payload\""));
  EXPECT_THAT(error_of(R"({"payload": {}})"), HasSubstr("without \"payload\""));
  EXPECT_THAT(error_of(R"({"payload": {"a": 1}})"), HasSubstr("'a' that is not a list"));
  EXPECT_THAT(error_of(R"({"payload": {"a": [1]}})"),
              HasSubstr("1 values of output 'a' for 2 molecules"));
  EXPECT_THAT(error_of(R"({"payload": {"a": [1, "2"]}})"),
              HasSubstr("value 2 is not a number but \"2\""));
}

TEST(ScorerAnswer, OutputsAreFoundByName) {
  const ScorerAnswer answer = parse_scorer_answer(R"({"payload": {"logp": [1], "qed": [2]}})", 1);
  const auto error_for = [&](const std::string& name) -> std::string {
    try {
      find_output(answer, name);
    } catch (const UserError& error) {
      return error.what();
    }
    return "no error";
  };
  EXPECT_THAT(error_for("logP"), HasSubstr("did you mean 'logp'?; it has: logp, qed"));
  EXPECT_THAT(error_for(""), HasSubstr("several outputs (logp, qed)"));
}

TEST(ScorerAnswer, DeepNestingIsRefused) {
  const std::string open(1'000'000, '['), close(1'000'000, ']');
  EXPECT_THAT(error_of("{\"version\": " + open + close + "}"), HasSubstr("nested deeper than 100"));
}

}  // namespace
}  // namespace fragflow
