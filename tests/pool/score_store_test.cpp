#include "src/pool/score_store.hpp"

#include <gmock/gmock.h>
#include <sys/resource.h>

#include <csignal>
#include <cstdint>
#include <fstream>

#include "src/base/check.hpp"
#include "src/pool/pool_token.hpp"

namespace fragflow {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

using Texts = std::vector<std::string>;

const ScorerName kScorer{"1", "dock.py"};

PoolRow scored(const std::string& smiles, double value) { return {smiles, {{"y", value}}, ""}; }

class Store : public testing::Test {
 protected:
  Store() { std::filesystem::create_directories(folder_); }
  ~Store() override { std::filesystem::remove_all(folder_); }

  template <typename Action>
  std::string error_of(Action action) {
    try {
      action();
    } catch (const UserError& error) {
      return error.what();
    }
    return "no error";
  }

  std::filesystem::path folder_ =
      std::filesystem::path(testing::TempDir()) / ("score_store_" + random_token());
  std::filesystem::path path_ = folder_ / "scores.sqlite";
};

TEST_F(Store, KeepsValuesToTheLastBit) {
  const std::vector<double> values = {0.1, -1e300, 5e-324, 3.0000000000000004, 0, 1234567};
  {
    ScoreStore store(path_);
    for (std::size_t i = 0; i < values.size(); ++i) {
      const std::vector<PoolRow> rows = {scored(std::string(i + 1, 'C'), values[i])};
      store.add(kScorer, rows, "w");
    }
  }
  ScoreStore store(path_);
  for (std::size_t i = 0; i < values.size(); ++i) {
    const auto rows = store.find(kScorer, Texts{std::string(i + 1, 'C')});
    ASSERT_THAT(rows, SizeIs(1));
    EXPECT_EQ(std::bit_cast<std::uint64_t>(rows[0].values.at("y")),
              std::bit_cast<std::uint64_t>(values[i]));
  }
}

TEST_F(Store, TellsScorersApart) {
  ScoreStore store(path_);
  store.add(kScorer, std::vector{scored("C", 1)}, "w");
  store.add({"2", "dock.py"}, std::vector{scored("C", 2)}, "w");
  store.add({"1", "dock.py --fast"}, std::vector{scored("C", 3)}, "w");
  EXPECT_EQ(store.find(kScorer, Texts{"C"}).at(0).values.at("y"), 1);
  EXPECT_EQ(store.find({"2", "dock.py"}, Texts{"C"}).at(0).values.at("y"), 2);
  EXPECT_THAT(store.find({"3", "dock.py"}, Texts{"C"}), IsEmpty());
  EXPECT_THAT(store.summaries(), SizeIs(3));
}

TEST_F(Store, AScoreIsNeverReplacedAFailureByAScore) {
  ScoreStore store(path_);
  store.add(kScorer, std::vector{scored("C", 1), PoolRow{"P", {}, "crash"}}, "w");
  store.add(kScorer, std::vector{scored("C", 2), scored("P", 3)}, "w");
  EXPECT_EQ(store.find(kScorer, Texts{"C"}).at(0).values.at("y"), 1);
  EXPECT_EQ(store.find(kScorer, Texts{"P"}).at(0).values.at("y"), 3);
  EXPECT_EQ(store.find(kScorer, Texts{"P"}).at(0).failure, "");
  store.add(kScorer, std::vector{PoolRow{"C", {}, "crash"}}, "w");
  EXPECT_EQ(store.find(kScorer, Texts{"C"}).at(0).failure, "");
}

TEST_F(Store, FailuresCanBeTriedAgain) {
  ScoreStore store(path_);
  store.add(kScorer, std::vector{scored("C", 1), PoolRow{"P", {}, "crash"}}, "w");
  EXPECT_EQ(store.find(kScorer, Texts{"P"}).at(0).failure, "crash");
  EXPECT_EQ(store.summaries().at(0).failed, 1);
  EXPECT_EQ(store.remove_failures(), 1);
  EXPECT_THAT(store.find(kScorer, Texts{"C", "P"}), SizeIs(1));
}

TEST_F(Store, OneRunClaimsAMolecule) {
  ScoreStore first(path_), second(path_);
  EXPECT_THAT(first.claim(kScorer, Texts{"C", "CC"}, "a", 100, 60), ElementsAre("C", "CC"));
  EXPECT_THAT(second.claim(kScorer, Texts{"C", "O"}, "b", 101, 60), ElementsAre("O"));
  // The same run started again; another one after the time is over.
  EXPECT_THAT(first.claim(kScorer, Texts{"C", "O"}, "a", 102, 60), ElementsAre("C"));
  EXPECT_THAT(second.claim(kScorer, Texts{"CC"}, "b", 161, 60), ElementsAre("CC"));
  first.add(kScorer, std::vector{scored("C", 1)}, "w");
  EXPECT_THAT(second.claim(kScorer, Texts{"C"}, "b", 1000, 60), IsEmpty());
  second.free_claims("b");
  EXPECT_THAT(first.claim(kScorer, Texts{"CC", "O"}, "a", 162, 60), ElementsAre("CC", "O"));
}

TEST_F(Store, KnowsWhatWasLent) {
  {
    ScoreStore store(path_);
    store.add_lease(kScorer, "run", {"1", "worker", {"C", "CC"}});
    store.add_lease(kScorer, "run", {"2", "worker", {"O"}});
    store.add_lease(kScorer, "other run", {"3", "worker", {"N"}});
    store.remove_lease("2");
  }
  const auto leases = ScoreStore(path_).leases(kScorer, "run");
  ASSERT_THAT(leases, SizeIs(1));
  EXPECT_EQ(leases[0].id, "1");
  EXPECT_EQ(leases[0].worker, "worker");
  EXPECT_THAT(leases[0].smiles, ElementsAre("C", "CC"));
}

TEST_F(Store, RefusesOtherFiles) {
  EXPECT_THAT(error_of([&] { ScoreStore(path_, ScoreStore::Open::kRead); }),
              HasSubstr("there is no score store"));
  std::ofstream(path_) << std::string(5000, 'x');
  EXPECT_THAT(error_of([&] { ScoreStore store(path_); }), HasSubstr("is no score store"));
  EXPECT_THAT(error_of([&] { ScoreStore store(folder_ / "none" / "scores.sqlite"); }),
              HasSubstr("is its folder there?"));
}

TEST_F(Store, SaysThatItIsDamaged) {
  {
    ScoreStore store(path_);
    std::vector<PoolRow> rows;
    for (int i = 1; i < 500; ++i) rows.push_back(scored(std::string(i, 'C'), i));
    store.add(kScorer, rows, "w");
  }
  {
    std::fstream file(path_, std::ios::in | std::ios::out | std::ios::binary);
    file.seekp(4096);
    file << std::string(60'000, 'x');
  }
  EXPECT_THAT(error_of([&] {
                ScoreStore store(path_);
                store.find(kScorer, Texts{"C", "CC"});
              }),
              HasSubstr("is damaged"));
}

// A limit on the size of files does what a full disk does.
TEST_F(Store, AFullDiskIsAnErrorAndLosesNothing) {
  ScoreStore store(path_);
  store.add(kScorer, std::vector{scored("C", 1)}, "w");
  const auto handler = std::signal(SIGXFSZ, SIG_IGN);
  rlimit before;
  getrlimit(RLIMIT_FSIZE, &before);
  rlimit limit = before;
  limit.rlim_cur = 40'000;
  setrlimit(RLIMIT_FSIZE, &limit);
  std::vector<PoolRow> many;
  for (int i = 2; i < 1000; ++i) many.push_back(scored(std::string(i, 'C'), i));
  const std::string error = error_of([&] { store.add(kScorer, many, "w"); });
  setrlimit(RLIMIT_FSIZE, &before);
  std::signal(SIGXFSZ, handler);
  EXPECT_THAT(error, HasSubstr("is the disk full?"));
  EXPECT_THAT(error, HasSubstr(path_.string()));
  // Nothing of the transaction, all from before; and it works again.
  EXPECT_THAT(store.find(kScorer, Texts{"C", "CC"}), SizeIs(1));
  store.add(kScorer, many, "w");
  EXPECT_THAT(store.find(kScorer, Texts{"C", "CC"}), SizeIs(2));
}

}  // namespace
}  // namespace fragflow
