// Programs of all kinds as reward components. They are shell scripts: what they read and answer is
// the contract of docs/scorers.md.
#include <gmock/gmock.h>

#include <filesystem>

#include "src/base/check.hpp"
#include "src/base/csv.hpp"
#include "src/base/file.hpp"
#include "src/reward/molecule_scorer.hpp"

namespace fragflow {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

const std::vector<std::string> kMolecules = {"C", "CC", "CCC", "CCCC", "CCCCC", "CCCCCC"};

// Prints the number of characters of every line of $batch as output "n" and ten times it as "m".
constexpr const char* kAnswer = R"(
  answer() { printf '{"version":1,"payload":{"n":[%s],"m":[%s]}}\n' "${n#,}" "${m#,}"; n=; m=; }
)";

std::vector<std::string> shell(const std::string& script) {
  return {"/bin/sh", "-c", kAnswer + script};
}

// REINVENT sends no line end after the last SMILES: read fails there but has the text.
const std::string kOnce =
    "while read -r s || [ -n \"$s\" ]; do n=$n,${#s}; m=$m,$((10 * ${#s})); done; answer";
const std::string kStream =
    "while read -r s; do if [ -z \"$s\" ]; then answer; else n=$n,${#s}; m=$m,$((10 * ${#s})); "
    "fi; done";

ComponentConfig process(const std::vector<std::string>& command, const std::string& protocol,
                        const std::string& property = "n") {
  ComponentConfig config;
  config.name = "mine_" + property;
  config.type = "process";
  config.transform.type = "none";
  config.process.command = command;
  config.process.protocol = protocol;
  config.process.property = property;
  return config;
}

RewardConfig reward_of(std::vector<ComponentConfig> components) {
  RewardConfig config;
  config.components = std::move(components);
  return config;
}

std::string error_of(const ComponentConfig& config) {
  try {
    MoleculeScorer(reward_of({config})).score(kMolecules);
  } catch (const UserError& error) {
    return error.what();
  }
  return "no error";
}

class Protocols : public testing::TestWithParam<std::string> {
 protected:
  std::vector<std::string> command(const std::string& before = "") const {
    return shell(before + (GetParam() == "once" ? kOnce : kStream));
  }
};

INSTANTIATE_TEST_SUITE_P(Both, Protocols, testing::Values("once", "stream"));

TEST_P(Protocols, OrderIsKeptForAnyNumberOfWorkers) {
  for (const int workers : {1, 2, 4, 9}) {
    ComponentConfig config = process(command(), GetParam());
    config.process.workers = workers;
    MoleculeScorer scorer(reward_of({config}));
    for (int batch = 0; batch < 3; ++batch) {
      std::vector<std::string> molecules;  // new ones in each batch
      for (int i = 1; i <= 7; ++i) molecules.push_back(std::string(10 * batch + i, 'C'));
      const auto scores = scorer.score(molecules);
      for (std::size_t i = 0; i < molecules.size(); ++i) {
        ASSERT_TRUE(scores[i].valid) << scores[i].reason;
        EXPECT_EQ(scores[i].raw.at(0), molecules[i].size());
      }
    }
  }
}

TEST_P(Protocols, OneEvaluationForSeveralOutputs) {
  const std::string log = testing::TempDir() + "evaluations_" + GetParam();
  std::filesystem::remove(log);
  const auto counted = command("echo started >> " + log + ";");
  MoleculeScorer scorer(
      reward_of({process(counted, GetParam(), "n"), process(counted, GetParam(), "m")}));
  for (const auto& score : scorer.score(kMolecules)) {
    EXPECT_EQ(score.raw.at(1), 10 * score.raw.at(0));
  }
  EXPECT_EQ(read_file(log), "started\n");
  // Molecules in the cache start nothing.
  scorer.score(kMolecules);
  EXPECT_EQ(read_file(log), "started\n");
  scorer.score(std::vector<std::string>{"CO"});
  EXPECT_EQ(read_file(log), GetParam() == "once" ? "started\nstarted\n" : "started\n");
}

