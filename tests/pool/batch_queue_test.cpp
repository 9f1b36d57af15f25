#include "src/pool/batch_queue.hpp"

#include <gmock/gmock.h>

#include <cmath>

namespace fragflow {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;
using testing::UnorderedElementsAre;

using Texts = std::vector<std::string>;

PoolConfig config() {
  PoolConfig config;
  config.batch_size = 4;
  config.time_limit = 10;
  config.lease = 5;
  config.tries = 2;
  config.losses = 3;
  return config;
}

// The value of a molecule is the length of its SMILES.
std::vector<PoolRow> rows_for(const Texts& smiles) {
  std::vector<PoolRow> rows;
  for (const std::string& text : smiles) {
    rows.push_back({text, {{"size", static_cast<double>(text.size())}}, ""});
  }
  return rows;
}

Texts names(const std::vector<PoolRow>& rows) {
  Texts result;
  for (const PoolRow& row : rows) result.push_back(row.smiles);
  return result;
}

class Queue : public testing::Test {
 protected:
  Lease take(const std::string& worker, double now = 0) {
    const auto lease = queue_.take(worker, worker, now);
    EXPECT_TRUE(lease.has_value());
    return lease.value_or(Lease{});
  }

  BatchQueue queue_{config()};
};

TEST_F(Queue, LendsEveryMoleculeOnce) {
  queue_.add(Texts{"C", "CC", "CCC", "CCCC", "CCCCC"});
  const Lease first = take("a"), second = take("b");
  EXPECT_THAT(first.smiles, ElementsAre("C", "CC", "CCC", "CCCC"));
  EXPECT_EQ(first.seconds, 40);
  EXPECT_THAT(second.smiles, ElementsAre("CCCCC"));
  EXPECT_FALSE(queue_.take("c", "c", 0));
  EXPECT_EQ(queue_.num_lent(), 5u);
  const auto verdict = queue_.answer("a", first.id, rows_for(first.smiles), 1);
  EXPECT_EQ(verdict.refusal, "");
  EXPECT_THAT(names(verdict.finished), ElementsAre("C", "CC", "CCC", "CCCC"));
  EXPECT_EQ(queue_.num_lent(), 1u);
}

TEST_F(Queue, WorkersFractionWhatWaits) {
  queue_.take("a", "a", 0);
  queue_.take("b", "b", 0);
  queue_.take("c", "c", 0);
  queue_.add(Texts{"C", "CC", "CCC", "CCCC"});
  EXPECT_THAT(take("a").smiles, SizeIs(2));  // a third, rounded up
  EXPECT_THAT(take("b").smiles, SizeIs(1));
}

TEST_F(Queue, RowsAreMatchedBySmilesInAnyOrder) {
  queue_.add(Texts{"C", "CC", "CCC"});
  const Lease lease = take("a");
  auto rows = rows_for(lease.smiles);
  std::swap(rows[0], rows[2]);
  for (const PoolRow& row : queue_.answer("a", lease.id, rows, 0).finished) {
    EXPECT_EQ(row.values.at("size"), row.smiles.size());
  }
}

TEST_F(Queue, RefusesWhatDoesNotFitAndSendsTheBatchAgain) {
  const double nan = std::nan("");
  struct Case {
    std::vector<PoolRow> rows;
    std::string reason;
  };
  const std::vector<Case> cases = {
      {rows_for({"C", "CC"}), "2 rows for 3 molecules"},
      {rows_for({"C", "CC", "CCC", "O"}), "4 rows for 3"},
      {rows_for({"C", "CC", "CC"}), "two rows for 'CC'"},
      {rows_for({"C", "CC", "O"}), "'O', which is not in the batch"},
      {{{"C", {{"size", 1}}, ""}, {"CC", {{"size", nan}}, ""}, {"CCC", {{"size", 3}}, ""}},
       "not a finite number"},
      {{{"C", {{"size", 1}}, ""}, {"CC", {{"other", 2}}, ""}, {"CCC", {{"size", 3}}, ""}},
       "different outputs"},
      {{{"C", {{"size", 1}}, ""}, {"CC", {}, ""}, {"CCC", {{"size", 3}}, ""}}, "neither"},
  };
  for (const Case& one : cases) {
    BatchQueue queue(config());
    queue.add(Texts{"C", "CC", "CCC"});
    const Lease lease = *queue.take("a", "a", 0);
    const auto refused = queue.answer("a", lease.id, one.rows, 1);
    EXPECT_THAT(refused.refusal, HasSubstr(one.reason));
    EXPECT_THAT(refused.finished, IsEmpty());
    const Lease again = *queue.take("b", "b", 2);
    EXPECT_EQ(again.smiles, lease.smiles);
    EXPECT_NE(again.id, lease.id);
    EXPECT_THAT(queue.answer("b", again.id, rows_for(again.smiles), 3).finished, SizeIs(3));
  }
}

TEST_F(Queue, RefusesLateAnswersAndThoseForAnothersBatch) {
  queue_.add(Texts{"C", "CC", "CCC", "CCCC", "O", "OO", "OOO", "OOOO"});
  const Lease first = take("a"), second = take("b");
  EXPECT_THAT(queue_.answer("a", second.id, rows_for(second.smiles), 1).refusal,
              HasSubstr("another's"));
  EXPECT_THAT(queue_.answer("a", "no such lease", rows_for(first.smiles), 1).refusal,
              HasSubstr("not lent"));
  EXPECT_THAT(queue_.answer("b", second.id, rows_for(second.smiles), 1).finished, SizeIs(2));
  // The first worker is silent; what it says afterwards is too late.
  EXPECT_THAT(queue_.expire(6), IsEmpty());
  const Lease again = take("b", 7);
  EXPECT_EQ(again.smiles, first.smiles);
  EXPECT_THAT(queue_.answer("a", first.id, rows_for(first.smiles), 7).finished, IsEmpty());
  EXPECT_THAT(queue_.answer("b", again.id, rows_for(again.smiles), 8).finished, SizeIs(4));
  // An answer counts once.
  EXPECT_THAT(queue_.answer("b", again.id, rows_for(again.smiles), 8).refusal, HasSubstr("late"));
  EXPECT_EQ(queue_.num_lost(), 1);
}

TEST_F(Queue, ALateAnswerIsTakenWhileItsMoleculesWait) {
  queue_.add(Texts{"C", "CC", "CCC"});
  const Lease lease = take("a");
  EXPECT_THAT(queue_.expire(6), IsEmpty());
  EXPECT_EQ(queue_.num_waiting(), 3u);
  EXPECT_NE(queue_.answer("b", lease.id, rows_for(lease.smiles), 7).refusal, "");
  const auto verdict = queue_.answer("a", lease.id, rows_for(lease.smiles), 7);
  EXPECT_EQ(verdict.refusal, "");
  EXPECT_THAT(names(verdict.finished), ElementsAre("C", "CC", "CCC"));
  EXPECT_EQ(queue_.num_waiting(), 0u);
  EXPECT_NE(queue_.answer("a", lease.id, rows_for(lease.smiles), 7).refusal, "");
}

TEST_F(Queue, APauseOfTheRunCostsNoLease) {
  queue_.add(Texts{"C"});
  const Lease lease = take("a", 1);
  queue_.was_paused(100, 102);
  EXPECT_THAT(queue_.expire(102), IsEmpty());
  EXPECT_EQ(queue_.num_lent(), 1u);
  EXPECT_THAT(queue_.workers(102), SizeIs(1));
  queue_.beat("a", lease.id, 115);
  queue_.expire(118);  // nor of what the program has
  EXPECT_EQ(queue_.num_lent(), 1u);
  queue_.expire(121);
  EXPECT_EQ(queue_.num_lent(), 0u);
}

TEST_F(Queue, OnlyWhatIsKeptOfABatchIsLent) {
  queue_.add(Texts{"C", "CC", "CCC", "CCCC", "CCCCC"});
  const Lease lease = take("a");
  queue_.keep(lease.id, {"CC", "CCCC"});
  EXPECT_THAT(take("a").smiles, ElementsAre("CC", "CCCC"));
  queue_.keep(lease.id, {});
  EXPECT_THAT(queue_.take_ended(), ElementsAre(lease.id));
  EXPECT_THAT(take("a").smiles, ElementsAre("CCCCC"));
  queue_.add(Texts{"O", "OO"});
  queue_.drop({"O", "CCCCC"});
  EXPECT_EQ(queue_.num_waiting(), 1u);
}

TEST_F(Queue, SignsOfLifeKeepTheLease) {
  queue_.add(Texts{"C"});
  const Lease lease = take("a");
  for (double now = 4; now < 18; now += 4) {
    EXPECT_TRUE(queue_.beat("a", lease.id, now));
    EXPECT_THAT(queue_.expire(now), IsEmpty());
    EXPECT_EQ(queue_.num_lent(), 1u);
  }
  EXPECT_FALSE(queue_.beat("b", lease.id, 18));
  // But not beyond what the program has: 10 seconds, and twice the lease.
  EXPECT_TRUE(queue_.beat("a", lease.id, 20));
  queue_.expire(20.1);
  EXPECT_EQ(queue_.num_lent(), 0u);
  EXPECT_EQ(queue_.num_waiting(), 1u);
  EXPECT_FALSE(queue_.beat("a", lease.id, 21));
}

TEST_F(Queue, WhoAsksAgainGetsTheSameBatch) {
  queue_.add(Texts{"C", "CC", "CCC", "CCCC", "CCCCC"});
  const Lease lease = take("a");
  EXPECT_EQ(take("a").id, lease.id);
  EXPECT_EQ(take("a").smiles, lease.smiles);
}

TEST_F(Queue, TakesBadBatchesApartAndGivesPoisonUpWithItsReason) {
  queue_.add(Texts{"C", "CC", "P"});
  for (int k = 0; k < 2; ++k) {
    EXPECT_THAT(queue_.fail("a", take("a").id, "exit status 3", 0).finished, IsEmpty());
  }
  std::vector<PoolRow> finished;
  for (int k = 0; k < 4; ++k) {
    const Lease lease = take("a");
    ASSERT_THAT(lease.smiles, SizeIs(1));
    const auto verdict = lease.smiles[0] == "P"
                             ? queue_.fail("a", lease.id, "exit status 3", 0)
                             : queue_.answer("a", lease.id, rows_for(lease.smiles), 0);
    finished.insert(finished.end(), verdict.finished.begin(), verdict.finished.end());
  }
  EXPECT_THAT(names(finished), UnorderedElementsAre("C", "CC", "P"));
  for (const PoolRow& row : finished) {
    EXPECT_EQ(row.failure, row.smiles == "P" ? "exit status 3" : "");
  }
  EXPECT_FALSE(queue_.take("a", "a", 0));
}

// One that fails at once on everything, beside one that takes 3 seconds for a batch.
TEST_F(Queue, ABrokenWorkerSpoilsNothingOfAnothers) {
  Texts smiles;
  for (int k = 1; k <= 40; ++k) smiles.push_back(std::string(static_cast<std::size_t>(k), 'C'));
  for (const bool answers_nothing : {false, true}) {
    BatchQueue queue(config());
    queue.add(smiles);
    std::optional<Lease> slow;
    double slow_end = 0, now = 0;
    std::size_t num_scored = 0;
    int num_broken = 0;
    for (; num_scored < smiles.size() && now < 1000; now += 0.1) {
      EXPECT_THAT(queue.expire(now), IsEmpty());
      if (const auto lease = queue.take("broken", "broken", now)) {
        std::vector<PoolRow> rows;
        for (const std::string& text : lease->smiles) rows.push_back({text, {}, "no license"});
        const auto verdict = answers_nothing ? queue.answer("broken", lease->id, rows, now)
                                             : queue.fail("broken", lease->id, "no license", now);
        EXPECT_THAT(verdict.finished, IsEmpty());
        ++num_broken;
      }
      if (slow) queue.beat("slow", slow->id, now);
      if (slow && now >= slow_end) {
        const auto verdict = queue.answer("slow", slow->id, rows_for(slow->smiles), now);
        for (const PoolRow& row : verdict.finished) EXPECT_EQ(row.failure, "");
        num_scored += verdict.finished.size();
        slow.reset();
      }
      if (!slow && (slow = queue.take("slow", "slow", now))) slow_end = now + 3;
    }
    EXPECT_EQ(num_scored, smiles.size());
    EXPECT_LE(num_broken, 10);  // it is asked ever more rarely
  }
}

TEST_F(Queue, AllWorkersBrokenGiveUpWithoutARest) {
  queue_.add(Texts{"C"});
  int num_tries = 0;
  std::vector<PoolRow> finished;
  for (int k = 0; finished.empty() && k < 20; ++k) {
    const std::string worker = k % 2 == 0 ? "a" : "b";
    const auto lease = queue_.take(worker, worker, 0);
    if (!lease) continue;
    ++num_tries;
    finished = queue_.fail(worker, lease->id, "broken", 0).finished;
  }
  EXPECT_THAT(names(finished), ElementsAre("C"));
  EXPECT_LE(num_tries, 4);
}

TEST_F(Queue, AMoleculeWithoutAValueGoesOnAlone) {
  queue_.add(Texts{"C", "CC", "P"});
  Lease lease = take("a");
  auto rows = rows_for(lease.smiles);
  rows[2] = {"P", {}, "no value"};
  EXPECT_THAT(names(queue_.answer("a", lease.id, rows, 0).finished), ElementsAre("C", "CC"));
  lease = take("a");
  EXPECT_THAT(lease.smiles, ElementsAre("P"));
  const auto finished = queue_.answer("a", lease.id, {{"P", {}, "no value"}}, 0).finished;
  ASSERT_THAT(finished, SizeIs(1));
  EXPECT_EQ(finished[0].failure, "no value");
}

TEST_F(Queue, LostWorkersCountOnTheirOwn) {
  queue_.add(Texts{"K"});
  double now = 0;
  for (int loss = 1; loss <= 3; ++loss, now += 10) {
    take("worker " + std::to_string(loss), now);
    const auto finished = queue_.expire(now + 6);
    EXPECT_THAT(finished, SizeIs(loss == 3 ? 1 : 0));
    for (const PoolRow& row : finished) EXPECT_THAT(row.failure, HasSubstr("lost"));
  }
}

TEST_F(Queue, AWorkerThatLeavesCostsNothing) {
  queue_.add(Texts{"C"});
  for (int k = 0; k < 20; ++k) {
    const Lease lease = take("a");
    queue_.give_back("a", lease.id);
  }
  const Lease lease = take("a");
  EXPECT_THAT(queue_.answer("a", lease.id, rows_for(lease.smiles), 0).finished, SizeIs(1));
}

TEST_F(Queue, ABatchLentBeforeARestartGoesOn) {
  const Lease lease = {"id", {"C", "CC"}, 0};
  queue_.restore("a", lease, 0);
  EXPECT_FALSE(queue_.take("b", "b", 1));
  EXPECT_TRUE(queue_.beat("a", "id", 4));
  EXPECT_THAT(queue_.answer("a", "id", rows_for(lease.smiles), 8).finished, SizeIs(2));
  EXPECT_THAT(queue_.take_ended(), ElementsAre("id"));
  EXPECT_THAT(queue_.take_ended(), IsEmpty());
  queue_.restore("gone", {"id 2", {"O"}, 0}, 10);
  queue_.expire(16);
  EXPECT_THAT(take("b", 16).smiles, ElementsAre("O"));
}

TEST_F(Queue, NoMinusZero) {
  queue_.add(Texts{"C"});
  const Lease lease = take("a");
  const auto finished = queue_.answer("a", lease.id, {{"C", {{"size", -0.0}}, ""}}, 0).finished;
  EXPECT_FALSE(std::signbit(finished.at(0).values.at("size")));
}

}  // namespace
}  // namespace fragflow
