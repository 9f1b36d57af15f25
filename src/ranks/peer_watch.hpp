// Detects hanging processes of a run. A connection shows at once that a process has ended, but not
// that it, or its machine, was stopped.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <string>
#include <thread>
#include <vector>

namespace fragflow {

// Sends heartbeats of this process, and checks those of the others.
class PeerWatch {
 public:
  struct Settings {
    std::chrono::milliseconds every{2000};    // interval of heartbeats
    std::chrono::milliseconds limit{20'000};  // a process without a heartbeat for this long is lost
  };
  // A count that increases with every heartbeat of each watched process; -1 before its first.
  struct Peer {
    int rank = 0;
    std::int64_t beats = -1;
  };

  // beat: sends a heartbeat; peers: heartbeats of the others. Both may throw or hang if the
  // transport is gone, which also counts as a loss. lost: called once with a message; must not
  // return in production. All are called by threads of the watch.
  PeerWatch(std::function<void(std::int64_t)> beat, std::function<std::vector<Peer>()> peers,
            std::function<void(const std::string&)> lost, Settings settings);
  // Losses after this call are ignored.
  void end();
  ~PeerWatch();
  PeerWatch(const PeerWatch&) = delete;
  PeerWatch& operator=(const PeerWatch&) = delete;

 private:
  using Clock = std::chrono::steady_clock;

  void exchange();  // thread: sends and receives
  void look();      // thread: detects that exchange() hangs
  void report(const std::string& message);

  std::function<void(std::int64_t)> beat_;
  std::function<std::vector<Peer>()> peers_;
  std::function<void(const std::string&)> lost_;
  Settings settings_;
  std::atomic<bool> ends_{false}, reported_{false};
  std::atomic<Clock::rep> last_exchange_;
  std::thread exchanging_, looking_;
};

}  // namespace fragflow
