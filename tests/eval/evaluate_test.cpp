#include "src/eval/evaluate.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <nlohmann/json.hpp>

#include "src/base/check.hpp"
#include "src/base/file.hpp"

namespace fragflow {
namespace {

using testing::HasSubstr;

std::filesystem::path write(const std::string& name, const std::string& text) {
  const std::filesystem::path path = testing::TempDir() + name;
  write_file_atomically(path, text);
  return path;
}

// Ethanol three times (twice as OCC), benzene, toluene, an open ring and a five-bonded carbon.
constexpr const char* kSmall =
    "smiles,score\nCCO,0.2\nOCC,0.6\nc1ccccc1,0.4\nC1CC,9\nCc1ccccc1,0.4\nC(C)(C)(C)(C)C,9\n"
    "OCC,\n";

TEST(Evaluate, CountsByHand) {
  EvaluateOptions options;
  options.reference = write("known.smi", "CCO\nCCN\nCN(\n");
  const Evaluation result = evaluate_file(write("small.csv", kSmall), options);
  EXPECT_EQ(result.count, 7);
  EXPECT_EQ(result.num_valid, 5);
  EXPECT_EQ(result.num_unique, 3);
  EXPECT_EQ(result.num_novel, 2);  // ethanol is known
  EXPECT_EQ(result.num_reference, 2);
  EXPECT_DOUBLE_EQ(result.valid, 5.0 / 7);
  EXPECT_DOUBLE_EQ(result.unique, 3.0 / 5);
  EXPECT_DOUBLE_EQ(result.novel, 2.0 / 3);
  ASSERT_EQ(result.rejected.size(), 2u);
  EXPECT_THAT(result.rejected[0], HasSubstr("row 4 (line 5): 'C1CC'"));
  // Ethanol's best score counts: 0.6.
  EXPECT_DOUBLE_EQ(result.top[0], 0.6);
  EXPECT_DOUBLE_EQ(result.top[1], (0.6 + 0.4 + 0.4) / 3);
  EXPECT_EQ(result.scaffolds, 2);  // none (ethanol), benzene (benzene and toluene)
}

TEST(Evaluate, ModesFollowScoreThenSmiles) {
  EvaluateOptions options;
  options.fingerprint = FingerprintKind::kMorgan2;
  options.mode_score = 0.4;
  options.mode_similarity = 1.0;
  EXPECT_EQ(evaluate_file(write("small.csv", kSmall), options).modes, 3);
  options.mode_score = 0.5;
  EXPECT_EQ(evaluate_file(write("small.csv", kSmall), options).modes, 1);
  options.mode_score = 0.7;
  EXPECT_EQ(evaluate_file(write("small.csv", kSmall), options).modes, 0);
}

TEST(Evaluate, JsonHasEveryPromisedKeyAndNullWhereUndefined) {
  const EvaluateOptions options;
  const auto json = evaluation_json(evaluate_file(write("one.smi", "CCO\n"), options), options);
  for (const char* key : {"count", "valid", "unique", "novel", "top_1", "top_10", "top_100",
                          "top_1000", "modes", "mode_settings", "internal_diversity",
                          "mean_top100_similarity", "scaffolds", "qed_mean", "sa_mean"}) {
    EXPECT_TRUE(json.contains(key)) << key;
  }
  EXPECT_EQ(json["valid"], 1.0);
  EXPECT_TRUE(json["novel"].is_null());               // no reference
  EXPECT_TRUE(json["top_1"].is_null());               // no scores
  EXPECT_TRUE(json["internal_diversity"].is_null());  // one molecule has no pair
  EXPECT_EQ(json["modes"], 1);
}

TEST(Evaluate, WithoutPropertiesTheirFiguresAreNullAndOthersTheSame) {
  EvaluateOptions options;
  auto full = evaluation_json(evaluate_file(write("small.csv", kSmall), options), options);
  options.properties = false;
  const Evaluation evaluation = evaluate_file(write("small.csv", kSmall), options);
  const auto json = evaluation_json(evaluation, options);
  for (const char* key : {"scaffolds", "qed_mean", "sa_mean"}) {
    EXPECT_FALSE(full[key].is_null()) << key;
    full[key] = nullptr;
  }
  EXPECT_EQ(json, full);
  for (const auto& [name, value] : evaluation_rows(evaluation, options)) {
    EXPECT_NE(name, "scaffolds");
  }
}

TEST(Evaluate, NothingToEvaluateIsAnError) {
  try {
    evaluate_file(write("bad.csv", "smiles,score\nC1CC,1\n"), {});
    FAIL() << "accepted a file without a molecule";
  } catch (const UserError& error) {
    EXPECT_THAT(error.what(), HasSubstr("row 1 (line 2): 'C1CC'"));
  }
  EvaluateOptions options;
  options.mode_score = 0.5;
  EXPECT_THROW(evaluate_file(write("one.smi", "CCO\n"), options), UserError);
}

}  // namespace
}  // namespace fragflow
