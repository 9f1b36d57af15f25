#include "src/run/fit_display.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <cstdio>

#include "src/base/stopped.hpp"
#include "src/run/progress.hpp"

namespace fragflow {

std::string format_fit(const FitProgress& progress, double seconds_left) {
  std::string line = progress.what;
  if (progress.total > 1) line += fmt::format(": fit {} of {}", progress.fit, progress.total);
  if (seconds_left >= 0) line += fmt::format(", {} left", format_duration(seconds_left));
  return line;
}

FitDisplay::FitDisplay(bool quiet, StopToken stop)
    : quiet_(quiet),
      terminal_(::isatty(STDERR_FILENO) != 0),
      stop_(stop),
      start_(Clock::now()),
      last_shown_(start_) {}

FitDisplay::~FitDisplay() {
  if (line_open_) std::fputc('\n', stderr);
}

void FitDisplay::operator()(const FitProgress& progress) {
  if (stop_.stop_requested()) throw Stopped();
  const auto now = Clock::now();
  const bool is_new_series = progress.what != last_.what;
  if (is_new_series) start_ = now;
  const bool is_new_fit = is_new_series || progress.fit != last_.fit;
  last_ = progress;
  const auto interval = std::chrono::milliseconds(terminal_ ? 200 : 10000);
  if (quiet_ || !is_new_fit || (now - last_shown_ < interval)) return;
  last_shown_ = now;
  // The fits of a series take about the same time.
  const double seconds = std::chrono::duration<double>(now - start_).count();
  const int done = progress.fit - 1;
  const std::string line =
      format_fit(progress, done > 0 ? seconds / done * (progress.total - done) : -1);
  if (!terminal_) {
    fmt::print(stderr, "{}\n", line);
    return;
  }
  fmt::print(stderr, "\r{}\x1b[K", line);
  std::fflush(stderr);
  line_open_ = true;
}

}  // namespace fragflow