// Far more than the 64 kB that a pipe holds, both ways and on the standard error.
TEST_P(Protocols, LargeBatches) {
  const CsvTable table = read_csv(FRAGFLOW_SOURCE_DIR "/tests/data/descriptor_reference.csv");
  std::vector<std::string> molecules;
  for (const auto& row : table.rows) molecules.push_back(row[0]);
  const std::string noisy =
      "head -c 10000000 /dev/zero | tr '\\0' e >&2; " + (GetParam() == "once" ? kOnce : kStream);
  MoleculeScorer scorer(reward_of({process(shell(noisy), GetParam())}));
  const auto scores = scorer.score(molecules);
  for (std::size_t i = 0; i < molecules.size(); ++i) {
    EXPECT_EQ(scores[i].raw.at(0), molecules[i].size());
  }
}

// A program that ends once, having left a mark, works when it is started again.
TEST_P(Protocols, ACrashIsTriedAgain) {
  const std::string mark = testing::TempDir() + "crashed_" + GetParam();
  for (const int retries : {0, 1}) {
    std::filesystem::remove(mark);
    ComponentConfig config = process(
        command("if [ ! -e " + mark + " ]; then echo > " + mark + "; exit 7; fi; "), GetParam());
    config.process.retries = retries;
    EXPECT_THAT(error_of(config), retries == 0
                                      ? HasSubstr("ended without an answer (exit status 7)\n")
                                      : HasSubstr("no error"));
  }
}

TEST_P(Protocols, ACrashAtEveryStartIsExplained) {
  const std::string message = error_of(
      process(command("echo 'line one' >&2; echo 'cannot find the model' >&2; kill -SEGV $$; "),
              GetParam()));
  EXPECT_THAT(
      message,
      AllOf(HasSubstr("reward component 'mine_n': the scoring program ended without an answer "
                      "(signal 11 (Segmentation fault)), also when it was started again (2 times)"),
            HasSubstr("command: /bin/sh -c"), HasSubstr("sent: 6 SMILES: C, CC, CCC, ..."),
            HasSubstr("standard error:\n    line one\n    cannot find the model")));
}

TEST_P(Protocols, HangsEnd) {
  ComponentConfig config = process(command("echo waiting >&2; sleep 1000; "), GetParam());
  config.process.time_limit = 0.2;
  EXPECT_THAT(error_of(config),
              AllOf(HasSubstr("did not answer within process.time_limit = 0.2 seconds"),
                    HasSubstr("    waiting")));
}

TEST_P(Protocols, LiesAreNoticed) {
  const auto message = [&](const std::string& answer) {
    const std::string read = GetParam() == "once" ? "cat > /dev/null; " : "read -r s; ";
    return error_of(
        process(shell(read + "printf '%s\\n' '" + answer + "'; cat > /dev/null"), GetParam()));
  };
  EXPECT_THAT(message(R"({"payload": {"n": [1, 2]}})"),
              AllOf(HasSubstr("answered 2 values of output 'n' for 6 molecules"),
                    HasSubstr("bytes: {\"payload\": {\"n\": [1, 2]}}")));
  EXPECT_THAT(
      message(R"({"payload": {"n": [1, 2, NaN, 4, 5, 6]}})"),
      AllOf(HasSubstr("has no value of 'n' for molecule 3 of its 6, CCC"), HasSubstr("on_error")));
  EXPECT_THAT(message("Loading the model ..."),
              AllOf(HasSubstr("not JSON"), HasSubstr("received: 2"), HasSubstr("Loading the")));
  EXPECT_THAT(message(R"({"payload": {"N": [1, 2, 3, 4, 5, 6]}})"),
              HasSubstr("no output 'n' (process.property); did you mean 'N'?; it has: N"));
  EXPECT_THAT(message(R"({"version": 2, "payload": {"n": [1, 2, 3, 4, 5, 6]}})"),
              HasSubstr("version 2 of the format, and this program knows version 1"));
  EXPECT_THAT(message(""), HasSubstr("answered nothing"));
}

