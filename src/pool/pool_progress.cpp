#include "src/pool/pool_progress.hpp"

#include <fmt/format.h>

#include <cmath>
#include <nlohmann/json.hpp>

namespace fragflow {
namespace {

constexpr double kWindow = 300;  // seconds

}  // namespace

void PoolProgress::observe(std::int64_t scored, double now) {
  if (!marks_.empty() && now - marks_.back().time < 1) return;
  marks_.push_back({now, scored});
  while (marks_.front().time < now - kWindow) marks_.pop_front();
}

double PoolProgress::per_minute(double now) const {
  if (marks_.size() < 2 || now <= marks_.front().time) return -1;
  const auto count = static_cast<double>(marks_.back().scored - marks_.front().scored);
  return 60 * count / (now - marks_.front().time);
}

double PoolProgress::seconds_left(const PoolNumbers& numbers, double now) const {
  const double speed = per_minute(now);
  const auto left = static_cast<double>(numbers.waiting + numbers.lent);
  return speed > 0 ? 60 * left / speed : -1;
}

std::string PoolProgress::line(const PoolNumbers& numbers, double now) const {
  std::string text = fmt::format(
      "{} of {} molecules wait, {} are being scored, {} {}", numbers.waiting, numbers.wanted,
      numbers.lent, numbers.workers.size(), numbers.workers.size() == 1 ? "worker" : "workers");
  if (numbers.elsewhere > 0) text += fmt::format(", {} at another run", numbers.elsewhere);
  const double speed = per_minute(now), left = seconds_left(numbers, now);
  if (speed >= 0) text += fmt::format(", {:.3g} a minute", speed);
  if (left >= 0) {
    text += left < 3600 ? fmt::format(", ETA {:.0f}m{:02.0f}s", std::floor(left / 60),
                                      std::floor(std::fmod(left, 60)))
                        : fmt::format(", ETA {:.1f} h", left / 3600);
  }
  return text;
}

nlohmann::ordered_json PoolProgress::status(const PoolNumbers& numbers, double now) const {
  nlohmann::ordered_json json = {
      {"wanted", numbers.wanted},   {"waiting", numbers.waiting},
      {"lent", numbers.lent},       {"elsewhere", numbers.elsewhere},
      {"scored", numbers.scored},   {"given_up", numbers.given_up},
      {"refused", numbers.refused}, {"lost", numbers.lost},
  };
  const auto or_null = [](double value) {
    return value >= 0 ? nlohmann::ordered_json(value) : nlohmann::ordered_json();
  };
  json["molecules_per_minute"] = or_null(per_minute(now));
  json["seconds_left"] = or_null(seconds_left(numbers, now));
  json["workers"] = nlohmann::ordered_json::array();
  for (const auto& [id, worker] : numbers.workers) {
    json["workers"].push_back({{"name", worker.name},
                               {"molecules", worker.molecules},
                               {"is_scoring", !worker.lease.empty()},
                               {"silent_seconds", now - worker.last_seen}});
  }
  return json;
}

}  // namespace fragflow
