#include "src/run/progress.hpp"

#include <fmt/format.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>

#include "src/base/text.hpp"

namespace fragflow {
namespace {

std::string bar(double share, int width) {
  const int full = static_cast<int>(std::clamp(share, 0.0, 1.0) * width);
  return "[" + std::string(full, '#') + std::string(width - full, '.') + "]";
}

std::size_t terminal_columns() {
  winsize size{};
  if (::ioctl(STDERR_FILENO, TIOCGWINSZ, &size) != 0 || size.ws_col == 0) return 80;
  return size.ws_col;
}

}  // namespace

std::string format_duration(double seconds) {
  const auto total = static_cast<std::int64_t>(seconds + 0.5);
  if (total >= 3600) return fmt::format("{}h{:02}m", total / 3600, total / 60 % 60);
  return fmt::format("{}m{:02}s", total / 60, total % 60);
}

std::string format_progress(const ProgressValues& values, std::int64_t total_steps,
                            double trajectories_per_second, double eta_seconds) {
  std::string line = fmt::format("step {}/{}", values.step, total_steps);
  if (trajectories_per_second >= 0) line += fmt::format("  {:.0f} traj/s", trajectories_per_second);
  line += fmt::format("  loss {:.3g}  log Z {:.2f}  score {}  unique {:.0f}%  modes {}",
                      values.loss, values.log_z, format_score(values.mean_score, 3),
                      100 * values.unique_share, values.num_modes);
  if (eta_seconds >= 0) line += "  ETA " + format_duration(eta_seconds);
  return line;
}

Progress::Progress(std::int64_t total_steps, bool quiet, std::int64_t first_step,
                   std::int64_t first_trajectories)
    : total_steps_(total_steps),
      quiet_(quiet),
      terminal_(::isatty(STDERR_FILENO) != 0),
      first_step_(first_step),
      first_trajectories_(first_trajectories),
      start_(Clock::now()),
      last_shown_(start_) {}

Progress::~Progress() {
  if (line_open_) std::fputc('\n', stderr);
}

void Progress::update(const ProgressValues& values) {
  if (quiet_) return;
  const auto now = Clock::now();
  const auto interval = std::chrono::milliseconds(terminal_ ? 200 : 10000);
  const bool last = values.step >= total_steps_;
  if (!last && now - last_shown_ < interval) return;
  last_shown_ = now;
  show(values);
}

void Progress::show(const ProgressValues& values) {
  const double seconds = std::chrono::duration<double>(Clock::now() - start_).count();
  const auto steps_here = static_cast<double>(values.step - first_step_);
  const auto trajectories_here = static_cast<double>(values.num_trajectories - first_trajectories_);
  const double speed = seconds > 0 ? trajectories_here / seconds : -1;
  const double eta = steps_here > 0 ? (total_steps_ - values.step) * seconds / steps_here : -1;
  std::string line = format_progress(values, total_steps_, speed, eta);
  if (!terminal_) {
    fmt::print(stderr, "{}\n", line);
    return;
  }
  const double share = total_steps_ > 0 ? static_cast<double>(values.step) / total_steps_ : 1.0;
  line = bar(share, 16) + " " + line;
  // A line longer than the terminal would wrap and could not be rewritten.
  line.resize(std::min(line.size(), terminal_columns() - 1));
  fmt::print(stderr, "\r{}\x1b[K", line);
  std::fflush(stderr);
  line_open_ = true;
}

}  // namespace fragflow
