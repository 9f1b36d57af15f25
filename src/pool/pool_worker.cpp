#include "src/pool/pool_worker.hpp"

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <mutex>
#include <nlohmann/json.hpp>
#include <optional>
#include <thread>

#include "src/base/check.hpp"
#include "src/base/log.hpp"
#include "src/pool/pool_messages.hpp"
#include "src/pool/pool_token.hpp"

namespace fragflow {
namespace {

using Clock = std::chrono::steady_clock;

constexpr double kLongestPause = 2;  // seconds

// Sends heartbeats to the run from a thread of its own.
class Heartbeat {
 public:
  Heartbeat(std::function<void()> beat, double seconds)
      : thread_([this, beat = std::move(beat), seconds] {
          std::unique_lock lock(mutex_);
          const std::chrono::duration<double> pause(seconds);
          while (!end_.wait_for(lock, pause, [this] { return is_over_; })) beat();
        }) {}
  ~Heartbeat() {
    {
      const std::lock_guard lock(mutex_);
      is_over_ = true;
    }
    end_.notify_all();
    thread_.join();
  }
  Heartbeat(const Heartbeat&) = delete;
  Heartbeat& operator=(const Heartbeat&) = delete;

 private:
  std::mutex mutex_;
  std::condition_variable end_;
  bool is_over_ = false;
  std::thread thread_;
};

class Worker {
 public:
  explicit Worker(const WorkerRequest& request) : request_(request) {}

  WorkerOutcome run() {
    while (!request_.stop.stop_requested()) {
      const auto reply = ask("take", {{"name", request_.name}});
      if (!reply) break;
      try {
        if (reply->contains("lease")) {
          if (!score(*reply)) break;
        } else {
          pause(std::clamp(reply->at("wait").get<double>(), 0.01, 60.0));
        }
      } catch (const nlohmann::json::exception& error) {
        user_error("the run does not speak as this program does: {}", error.what());
      }
    }
    if (request_.stop.stop_requested()) leave();
    return outcome_;
  }

 private:
  // The reply, or empty after request.patience seconds without one, or if asked to stop.
  std::optional<nlohmann::json> ask(const std::string& name, nlohmann::json question) {
    question["worker"] = id_;
    const auto begin = Clock::now();
    for (double wait = 0.1;; wait = std::min(1.5 * wait, kLongestPause)) {
      try {
        if (!run_) run_ = request_.find_run();
        question["version"] = run_->version;
        question["command"] = run_->command;
        nlohmann::json reply = run_->client.ask(name, question);
        if (!outcome_.was_connected) spdlog::info("connected to {}", run_->client.address());
        outcome_.was_connected = true;
        outcome_.last_problem.clear();
        return reply;
      } catch (const NoAnswer& problem) {
        note(problem.what());
      } catch (const UserError& problem) {
        note(problem.what());
      }
      run_.reset();
      const std::chrono::duration<double> passed = Clock::now() - begin;
      if (passed.count() >= request_.patience || request_.stop.stop_requested()) return {};
      pause(wait);
    }
  }

  void note(const std::string& problem) {
    if (problem != outcome_.last_problem) spdlog::info("{}; trying again", problem);
    outcome_.last_problem = problem;
  }

  // Returns false if the run is gone.
  bool score(const nlohmann::json& reply) {
    const std::string lease = reply.at("lease");
    const std::vector<std::string> smiles = reply.at("smiles");
    const BatchTerms terms{reply.at("protocol"), reply.at("echo"), reply.at("seconds")};
    nlohmann::json answer = {{"lease", lease}, {"name", request_.name}};
    std::string failure;
    {
      const Heartbeat heartbeat([&, run = run_->client] { beat(run, lease); },
                                std::max(reply.at("beat").get<double>(), 0.02));
      try {
        answer["rows"] = json_of(request_.score(smiles, terms));
      } catch (const UserError& error) {
        failure = error.what();
        answer["reason"] = failure;
      }
    }
    if (!failure.empty()) {
      ++outcome_.failed;
      spdlog::warn("a batch failed: {}", failure);
    }
    const auto verdict = ask(failure.empty() ? "answer" : "fail", answer);
    if (!verdict) return false;
    const std::string refusal = verdict->value("refusal", "");
    if (!refusal.empty()) {
      ++outcome_.refused;
      spdlog::warn("the run refused the answer for a batch: {}", refusal);
    } else if (failure.empty()) {
      ++outcome_.batches;
      outcome_.molecules += static_cast<std::int64_t>(smiles.size());
    }
    return true;
  }

  // A failed heartbeat is no reason to stop: the answer may still arrive.
  void beat(const PoolClient& run, const std::string& lease) const {
    try {
      run.ask("beat", {{"worker", id_}, {"lease", lease}});
    } catch (const NoAnswer& problem) {
      spdlog::debug("{}", problem.what());
    }
  }

  void leave() {
    try {
      if (run_) run_->client.ask("leave", {{"worker", id_}, {"lease", ""}});
    } catch (const NoAnswer&) {
    }
  }

  // Ends early if asked to stop.
  void pause(double seconds) const {
    const auto end = Clock::now() + std::chrono::duration<double>(seconds);
    while (Clock::now() < end && !request_.stop.stop_requested()) {
      const std::chrono::duration<double> left = end - Clock::now();
      std::this_thread::sleep_for(std::min(left, std::chrono::duration<double>(0.1)));
    }
  }

  const WorkerRequest& request_;
  const std::string id_ = random_token();
  std::optional<FoundRun> run_;
  WorkerOutcome outcome_;
};

}  // namespace

WorkerOutcome work(const WorkerRequest& request) { return Worker(request).run(); }

}  // namespace fragflow