// With on_error = "floor" a failure costs the molecules concerned and nothing else.
TEST_P(Protocols, TheFloorByChoice) {
  // Three workers; the one that is sent CCC does not answer.
  const std::string picky = GetParam() == "once"
                                ? "all=$(cat); case \"$all\" in *CCC*) exit 1;; esac; printf "
                                  "'{\"payload\":{\"n\":[1,null]}}'"
                                : "while read -r s; do if [ -z \"$s\" ]; then printf "
                                  "'{\"payload\":{\"n\":[1,null]}}\\n'; elif [ $s = CCC ]; then "
                                  "exit 1; fi; done";
  ComponentConfig config = process(shell(picky), GetParam());
  config.process.on_error = "floor";
  config.process.workers = 3;
  config.process.retries = 0;
  MoleculeScorer scorer(reward_of({config}));
  const auto scores = scorer.score(std::vector<std::string>{"N", "NN", "CCC", "O", "NO", "NCO"});
  for (const int bad : {1, 2, 3, 5}) {
    EXPECT_FALSE(scores[bad].valid) << bad;
    EXPECT_EQ(scores[bad].score, 0);
  }
  for (const int good : {0, 4}) EXPECT_EQ(scores[good].score, 1) << good;
}

TEST(ProcessComponent, AProgramThatWritesTooOftenIsNoticed) {
  const auto twice = shell(
      "while read -r s; do if [ -z \"$s\" ]; then printf '{\"payload\":{\"n\":[1]}}\\nhello\\n'; "
      "fi; done");
  MoleculeScorer scorer(reward_of({process(twice, "stream")}));
  EXPECT_EQ(scorer.score(std::vector<std::string>{"C"}).at(0).score, 1);
  try {
    scorer.score(std::vector<std::string>{"N"});
    FAIL();
  } catch (const UserError& error) {
    EXPECT_THAT(error.what(), AllOf(HasSubstr("wrote more than one line"), HasSubstr("hello")));
  }
}

TEST(ProcessComponent, OnceSendsWhatReinventSends) {
  const std::string copy = testing::TempDir() + "sent";
  ComponentConfig config =
      process(shell("cat > " + copy + "; printf '{\"payload\":{\"n\":[1,2]}}'"), "once");
  MoleculeScorer(reward_of({config})).score(std::vector<std::string>{"CCO", "c1ccccc1"});
  EXPECT_EQ(read_file(copy), "CCO\nc1ccccc1");
}

TEST(ProcessComponent, ThePropertyMayBeLeftOutIfThereIsOneOutput) {
  ComponentConfig config =
      process(shell("cat > /dev/null; printf '{\"payload\":{\"x\":[1,2,3,4,5,6]}}'"), "once", "");
  EXPECT_EQ(error_of(config), "no error");
  config.process.command =
      shell("cat > /dev/null; printf '{\"payload\":{\"x\":[1,2,3,4,5,null]}}'");
  EXPECT_THAT(error_of(config), HasSubstr("no value of 'x' for molecule 6 of its 6"));
  config.process.command = shell(kOnce);
  EXPECT_THAT(error_of(config), HasSubstr("several outputs (m, n)"));
}

TEST(ProcessComponent, WrongConfigurations) {
  EXPECT_THAT(error_of(process({}, "once")), HasSubstr("process.command = [\"program\""));
  EXPECT_THAT(error_of(process({"no-such-program"}, "once")),
              HasSubstr("'mine_n': process.command: there is no program 'no-such-program'"));
  ComponentConfig config = process(shell(kOnce), "once");
  config.transform.type = "auto";
  EXPECT_THAT(error_of(config), HasSubstr("choose transform.type"));
  ComponentConfig other = process(shell(kOnce), "once", "m");
  other.process.workers = 2;
  try {
    MoleculeScorer scorer(reward_of({process(shell(kOnce), "once"), other}));
    FAIL();
  } catch (const UserError& error) {
    EXPECT_THAT(error.what(), AllOf(HasSubstr("'mine_m'"), HasSubstr("other settings")));
  }
}

}  // namespace
}  // namespace fragflow
