// Shows the progress of a series of model fits, and stops it on request.
#pragma once

#include <chrono>
#include <string>

#include "src/base/stop_token.hpp"
#include "src/reward/cross_validation.hpp"

namespace fragflow {

// "gp, scaffold folds: fit 3 of 25, 1m20s left". seconds_left: negative hides it.
std::string format_fit(const FitProgress& progress, double seconds_left);

// An observer of fits (pass it by std::ref). On a terminal one line that is rewritten, otherwise a
// line every 10 seconds at most. Throws Stopped once a stop has been requested.
class FitDisplay {
 public:
  FitDisplay(bool quiet, StopToken stop);
  // Ends the line of output.
  ~FitDisplay();
  FitDisplay(const FitDisplay&) = delete;
  FitDisplay& operator=(const FitDisplay&) = delete;

  void operator()(const FitProgress& progress);

 private:
  using Clock = std::chrono::steady_clock;

  bool quiet_, terminal_;
  StopToken stop_;
  bool line_open_ = false;
  FitProgress last_;         // the last one seen
  Clock::time_point start_;  // of the series
  Clock::time_point last_shown_;
};

}  // namespace fragflow
