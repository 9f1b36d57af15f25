#include "src/ranks/peer_watch.hpp"

#include <gmock/gmock.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <future>
#include <stdexcept>

namespace fragflow {
namespace {

using std::chrono::milliseconds;
constexpr PeerWatch::Settings kQuick{milliseconds(10), milliseconds(300)};

// What the watch says, "" if nothing within two seconds.
class Said {
 public:
  std::function<void(const std::string&)> listener() {
    return [this](const std::string& text) { promise_.set_value(text); };
  }
  std::string within(milliseconds time) {
    auto future = promise_.get_future();
    return future.wait_for(time) == std::future_status::ready ? future.get() : "";
  }

 private:
  std::promise<std::string> promise_;
};

TEST(PeerWatch, IsSilentWhileAllBeat) {
  Said said;
  std::atomic<std::int64_t> count{0};
  const PeerWatch watch([&](std::int64_t beats) { count = beats; },
                        [&] {
                          return std::vector<PeerWatch::Peer>{{1, count}, {2, count}};
                        },
                        said.listener(), kQuick);
  EXPECT_EQ(said.within(milliseconds(900)), "");
}

TEST(PeerWatch, NamesTheRankThatStopped) {
  Said said;
  std::atomic<std::int64_t> count{0};
  const PeerWatch watch([&](std::int64_t beats) { count = beats; },
                        [&] {
                          return std::vector<PeerWatch::Peer>{{1, count}, {2, 5}};
                        },
                        said.listener(), kQuick);
  EXPECT_THAT(said.within(milliseconds(20'000)), testing::HasSubstr("rank 2"));
}

TEST(PeerWatch, NoticesThatTheStoreIsGone) {
  Said said;
  const PeerWatch watch([](std::int64_t) { throw std::runtime_error("broken pipe"); },
                        [] { return std::vector<PeerWatch::Peer>{}; }, said.listener(), kQuick);
  EXPECT_THAT(said.within(milliseconds(20'000)), testing::HasSubstr("connection"));
}

TEST(PeerWatch, NoticesThatTheStoreHangs) {
  Said said;
  std::promise<void> release;
  std::shared_future<void> released = release.get_future();
  PeerWatch watch([&](std::int64_t) { released.wait(); },
                  [] { return std::vector<PeerWatch::Peer>{}; }, said.listener(), kQuick);
  EXPECT_THAT(said.within(milliseconds(20'000)), testing::HasSubstr("not reached each other"));
  release.set_value();
}

// As a batch system stops all processes of a job and lets them go on.
TEST(PeerWatch, DoesNotCountTheTimeInWhichThisProcessWasStopped) {
  Said said;
  std::atomic<std::int64_t> count{0};
  const PeerWatch watch([&](std::int64_t beats) { count = beats; },
                        [&] {
                          return std::vector<PeerWatch::Peer>{{1, count}};
                        },
                        said.listener(), kQuick);
  const pid_t child = ::fork();
  ASSERT_GE(child, 0);
  if (child == 0) {
    ::usleep(900'000);
    ::kill(::getppid(), SIGCONT);
    ::_exit(0);
  }
  std::this_thread::sleep_for(milliseconds(100));
  std::raise(SIGSTOP);
  EXPECT_EQ(said.within(milliseconds(500)), "");
  ::waitpid(child, nullptr, 0);
}

TEST(PeerWatch, IsSilentAfterItsEnd) {
  Said said;
  PeerWatch watch([](std::int64_t) {},
                  [] {
                    return std::vector<PeerWatch::Peer>{{1, 0}};
                  },
                  said.listener(), kQuick);
  watch.end();
  EXPECT_EQ(said.within(milliseconds(600)), "");
}

}  // namespace
}  // namespace fragflow
