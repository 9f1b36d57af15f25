#include "src/ranks/peer_watch.hpp"

#include <fmt/format.h>

#include <exception>
#include <map>

namespace fragflow {
namespace {

double seconds(std::chrono::steady_clock::duration duration) {
  return std::chrono::duration<double>(duration).count();
}

}  // namespace

PeerWatch::PeerWatch(std::function<void(std::int64_t)> beat,
                     std::function<std::vector<Peer>()> peers,
                     std::function<void(const std::string&)> lost, Settings settings)
    : beat_(std::move(beat)),
      peers_(std::move(peers)),
      lost_(std::move(lost)),
      settings_(settings),
      last_exchange_(Clock::now().time_since_epoch().count()) {
  exchanging_ = std::thread([this] { exchange(); });
  looking_ = std::thread([this] { look(); });
}

void PeerWatch::end() { ends_ = true; }

PeerWatch::~PeerWatch() {
  end();
  looking_.join();
  exchanging_.join();
}

void PeerWatch::report(const std::string& message) {
  if (!ends_ && !reported_.exchange(true)) lost_(message);
}

void PeerWatch::exchange() {
  struct Seen {
    std::int64_t beats = -1;
    Clock::time_point when = Clock::now();
  };
  std::map<int, Seen> seen;
  for (std::int64_t count = 0; !ends_ && !reported_; ++count) {
    try {
      beat_(count);
      for (const Peer& peer : peers_()) {
        Seen& last = seen[peer.rank];
        const auto now = Clock::now();
        if (peer.beats != last.beats) last = {peer.beats, now};
        if (now - last.when > settings_.limit) {
          report(fmt::format("rank {} has given no sign of life for {:.0f} seconds", peer.rank,
                             seconds(now - last.when)));
        }
      }
    } catch (const std::exception&) {
      report("the connection to the other processes is gone");
    }
    last_exchange_ = Clock::now().time_since_epoch().count();
    // In short pieces, so that the destructor does not wait.
    const auto before = Clock::now();
    for (auto left = settings_.every; left.count() > 0 && !ends_;
         left -= std::chrono::milliseconds(50)) {
      std::this_thread::sleep_for(std::min(left, std::chrono::milliseconds(50)));
    }
    const auto gap = Clock::now() - before - settings_.every;
    if (gap > settings_.limit / 2) {
      for (auto& [rank, last] : seen) last.when += gap;
    }
  }
}

void PeerWatch::look() {
  while (!ends_ && !reported_) {
    const auto before = Clock::now();
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
    // This process was stopped as well (for example by a batch system): that time does not count.
    const auto gap = Clock::now() - before;
    if (gap > settings_.limit / 2) last_exchange_ += Clock::duration(gap).count();
    const auto silent = Clock::now().time_since_epoch() - Clock::duration(last_exchange_.load());
    if (silent > settings_.limit) {
      report(fmt::format("the processes have not reached each other for {:.0f} seconds",
                         seconds(silent)));
    }
  }
}

}  // namespace fragflow
