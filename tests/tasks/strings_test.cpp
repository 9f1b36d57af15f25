// A kind of object that the program does not know goes through everything that a run does.
#include "tests/tasks/strings.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <map>
#include <nlohmann/json.hpp>

#include "src/base/check.hpp"
#include "src/base/csv.hpp"
#include "src/base/file.hpp"
#include "src/run/compare_run.hpp"
#include "src/run/dataset.hpp"
#include "src/run/run_checkpoint.hpp"
#include "src/run/samples.hpp"
#include "src/run/training_run.hpp"
#include "tests/envs/conformance.hpp"

namespace fragflow::test {
namespace {

namespace fs = std::filesystem;

// 3 + 9 + 27 + 81 strings, and the empty one.
constexpr int kLetters = 3, kLength = 4, kStrings = 120;

constexpr const char* kConfig = R"(
[environment]
name = "strings"
options = ["3", "4"]
[policy]
width = 32
[training]
steps = 1500
batch_size = 32
learning_rate = 0.003
learning_rate_final = 0.01
log_z_learning_rate = 0.1
log_every = 100
[exploration]
epsilon = 0.02
[metrics]
exact = true
[output]
samples = 2000
)";

class StringsRun : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    add_task(strings_task());
    folder_ = fs::temp_directory_path() / ("fragflow_strings_" + std::to_string(::getpid()));
    fs::remove_all(folder_);
    TrainingRequest request;
    request.config = parse_config(kConfig, "the test", {});
    request.folder = folder_ / "run";
    request.quiet = true;
    fs::create_directories(folder_);
    outcome_ = train(request);
  }
  static void TearDownTestSuite() { fs::remove_all(folder_); }

  static inline fs::path folder_;
  static inline TrainingOutcome outcome_;
};

TEST(Strings, PassesTheConformanceChecks) {
  const Strings strings(kLetters, kLength);
  const StateGraph graph = enumerate(strings, 10000);
  const Subject subject{strings,          graph,
                        distinct_parents, [](const State& state, Rng&) { return state; },
                        1 + kStrings,     kStrings};
  for (const Check& check : conformance_checks()) {
    EXPECT_EQ(check.run(subject), "") << check.name;
  }
}

TEST_F(StringsRun, TrainsToTheExactDistribution) {
  ASSERT_TRUE(outcome_.finished);
  const CsvTable exact = read_csv(RunPaths(folder_ / "run").exact());
  const double tv = std::stod(exact.rows.back()[exact.column("tv", "exact.csv")]);
  EXPECT_LT(tv, 0.02);
  EXPECT_GT(std::stod(exact.rows.front()[exact.column("tv", "exact.csv")]), 3 * tv);
}

TEST_F(StringsRun, SamplesFollowTheReward) {
  const CsvTable samples = read_csv(RunPaths(folder_ / "run").samples());
  ASSERT_EQ(samples.rows.size(), 2000u);
  EXPECT_EQ(samples.header.front(), "string");
  std::map<std::string, double> share;
  for (const auto& row : samples.rows) share[row.front()] += 1.0 / 2000;
  double z = 0;
  const StateGraph graph = enumerate(Strings(kLetters, kLength), 10000);
  const Strings strings(kLetters, kLength);
  for (const State& x : graph.terminals()) z += std::exp(strings_log_reward(strings.to_string(x)));
  const double expected = std::exp(strings_log_reward("ABAB")) / z;
  // Five standard errors of 2,000 draws, and the bound on the distance above.
  EXPECT_NEAR(share["ABAB"], expected, 5 * std::sqrt(expected / 2000) + 0.02);
}

TEST_F(StringsRun, CanBeSampledAgainAndReported) {
  TrainedRun trained = load_run(folder_ / "run");
  SampleRequest request;
  request.count = 50;
  request.unique = true;
  SampleTotals totals;
  const auto samples = draw_samples(trained.experiment, *trained.learner, request, totals);
  EXPECT_EQ(samples.size(), 50u);
  EXPECT_THROW(write_samples(folder_ / "x.sdf", trained.experiment, samples, 0), UserError);
  write_samples(folder_ / "x.csv", trained.experiment, samples, 0);
  EXPECT_EQ(read_csv(folder_ / "x.csv").rows.size(), 50u);
  const std::string report = read_file(RunPaths(folder_ / "run").report());
  EXPECT_THAT(report, testing::HasSubstr("no molecules"));
}

TEST_F(StringsRun, LearnsFromATable) {
  write_file_atomically(folder_ / "table.csv",
                        "string,score\nABAB,9\nBBBB,1\nABC,2\nXYZ,1\nABCABC,1\n");
  Config config = parse_config(kConfig, "the test", {});
  config.dataset.file = (folder_ / "table.csv").string();
  config.dataset.score_column = "score";
  // "XYZ" has letters of another alphabet, "ABCABC" too many.
  const std::vector<DatasetObject> objects = load_dataset(make_experiment(config));
  ASSERT_EQ(objects.size(), 3u);
  EXPECT_EQ(objects[0].reward.object, "ABAB");
  EXPECT_DOUBLE_EQ(objects[0].reward.log_reward, std::log(9.0));
  EXPECT_EQ(Strings(kLetters, kLength).to_string(objects[2].terminals.front()), "ABC");
  config.metrics.exact = false;
  config.training.steps = 3;
  config.output.samples = 10;
  TrainingRequest request;
  request.config = config;
  request.folder = folder_ / "offline";
  request.quiet = true;
  EXPECT_TRUE(train(request).finished);
}

TEST_F(StringsRun, IsCompared) {
  write_file_atomically(folder_ / "base.toml", kConfig);
  CompareRequest request;
  request.config.base = (folder_ / "base.toml").string();
  request.config.set = {"training.steps=20", "output.samples=10"};
  request.config.seeds = {0};
  request.config.budget = 640;
  request.config.methods = {{"tb", {}}, {"db", {"objective.name=db"}}};
  request.folder = folder_ / "compare";
  request.quiet = true;
  const CompareOutcome outcome = run_comparison(request);
  EXPECT_TRUE(outcome.finished);
  EXPECT_TRUE(fs::exists(folder_ / "compare" / "report.html"));
}

TEST_F(StringsRun, RefusesOtherWeights) {
  Config config = parse_config(kConfig, "the test", {}, {"environment.options=['4','4']"});
  TrainingRequest request;
  request.config = config;
  request.folder = folder_ / "other";
  request.init_from = folder_ / "run";
  request.quiet = true;
  EXPECT_THROW(train(request), UserError);
}

// The list of names that a configuration accepts stands in envs, which knows no tasks.
TEST(Tasks, EveryNameOfAConfigurationIsOne) {
  for (const std::string& name : environment_names()) EXPECT_EQ(task_kind(name).name, name);
}

TEST(Tasks, AnUnknownNameIsAnErrorThatNamesTheKnown) {
  try {
    task_kind("fragment_tre");
    FAIL() << "no error";
  } catch (const UserError& error) {
    EXPECT_THAT(error.what(), testing::HasSubstr("did you mean 'fragment_tree'"));
    EXPECT_THAT(error.what(), testing::HasSubstr("hypergrid"));
  }
}

}  // namespace
}  // namespace fragflow::test
