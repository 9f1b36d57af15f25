// The whole of it in one process: a pool that waits, and workers on threads.
#include "src/pool/scoring_pool.hpp"

#include <gmock/gmock.h>

#include <atomic>
#include <cmath>
#include <filesystem>
#include <future>
#include <mutex>
#include <set>
#include <thread>

#include "src/base/check.hpp"
#include "src/base/stopped.hpp"
#include "src/base/text.hpp"
#include "src/pool/pool_folder.hpp"
#include "src/pool/pool_token.hpp"
#include "src/pool/pool_worker.hpp"

namespace fragflow {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

using Texts = std::vector<std::string>;

// A value that only this molecule has.
double value_of(const std::string& smiles) { return static_cast<double>(fnv1a(smiles) >> 12); }

Texts molecules(int count) {
  Texts smiles;
  for (int i = 1; i <= count; ++i) smiles.push_back("C" + std::to_string(i) + "CC");
  return smiles;
}

class Pool : public testing::Test {
 protected:
  Pool() {
    config_.command = {"score"};
    config_.lease = 0.5;
    config_.batch_size = 5;
    config_.tries = 2;
    std::filesystem::create_directories(folder_);
  }
  ~Pool() override {
    stop_workers();
    std::filesystem::remove_all(folder_);
  }

  using Score = std::function<std::vector<PoolRow>(const Texts&)>;

  std::vector<PoolRow> good(const Texts& smiles) {
    const std::lock_guard lock(mutex_);
    std::vector<PoolRow> rows;
    for (const std::string& text : smiles) {
      ++num_scored_;
      rows.push_back({text, {{"y", value_of(text)}, {"z", 1}}, ""});
    }
    return rows;
  }

  void start_worker(Score score) {
    workers_.emplace_back([this, score = std::move(score)] {
      WorkerRequest request;
      request.find_run = [this] {
        const PoolAddress address = read_pool_address(folder_);
        return FoundRun{
            PoolClient(address.host, address.port, read_token(pool_token_file(folder_))),
            address.version, ""};
      };
      request.score = [&](const Texts& smiles, const BatchTerms&) { return score(smiles); };
      request.stop = StopToken(end_);
      work(request);
    });
  }

  void stop_workers() {
    end_ = true;
    for (std::thread& thread : workers_) thread.join();
    workers_.clear();
    end_ = false;
  }

  std::unique_ptr<ScoringPool> make_pool() {
    auto pool = std::make_unique<ScoringPool>(config_, "docking");
    pool->work_in(folder_, StopToken(stop_));
    return pool;
  }

  static void expect_right(const std::vector<double>& values, const Texts& smiles) {
    ASSERT_EQ(values.size(), smiles.size());
    for (std::size_t i = 0; i < values.size(); ++i) EXPECT_EQ(values[i], value_of(smiles[i]));
  }

