// Notices processes of a run that hang. A connection tells at once when a process is gone, but
// nothing when it is stopped, or its machine is.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <string>
#include <thread>
#include <vector>

namespace fragflow {

// Tells the others again and again that this process lives, and looks whether they do.
class PeerWatch {
 public:
  struct Settings {
    std::chrono::milliseconds every{2000};    // between two beats
    std::chrono::milliseconds limit{20'000};  // a process without a beat for so long is lost
  };
  // A count that grows with every beat of each watched process; -1 before its first.
  struct Peer {
    int rank = 0;
    std::int64_t beats = -1;
  };

  // beat: tells that this process lives; peers: what the others told. Both may throw or hang where
  // what carries them is gone, which is a loss, too. lost: called once, with what is to be said;
  // must not return in earnest. All are called by threads of the watch.
  PeerWatch(std::function<void(std::int64_t)> beat, std::function<std::vector<Peer>()> peers,
            std::function<void(const std::string&)> lost, Settings settings);
  // What is lost from here on is none of its business.
  void end();
  ~PeerWatch();
  PeerWatch(const PeerWatch&) = delete;
  PeerWatch& operator=(const PeerWatch&) = delete;

 private:
  using Clock = std::chrono::steady_clock;

  void exchange();  // thread: beats and reads
  void look();      // thread: notices if exchange() hangs
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
