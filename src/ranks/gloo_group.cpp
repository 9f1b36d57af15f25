#include "models/torch.hpp"

// Debian's LibTorch was built with this; its headers declare the class only then.
#define USE_C10D_GLOO

#include <arpa/inet.h>
#include <netdb.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <torch/csrc/distributed/c10d/FileStore.hpp>
#include <torch/csrc/distributed/c10d/ProcessGroupGloo.hpp>
#include <torch/csrc/distributed/c10d/TCPStore.hpp>

#include "src/base/check.hpp"
#include "src/ranks/join_ranks.hpp"
#include "src/ranks/peer_watch.hpp"

namespace fragflow {
namespace {

using Milliseconds = std::chrono::milliseconds;
constexpr Milliseconds kJoin = std::chrono::minutes(5);
// Ranks may wait for a slow scorer indefinitely; PeerWatch detects lost ones.
constexpr Milliseconds kNever = std::chrono::hours(24 * 365);

constexpr const char* kResume =
    "the run cannot go on; its last checkpoint is whole: start it again with 'train --resume', "
    "with any number of processes";

// The local address used to reach `host`; "" if there is none.
std::string own_address(const std::string& host) {
  addrinfo hints{}, *found = nullptr;
  hints.ai_socktype = SOCK_DGRAM;
  hints.ai_family = AF_INET;
  if (::getaddrinfo(host.c_str(), "9", &hints, &found) != 0) return "";
  std::string address;
  const int file = ::socket(found->ai_family, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  sockaddr_in own{};
  socklen_t size = sizeof own;
  // Connecting a datagram socket sends nothing, but selects the route.
  if (file >= 0 && ::connect(file, found->ai_addr, found->ai_addrlen) == 0 &&
      ::getsockname(file, reinterpret_cast<sockaddr*>(&own), &size) == 0) {
    std::array<char, INET_ADDRSTRLEN> text{};
    if (::inet_ntop(AF_INET, &own.sin_addr, text.data(), text.size())) address = text.data();
  }
  if (file >= 0) ::close(file);
  ::freeaddrinfo(found);
  return address;
}

// A machine's own name often resolves to 127.0.1.1, which other machines cannot reach.
void refuse_loopback(const std::string& host, const std::string& address) {
  in_addr literal{};
  if (!address.starts_with("127.") || host == "localhost" ||
      ::inet_pton(AF_INET, host.c_str(), &literal) == 1) {
    return;
  }
  user_error(
      "MASTER_ADDR = '{}' leads to the loopback address {} here, which other machines cannot "
      "reach: set GLOO_SOCKET_IFNAME to the network interface to use (see 'ip address'), or "
      "MASTER_ADDR=localhost where all processes are on this machine",
      host, address);
}

// Processes that meet at a file are on one machine and need no network interface.
std::shared_ptr<gloo::transport::Device> make_device(const RankPlace& place) {
  if (!place.file.empty()) return c10d::ProcessGroupGloo::createDeviceForHostname("127.0.0.1");
  if (const char* interface = std::getenv("GLOO_SOCKET_IFNAME")) {
    return c10d::ProcessGroupGloo::createDeviceForInterface(interface);
  }
  const std::string address = own_address(place.address);
  if (address.empty()) user_error("MASTER_ADDR = '{}' is not known here", place.address);
  refuse_loopback(place.address, address);
  return c10d::ProcessGroupGloo::createDeviceForHostname(address);
}

// Debian builds LibTorch without libuv, which newer ones use unless told not to.
template <typename Options>
void do_without_libuv(Options& options) {
  if constexpr (requires { options.useLibUV; }) options.useLibUV = false;
}

c10::intrusive_ptr<c10d::Store> make_store(const RankPlace& place) {
  if (!place.file.empty()) {
    return c10::make_intrusive<c10d::FileStore>(place.file, place.size);
  }
  c10d::TCPStoreOptions options;
  options.port = static_cast<std::uint16_t>(place.port);
  options.isServer = place.rank == 0;
  options.numWorkers = place.size;
  options.waitWorkers = false;
  options.timeout = kJoin;
  do_without_libuv(options);
  return c10::make_intrusive<c10d::TCPStore>(place.address, options);
}

std::vector<std::uint8_t> bytes_of(const std::string& text) { return {text.begin(), text.end()}; }

std::string come_key(int rank) { return fmt::format("come/{}", rank); }
std::string beat_key(int rank) { return fmt::format("beat/{}", rank); }

void wait_for_all(c10d::Store& store, const RankPlace& place) {
  if (store.add(come_key(place.rank), 1) > 1) {
    user_error(
        "another process is rank {} of {} already: a run of its own needs a MASTER_PORT of its own",
        place.rank, place.size);
  }
  const auto until = std::chrono::steady_clock::now() + kJoin;
  int missing = 0;
  while (missing < place.size) {
    if (store.check({come_key(missing)})) {
      ++missing;
    } else if (std::chrono::steady_clock::now() < until) {
      std::this_thread::sleep_for(Milliseconds(20));
    } else {
      user_error(
          "rank {} of {} has not come within {} minutes; were {} processes started, with "
          "the same MASTER_ADDR and MASTER_PORT?",
          missing, place.size, kJoin / std::chrono::minutes(1), place.size);
    }
  }
}

// The first line of a c10d message, without its stack.
std::string short_text(const std::exception& error) {
  const std::string text = error.what();
  return text.substr(0, text.find('\n'));
}

class GlooGroup : public Communicator {
 public:
  explicit GlooGroup(const RankPlace& place) : rank_(place.rank), size_(place.size) {
    try {
      const auto device = make_device(place);  // first, since it may throw
      store_ = make_store(place);
      wait_for_all(*store_, place);
      start_watch(place);
      const auto options = c10d::ProcessGroupGloo::Options::create(kNever);
      options->devices = {device};
      options->threads = 1;
      gloo_ = c10::make_intrusive<c10d::ProcessGroupGloo>(store_, rank_, size_, options);
    } catch (const UserError&) {
      throw;
    } catch (const std::exception& error) {
      user_error("rank {} of {} (from {}) cannot reach the others {}: {}", rank_, size_,
                 place.started_by,
                 place.file.empty() ? fmt::format("at {}:{}", place.address, place.port)
                                    : fmt::format("by '{}'", place.file),
                 short_text(error));
    }
  }

  int rank() const override { return gloo_ ? rank_ : 0; }
  int size() const override { return gloo_ ? size_ : 1; }

  std::vector<std::string> gather(const std::string& own) override {
    if (!gloo_) return {own};
    torch::Tensor size = torch::tensor({static_cast<std::int64_t>(own.size())});
    std::vector<std::int64_t> sizes;
    for (const torch::Tensor& one : gather_tensors(size)) sizes.push_back(one.item<std::int64_t>());
    const std::int64_t most = *std::max_element(sizes.begin(), sizes.end());
    if (most == 0) return std::vector<std::string>(sizes.size());
    torch::Tensor padded = torch::zeros({most}, torch::kUInt8);
    std::copy_n(own.data(), own.size(), reinterpret_cast<char*>(padded.data_ptr()));
    std::vector<std::string> texts;
    for (const torch::Tensor& one : gather_tensors(padded)) {
      texts.emplace_back(reinterpret_cast<const char*>(one.data_ptr()), sizes[texts.size()]);
    }
    return texts;
  }

  std::string broadcast(const std::string& text) override {
    if (!gloo_) return text;
    std::vector<torch::Tensor> size = {torch::tensor({static_cast<std::int64_t>(text.size())})};
    run([&] { return gloo_->broadcast(size); });
    std::vector<torch::Tensor> bytes = {
        torch::zeros({size[0].item<std::int64_t>()}, torch::kUInt8)};
    if (rank_ == 0)
      std::copy_n(text.data(), text.size(), reinterpret_cast<char*>(bytes[0].data_ptr()));
    if (bytes[0].numel() > 0) run([&] { return gloo_->broadcast(bytes); });
    return {reinterpret_cast<const char*>(bytes[0].data_ptr()),
            static_cast<std::size_t>(bytes[0].numel())};
  }

  std::vector<float> exchange(std::span<const float> parts) override {
    if (!gloo_) return {parts.begin(), parts.end()};
    const auto count = static_cast<std::int64_t>(parts.size());
    FRAGFLOW_CHECK(count % size_ == 0, "{} values for {} ranks", count, size_);
    torch::Tensor given = torch::from_blob(const_cast<float*>(parts.data()), {count});
    torch::Tensor taken = torch::empty({count});
    std::vector<std::int64_t> equal;  // empty: equal parts
    run([&] { return gloo_->alltoall_base(taken, given, equal, equal); });
    return {taken.data_ptr<float>(), taken.data_ptr<float>() + count};
  }

  // A barrier: nobody ends while another still listens.
  void leave() override {
    if (!gloo_) return;
    watch_->end();
    gather("");
    watch_.reset();
    gloo_.reset();
    store_.reset();
  }

 private:
  std::vector<torch::Tensor> gather_tensors(torch::Tensor own) {
    std::vector<torch::Tensor> input = {own};
    std::vector<std::vector<torch::Tensor>> output(1);
    for (int rank = 0; rank < size_; ++rank) output[0].push_back(torch::empty_like(own));
    run([&] { return gloo_->allgather(output, input); });
    return output[0];
  }

  template <typename Start>
  void run(Start&& start) {
    try {
      start()->wait();
    } catch (const std::exception& error) {
      user_error("rank {}: another process of the run is gone ({}); {}", rank_, short_text(error),
                 kResume);
    }
  }

  // Rank 0 watches all others, and they watch rank 0.
  void start_watch(const RankPlace& place) {
    const auto beat = [this](std::int64_t count) {
      store_->set(beat_key(rank_), bytes_of(std::to_string(count)));
    };
    const auto peers = [this] {
      std::vector<PeerWatch::Peer> found;
      for (int rank = rank_ == 0 ? 1 : 0; rank < (rank_ == 0 ? size_ : 1); ++rank) {
        std::int64_t beats = -1;
        if (store_->check({beat_key(rank)})) {
          const auto bytes = store_->get(beat_key(rank));
          beats = std::stoll(std::string(bytes.begin(), bytes.end()));
        }
        found.push_back({rank, beats});
      }
      return found;
    };
    const auto lost = [rank = place.rank](const std::string& what) {
      std::fprintf(stderr, "error: rank %d: %s; %s\n", rank, what.c_str(), kResume);
      std::_Exit(2);
    };
    watch_ = std::make_unique<PeerWatch>(beat, peers, lost, PeerWatch::Settings{});
  }

  int rank_, size_;
  c10::intrusive_ptr<c10d::Store> store_;
  c10::intrusive_ptr<c10d::ProcessGroupGloo> gloo_;  // null after leave()
  std::unique_ptr<PeerWatch> watch_;                 // destroyed before the store
};

}  // namespace

std::unique_ptr<Communicator> join_ranks(const RankPlace& place) {
  return std::make_unique<GlooGroup>(place);
}

}  // namespace fragflow