  PoolConfig config_;
  std::filesystem::path folder_ =
      std::filesystem::path(testing::TempDir()) / ("scoring_pool_" + random_token());
  std::mutex mutex_;
  int num_scored_ = 0;
  std::atomic<bool> end_ = false, stop_ = false;
  std::vector<std::thread> workers_;
};

TEST_F(Pool, EveryMoleculeOnceForAllWorkersOutputsAndRuns) {
  for (int k = 0; k < 3; ++k) start_worker([this](const Texts& s) { return good(s); });
  const Texts smiles = molecules(40);
  {
    const auto pool = make_pool();
    expect_right(pool->values("y", smiles), smiles);
    for (const double z : pool->values("z", smiles)) EXPECT_EQ(z, 1);
    // Some again, some twice.
    const Texts more = {smiles[3], "O", smiles[3], "O"};
    expect_right(pool->values("y", more), more);
  }
  EXPECT_EQ(num_scored_, 41);
  stop_workers();
  expect_right(make_pool()->values("y", smiles), smiles);  // without a worker
  EXPECT_EQ(num_scored_, 41);
}

TEST_F(Pool, PoisonScoresNothingAndIsNotTriedAgain) {
  std::atomic<int> num_poisoned = 0;
  start_worker([&](const Texts& smiles) {
    for (const std::string& text : smiles) {
      if (text != "P") continue;
      ++num_poisoned;
      user_error("crashed");
    }
    return good(smiles);
  });
  Texts smiles = molecules(8);
  smiles.push_back("P");
  std::vector<double> values = make_pool()->values("y", smiles);
  EXPECT_TRUE(std::isnan(values.back()));
  values.pop_back();
  smiles.pop_back();
  expect_right(values, smiles);
  EXPECT_EQ(num_poisoned, 4);  // twice with others, twice alone
  EXPECT_TRUE(std::isnan(make_pool()->values("y", Texts{"P"})[0]));
  EXPECT_EQ(num_poisoned, 4);
}

TEST_F(Pool, AScorerThatNeverWorksEndsTheRunAndLeavesNothing) {
  start_worker([](const Texts&) -> std::vector<PoolRow> { user_error("no module named vina"); });
  try {
    make_pool()->values("y", molecules(30));
    ADD_FAILURE();
  } catch (const UserError& error) {
    EXPECT_THAT(error.what(), HasSubstr("no module named vina"));
    EXPECT_THAT(error.what(), HasSubstr("none was scored"));
  }
  stop_workers();
  start_worker([this](const Texts& s) { return good(s); });
  expect_right(make_pool()->values("y", molecules(30)), molecules(30));
}

// Those of a new start, after others were scored: it is them and not the scorer.
TEST_F(Pool, ManyPoisonousOnesEndNoRunWhoseScorerWorks) {
  start_worker([this](const Texts& smiles) {
    if (smiles[0].starts_with("P")) user_error("crashed");
    return good(smiles);
  });
  expect_right(make_pool()->values("y", molecules(3)), molecules(3));
  Texts poison;
  for (int i = 0; i < 12; ++i) poison.push_back("P" + std::to_string(i));
  for (const double value : make_pool()->values("y", poison)) EXPECT_TRUE(std::isnan(value));
  stop_workers();
  for (const double value : make_pool()->values("y", poison)) EXPECT_TRUE(std::isnan(value));
}

TEST_F(Pool, AScorerThatWorksNoMoreEndsTheRunAndFloorsNothing) {
  std::atomic<bool> works = true;
  const auto score = [&](const Texts& smiles) {
    if (!works) user_error("license has expired");
    return good(smiles);
  };
  start_worker(score);
  config_.tries = 1;
  const Texts smiles = molecules(23), first(smiles.begin(), smiles.begin() + 3);
  auto pool = make_pool();
  expect_right(pool->values("y", first), first);
  works = false;
  try {
    pool->values("y", smiles);
    ADD_FAILURE();
  } catch (const UserError& error) {
    EXPECT_THAT(error.what(), HasSubstr("20 molecules were given up"));
    EXPECT_THAT(error.what(), HasSubstr("in between"));
    EXPECT_THAT(error.what(), HasSubstr("license has expired"));
  }
  pool.reset();
  works = true;
  expect_right(make_pool()->values("y", smiles), smiles);
}

TEST_F(Pool, ARunWithoutWorkersHoldsUpNoOther) {
  PoolConfig idle_config = config_;
  idle_config.store = config_.store = (folder_ / "shared.sqlite").string();
  const std::filesystem::path idle_folder = folder_ / "idle";
  idle_config.folder = idle_folder.string();
  const Texts smiles = molecules(12);
  auto idle = std::async(std::launch::async, [&] {
    ScoringPool pool(idle_config, "idle");
    pool.work_in(folder_, StopToken(stop_));
    return pool.values("y", smiles);
  });
  while (!std::filesystem::exists(pool_status_file(idle_folder))) {
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
  start_worker([this](const Texts& s) { return good(s); });
  auto other = std::async(std::launch::async, [&] { return make_pool()->values("y", smiles); });
  other.wait_for(std::chrono::seconds(20));
  idle.wait_for(std::chrono::seconds(20));
  stop_ = true;  // should they wait still
  expect_right(other.get(), smiles);
  expect_right(idle.get(), smiles);
  EXPECT_EQ(num_scored_, 12);
}

TEST_F(Pool, StopsWhileItWaits) {
  const auto pool = make_pool();
  std::thread asks([this] {
    std::this_thread::sleep_for(std::chrono::milliseconds(100));
    stop_ = true;
  });
  EXPECT_THROW(pool->values("y", molecules(3)), Stopped);
  asks.join();
}

TEST_F(Pool, TwoRunsThatShareAStoreScoreAMoleculeOnce) {
  PoolConfig other_config = config_;
  other_config.store = config_.store = (folder_ / "shared.sqlite").string();
  other_config.folder = (folder_ / "other").string();
  const Texts smiles = molecules(30);
  for (int k = 0; k < 2; ++k) start_worker([this](const Texts& s) { return good(s); });
  std::vector<double> values;
  // The other run has no workers of its own: it gets all from the store.
  std::thread other([&] {
    ScoringPool pool(other_config, "other");
    pool.work_in(folder_, StopToken());
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
    values = pool.values("y", Texts{smiles.begin(), smiles.begin() + 20});
  });
  expect_right(make_pool()->values("y", smiles), smiles);
  other.join();
  expect_right(values, Texts{smiles.begin(), smiles.begin() + 20});
  EXPECT_EQ(num_scored_, 30);
}

// What a worker is at when the run ends is not lost: before and after the run asks for it again.
TEST_F(Pool, ARunStartedAgainTakesWhatIsUnderWay) {
  for (const bool is_early : {true, false}) {
    const Texts smiles = molecules(is_early ? 4 : 3);
    std::atomic<bool> has_batch = false, may_answer = false;
    num_scored_ = 0;
    config_.store = (folder_ / (is_early ? "early.sqlite" : "late.sqlite")).string();
    config_.lease = 20;
    start_worker([&](const Texts& batch) {
      has_batch = true;
      while (!may_answer) std::this_thread::sleep_for(std::chrono::milliseconds(5));
      return good(batch);
    });
    std::thread asks([&] {
      while (!has_batch) std::this_thread::sleep_for(std::chrono::milliseconds(5));
      stop_ = true;
    });
    EXPECT_THROW(make_pool()->values("y", smiles), Stopped);
    asks.join();
    stop_ = false;
    const auto pool = make_pool();
    if (is_early) {
      // The run is at something else when the answer comes.
      start_worker([&](const Texts& batch) {
        may_answer = true;
        while (num_scored_ < 4) std::this_thread::sleep_for(std::chrono::milliseconds(5));
        std::this_thread::sleep_for(std::chrono::milliseconds(300));
        return good(batch);
      });
      expect_right(pool->values("y", Texts{"O"}), Texts{"O"});
    } else {
      may_answer = true;
    }
    expect_right(pool->values("y", smiles), smiles);
    EXPECT_EQ(num_scored_, is_early ? 5 : 3);
    stop_workers();
  }
}

TEST_F(Pool, UnknownOutputsAreNamed) {
  start_worker([this](const Texts& s) { return good(s); });
  const auto pool = make_pool();
  for (const std::string name : {"x", ""}) {
    try {
      pool->values(name, Texts{"C"});
      ADD_FAILURE();
    } catch (const UserError& error) {
      EXPECT_THAT(error.what(), HasSubstr("pool.property"));
      EXPECT_THAT(error.what(), HasSubstr("y, z"));
    }
  }
}

TEST_F(Pool, WrongAnswersAreRefusedAndRightOnesTaken) {
  std::atomic<int> number = 0;
  start_worker([&](const Texts& smiles) {
    std::vector<PoolRow> rows = good(smiles);
    switch (number++ % 5) {
      case 0:
        rows.pop_back();
        break;
      case 1:
        rows.push_back(rows[0]);
        break;
      case 2:
        rows[0].smiles = "O";
        break;
      case 3:
        rows[0].values["y"] = std::nan("");
        break;
    }
    return rows;
  });
  config_.tries = 100;
  expect_right(make_pool()->values("y", molecules(20)), molecules(20));
}

}  // namespace
}  // namespace fragflow
