// Progress of a training run on standard error: one line that is rewritten on a terminal, a plain
// line every few seconds elsewhere.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>

namespace fragflow {

struct ProgressValues {
  std::int64_t step = 0;
  std::int64_t num_trajectories = 0;  // so far, including earlier processes
  double loss = 0;
  double log_z = 0;
  double mean_score = 0;
  double unique_share = 0;  // in [0, 1]
  std::int64_t num_modes = 0;
};

// The line without colours or line ends. trajectories_per_second and eta_seconds: negative hides
// them.
std::string format_progress(const ProgressValues& values, std::int64_t total_steps,
                            double trajectories_per_second, double eta_seconds);

// "3m07s", "2h05m".
std::string format_duration(double seconds);

class Progress {
 public:
  // quiet shows nothing. first_step and first_trajectories: where a resumed run continues; speed
  // and remaining time count only this process.
  Progress(std::int64_t total_steps, bool quiet, std::int64_t first_step = 0,
           std::int64_t first_trajectories = 0);
  // Ends the line of output.
  ~Progress();
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;

  // Cheap: shows at most 5 times a second on a terminal and once in 10 seconds elsewhere.
  void update(const ProgressValues& values);

 private:
  using Clock = std::chrono::steady_clock;
  void show(const ProgressValues& values);

  std::int64_t total_steps_;
  bool quiet_;
  bool terminal_;
  std::int64_t first_step_;
  std::int64_t first_trajectories_;
  Clock::time_point start_;
  Clock::time_point last_shown_;
  bool line_open_ = false;
};

}  // namespace fragflow
